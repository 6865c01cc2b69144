// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { initialSnapshot } from "../../sync/channel";
import type { Charter, Snapshot } from "../../sync/contract";
import { type Drawn, draw } from "../../ui/testing";
import { CharterBand, ReadOnlyNotice } from "./ReadOnly";

const kept = vi.hoisted(() => ({ snapshot: {} as unknown as Snapshot }));
vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => kept.snapshot,
  subscribe: () => () => undefined,
}));

const DAY = 86_400_000;
let drawn: Drawn;
afterEach(() => drawn.end());

interface Scene {
  role: "lead" | "member" | "officer";
  days: number;
  required?: boolean;
  accepted?: boolean;
}

/** Somebody of North, whose lead is Ana, so many days before version 1.3 applies. */
function scene({ role, days, required = true, accepted = false }: Scene): void {
  const lead = { account: "ana", name: "Ana", role: "lead", active: true, held: false, authority: "north" };
  const me =
    role === "lead" ? lead : { ...lead, account: "me", role, authority: role === "officer" ? null : "north" };
  const north = { id: "north", kind: "member", status: "active", people: [lead] };
  const acceptances = accepted ? [{ authority: "north", account: "ana", at: 0, proof: "holds" }] : [];
  const version = { number: "1.3", effective: Date.now() + days * DAY, hash: "h", acceptances };
  const charter = { required, versions: [version] } as unknown as Charter;
  kept.snapshot = { ...initialSnapshot, charter, me, authorities: [north] } as unknown as Snapshot;
}

async function band(given: Scene): Promise<{ text: string; loud: boolean }> {
  scene(given);
  drawn = await draw(<CharterBand />);
  const text = drawn.page.textContent ?? "";
  return { text, loud: text !== "" && drawn.page.querySelector(".band--calm") === null };
}

it("says quietly to the lead that a version waits, and louder in the last week", async () => {
  const early = await band({ role: "lead", days: 20 });
  expect(early.text).toContain("Version 1.3 of the charter waits for your acceptance.");
  expect(early.loud).toBe(false);
  await drawn.end();
  const late = await band({ role: "lead", days: 2.5 });
  expect(late.text).toContain("It applies in 3 days.");
  expect(late.loud).toBe(true);
});

it("says nothing to others before the day, nor to anybody once it is accepted", async () => {
  for (const given of [
    { role: "member", days: 2 },
    { role: "officer", days: -2 },
    { role: "lead", days: 2, accepted: true },
    { role: "member", days: -2, required: false },
  ] as const) {
    expect((await band(given)).text).toBe("");
    await drawn.end();
  }
  await band({ role: "officer", days: 2 });
});

it("tells everybody from the day on that they only read, and whose turn it is", async () => {
  expect((await band({ role: "member", days: -1 })).text).toContain("as soon as Ana has accepted it");
  await drawn.end();
  const lead = await band({ role: "lead", days: -1 });
  expect(lead.text).toContain("Your authority can only read.");
  expect(lead.text).toContain("Read and accept");
  expect(lead.loud).toBe(true);
});

it("says the same in the place where one would write, with the way to the charter", async () => {
  scene({ role: "member", days: -1 });
  drawn = await draw(<ReadOnlyNotice />);
  expect(drawn.page.textContent).toContain("Your authority can only read.");
  expect(drawn.find("a").getAttribute("href")).toBe("/charter");
});
