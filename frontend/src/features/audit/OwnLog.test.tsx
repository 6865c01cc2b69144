// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { initialSnapshot } from "../../sync/channel";
import type { Person, Snapshot } from "../../sync/contract";
import { type Drawn, draw, press, settle } from "../../ui/testing";
import { madeUpLog, row } from "./madeUp";
import { OwnLog } from "./OwnLog";

const [me, officer] = ["a".repeat(32), "b".repeat(32)];
const kept = vi.hoisted(() => ({ snapshot: {} as unknown as Snapshot }));
vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => kept.snapshot,
  subscribe: () => () => undefined,
}));

const log = madeUpLog([
  row(3, "stranger:second_factor:refused", { about: me }),
  row(2, "officer:sign_in_reset:confirmed", { actor: officer, about: me }),
  row(1, "person:session:opened", { actor: me }),
]);

let drawn: Drawn;
async function open(): Promise<void> {
  drawn = await draw(<OwnLog />);
  await settle();
}
const words = () => drawn.all("li.happened").map((each) => each.textContent ?? "");
function button(name: string): HTMLElement {
  const found = drawn.all("button").find((each) => each.textContent?.includes(name));
  if (found === undefined) throw new Error(`no button ${name}`);
  return found;
}

beforeEach(() => {
  log.asked.length = 0;
  log.refusal = null;
  vi.stubGlobal("fetch", log.fetch);
  const named = (account: string, name: string, role: string) =>
    ({ account, name, role, active: true, authority: null }) as unknown as Person;
  kept.snapshot = {
    ...initialSnapshot,
    me: named(me, "Ana", "lead"),
    officers: [named(officer, "Olm", "officer")],
  };
});
afterEach(async () => {
  await drawn.end();
  vi.unstubAllGlobals();
});

it("tells each row in a sentence, with names, and lets what may be somebody else’s doing stand out", async () => {
  await open();
  expect(words()[0]).toContain("Somebody gave your password and then a wrong code");
  expect(words()[0]).toContain("have your sign-in reset");
  expect(words()[1]).toContain("Olm confirmed the reset of your sign-in");
  expect(drawn.all(".happened--warns")).toHaveLength(2);
});

it("shows earlier rows below, goes on at the first of them, and says where the log begins", async () => {
  await open();
  expect(words()).toHaveLength(2);
  await press(button("Show earlier"));
  await settle();
  expect(log.asked.at(-1)).toBe("/api/audit/own?before=2");
  expect(words()[2]).toContain("You signed in");
  expect(document.activeElement?.textContent).toContain("You signed in");
  expect(drawn.page.textContent).toContain("Nothing earlier is noted.");
  expect(drawn.all(".happened--warns")).toHaveLength(2);
});

it("says that it could not be read, and reads it when asked again", async () => {
  log.refusal = { code: "server_failed", status: 503 };
  await open();
  expect(drawn.find("[role=alert]").textContent).toContain("The server had a fault");
  log.refusal = null;
  await press(button("Try again"));
  await settle();
  expect(words()).toHaveLength(2);
});

it("keeps what stands there when earlier rows could not be read", async () => {
  await open();
  log.refusal = { code: "server_failed", status: 503 };
  await press(button("Show earlier"));
  await settle();
  expect(words()).toHaveLength(2);
  log.refusal = null;
  await press(button("Try again"));
  await settle();
  expect(words()).toHaveLength(3);
});
