// @vitest-environment happy-dom
/** Whatever the core stops for, every language says what happened, what is safe and what to do, and keeps the evidence. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { type Language, languages, loadMessages, type Messages } from "../../i18n";
import { AlarmRaised } from "../../sync/alarm";
import { alarmKinds } from "../../sync/contract";
import { type Drawn, draw, press } from "../../ui/testing";
import { AlarmScreen } from "./AlarmScreen";

const saved = vi.hoisted(() => ({ files: [] as { name: string; text: string }[] }));
vi.mock("../../sync/client", () => ({ core: { refresh: () => Promise.resolve() } }));
vi.mock("../enrolment/keep", () => ({
  saveText: (name: string, text: string) => saved.files.push({ name, text }),
}));

type Words = Messages["alarms"];

const catalogues = new Map<Language, Words>();
for (const language of languages) {
  catalogues.set(language, (await loadMessages(language)).alarms);
}
const english = catalogues.get("en") as Words;

let drawn: Drawn | null = null;
afterEach(async () => {
  await drawn?.end();
  drawn = null;
  saved.files.length = 0;
});

/** Every file of the core that is no test. */
function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      return sources(path);
    }
    return /(?<!\.test)\.ts$/.test(entry.name) ? [readFileSync(path, "utf8")] : [];
  });
}

it("is of a kind that is listed, and each kind that is listed is raised somewhere", () => {
  const raised = sources(join(import.meta.dirname, "../../sync")).flatMap((text) =>
    [...text.matchAll(/(?:AlarmRaised|#found)\("(\w+)"/g)].map(([, kind]) => kind ?? ""),
  );
  // what the replay of the Register finds is an alarm under the same name
  const replayed = ["rolled_back", "forked", "bad_signature"];
  expect([...new Set([...raised, ...replayed])].sort()).toEqual([...alarmKinds].sort());
});

it.each([...catalogues])("has words of its own for each kind in the catalogue %s", (_, words) => {
  expect(Object.keys(words.kinds).sort()).toEqual([...alarmKinds].sort());
  const all = alarmKinds.flatMap((kind) => {
    const { title, what, ask } = words.kinds[kind];
    return [title, what, ask];
  });
  expect(new Set(all).size).toBe(3 * alarmKinds.length);
});

it.each(alarmKinds)("says of %s what happened, what is safe and what to do, and saves it", async (kind) => {
  const { alarm } = new AlarmRaised(kind, { network: "ab", item: { body: "AA==" } });
  drawn = await draw(<AlarmScreen alarm={alarm} />);
  const { title, what, ask } = english.kinds[kind];
  const { safe, do: steps } = english;
  const expected = [english.stopped, title, what, ask, ...Object.values(safe), steps.save, steps.call];
  for (const words of expected) {
    expect(drawn.page.textContent).toContain(words);
  }
  const save = drawn.all("button").find((button) => button.textContent === english.save);
  await press(save as HTMLElement);
  const [{ name, text } = { name: "", text: "" }] = saved.files;
  expect(name).toBe(english.evidence_file);
  expect(text).toContain(title);
  expect(JSON.parse(text.slice(text.indexOf("{")))).toMatchObject({ finding: kind, network: "ab" });
});
