// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { initialSnapshot } from "../../sync/channel";
import type { Snapshot } from "../../sync/contract";
import { type Drawn, draw } from "../../ui/testing";
import { Secretariat } from "./Secretariat";

const kept = vi.hoisted(() => ({ snapshot: {} as unknown as Snapshot }));
vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => kept.snapshot,
  subscribe: () => () => undefined,
}));

let drawn: Drawn;
beforeEach(() => {
  const me = { account: "a", name: "Olm", role: "officer", authority: null } as unknown as Snapshot["me"];
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("[]"))); // nobody is away, nobody left anything
  kept.snapshot = { ...initialSnapshot, phase: { name: "ready" }, connection: "online", me };
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await drawn.end();
});

it.each([
  ["not_yet", null],
  ["failed", "What waits for your signature could not be loaded."],
  ["loaded", "Nothing waits"],
] as const)("says that nothing waits only when the server has told so: %s", async (toSign, says) => {
  kept.snapshot = { ...kept.snapshot, loaded: { conversations: "loaded", toSign } };
  drawn = await draw(<Secretariat />);
  const text = drawn.page.textContent ?? "";
  expect(text.includes("Nothing waits")).toBe(toSign === "loaded");
  expect(says === null || text.includes(says)).toBe(true);
});
