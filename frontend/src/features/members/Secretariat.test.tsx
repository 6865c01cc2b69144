// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { VettingStep } from "../../sync/applications";
import { initialSnapshot } from "../../sync/channel";
import type { Snapshot } from "../../sync/contract";
import { type Drawn, draw } from "../../ui/testing";
import type { Summary } from "../vetting/listing";
import { steps, summary } from "../vetting/madeUp";
import { Secretariat } from "./Secretariat";

const kept = vi.hoisted(() => ({ snapshot: {} as unknown as Snapshot }));
vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => kept.snapshot,
  subscribe: () => () => undefined,
}));

let drawn: Drawn;
let applications: { steps: readonly VettingStep[]; applications: Summary[] };
beforeEach(() => {
  applications = { steps, applications: [] };
  const me = { account: "a", name: "Olm", role: "officer", authority: null } as unknown as Snapshot["me"];
  // nobody is away, nobody left anything, nobody applies
  vi.stubGlobal("fetch", (asked: string) =>
    Promise.resolve(new Response(JSON.stringify(asked === "/api/vetting" ? applications : []))),
  );
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
  await vi.waitFor(() => expect(says === null || drawn.page.textContent?.includes(says)).toBe(true));
  const text = drawn.page.textContent ?? "";
  expect(text.includes("Nothing waits")).toBe(toSign === "loaded");
});

it("shows an admission on an application once: as the application that waits", async () => {
  const agency = summary("Agency", { step: "admission", signatures: 1 });
  applications = { steps, applications: [agency, summary("Court", { waits_for: "applicant" })] };
  const session = { account: { id: "another" } } as unknown as Snapshot["session"];
  const proposal = {
    id: "p",
    type: "authority.admitted",
    mine: false,
    stale: false,
    application: { id: agency.id, matches: true },
    codeToCompare: null,
    summary: [],
  } as unknown as Snapshot["proposals"][number];
  kept.snapshot = { ...kept.snapshot, session, proposals: [proposal] };
  drawn = await draw(<Secretariat />);
  await vi.waitFor(() => expect(drawn.all(".case")).toHaveLength(1));
  expect(drawn.find(".case").textContent).toContain("Waiting for a second signature");
  expect(drawn.all(".sign-card")).toHaveLength(0);
});
