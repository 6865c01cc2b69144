// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { initialSnapshot } from "../../sync/channel";
import type { Person, Snapshot } from "../../sync/contract";
import { type Drawn, draw, press, settle, type } from "../../ui/testing";
import { Log } from "./Log";
import { madeUpLog, row } from "./madeUp";

const [olm, ana] = ["a".repeat(32), "b".repeat(32)];
const kept = vi.hoisted(() => ({ snapshot: {} as unknown as Snapshot }));
vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => kept.snapshot,
  subscribe: () => () => undefined,
}));

const log = madeUpLog([
  row(3, "person:session:opened", { actor: ana, sequence: null }),
  row(2, "helper:invitation:made", { actor: olm, about: "c".repeat(32) }),
  row(1, "operator:restoration:ended"),
]);

let drawn: Drawn;
async function open(): Promise<void> {
  drawn = await draw(<Log />);
  await settle();
}
const lines = () => drawn.all("tbody tr").map((each) => each.textContent ?? "");
async function pressButton(name: string): Promise<void> {
  const found = drawn.all("button").find((each) => each.textContent?.includes(name));
  if (found === undefined) throw new Error(`no button ${name}`);
  await press(found);
  await settle();
}
async function choose(field: HTMLElement, option: string): Promise<void> {
  await press(field);
  const found = [...document.querySelectorAll<HTMLElement>("[role=option]")].find((each) =>
    each.textContent?.includes(option),
  );
  if (found === undefined) throw new Error(`no option ${option}`);
  await press(found);
  await settle();
}

beforeEach(() => {
  log.asked.length = 0;
  log.refusal = null;
  vi.stubGlobal("fetch", log.fetch);
  const named = (account: string, name: string) =>
    ({ account, name, role: "officer", active: true, authority: null }) as unknown as Person;
  kept.snapshot = { ...initialSnapshot, officers: [named(olm, "Olm"), named(ana, "Ana")] };
});
afterEach(async () => {
  await drawn.end();
  vi.unstubAllGlobals();
});

it("names who did what and about whom, and marks what is not chained yet", async () => {
  await open();
  expect(lines()[0]).toContain("Ana");
  expect(lines()[0]).toContain("Signed in");
  expect(lines()[0]).toContain("Not chained yet");
  expect(lines()[1]).toContain("OlmInvitation madeSomebody who is not in the directory (cccccc)2");
});

it("turns pages there and back", async () => {
  await open();
  await pressButton("Older");
  expect(log.asked.at(-1)).toBe("/api/audit?before=2");
  expect(lines()).toHaveLength(1);
  expect(lines()[0]).toContain("The operator of the serverRestoration ended");
  expect(drawn.page.textContent).toContain("Nothing earlier is noted.");
  await pressButton("Newer");
  expect(lines()).toHaveLength(2);
});

it("begins anew at the newest row when a kind of act is chosen, and offers to clear what finds nothing", async () => {
  await open();
  await pressButton("Older");
  const [kind] = drawn.all(".select__button");
  await choose(kind as HTMLElement, "Role changed");
  expect(log.asked.at(-1)).toBe("/api/audit?action=authority%3Afocal_point%3Arole_changed");
  expect(drawn.page.textContent).toContain("Nothing found");
  await pressButton("Clear the filters");
  expect(log.asked.at(-1)).toBe("/api/audit?");
  expect(lines()).toHaveLength(2);
});

it("finds a person by a part of the name, and takes the choice back", async () => {
  await open();
  const field = drawn.find<HTMLInputElement>("input[role=combobox]");
  await act(async () => field.focus());
  await type(field, "ol");
  const options = [...document.querySelectorAll<HTMLElement>("[role=option]")];
  expect(options.map((each) => each.textContent)).toEqual(["OlmSecretariat"]);
  await press(options[0] as HTMLElement);
  await settle();
  expect(log.asked.at(-1)).toBe(`/api/audit?person=${olm}`);
  const back = drawn.find("[aria-label='All persons again']");
  expect(document.activeElement).toBe(back);
  await press(back);
  await settle();
  expect(log.asked.at(-1)).toBe("/api/audit?");
  expect(document.activeElement).toBe(drawn.find("input[role=combobox]"));
});

it("does not ask for days that are the wrong way round", async () => {
  await open();
  const [from, to] = drawn.all("input[type=date]") as [HTMLInputElement, HTMLInputElement];
  await type(from, "2026-11-02");
  await settle();
  const asked = log.asked.length;
  await type(to, "2026-11-01");
  await settle();
  expect(log.asked).toHaveLength(asked);
  expect(drawn.page.textContent).toContain("This day lies before the first.");
});

it("asks for the second factor before an export", async () => {
  await open();
  log.refusal = { code: "confirm_again", status: 403 };
  await pressButton("Export");
  expect(log.asked.at(-1)).toBe("/api/audit/export?");
  expect(document.querySelector("[role=dialog]")?.textContent).toContain("Confirm that it is you");
});
