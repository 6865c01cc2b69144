// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { HandOverOffer, Person, Snapshot } from "../../sync/contract";
import { type Drawn, draw, press, settle } from "../../ui/testing";
import { HandOverDialog } from "./HandOverDialog";

const handOverOffers = vi.hoisted(() => vi.fn((_: string): Promise<HandOverOffer[]> => Promise.resolve([])));
const snapshot = vi.hoisted(() => ({ authorities: [], officers: [] }) as unknown as Snapshot);
vi.mock("../../sync/client", () => ({
  core: { handOverOffers },
  currentSnapshot: () => snapshot,
  subscribe: () => () => undefined,
}));

const person = { account: "p", name: "Ana Duarte", identityChanged: null } as Person;

let drawn: Drawn;
beforeEach(() => {
  handOverOffers.mockReset();
  handOverOffers.mockResolvedValue([]);
});
afterEach(async () => {
  await drawn.end();
});

const dialog = () => document.querySelector<HTMLElement>("[role=dialog]");

it("says that there is nothing to hand over, where there is nothing", async () => {
  drawn = await draw(<HandOverDialog person={person} onClose={() => undefined} />);
  await settle();
  expect(dialog()?.textContent).toContain("Nothing to hand over");
});

it("never says so where it could not look, but why, and looks again when it is asked to", async () => {
  handOverOffers.mockRejectedValueOnce({ code: "storage_failed", detail: "" });
  drawn = await draw(<HandOverDialog person={person} onClose={() => undefined} />);
  await settle();
  expect(dialog()?.textContent).not.toContain("Nothing to hand over");
  const alert = dialog()?.querySelector("[role=alert]");
  const again = [...(alert?.querySelectorAll("button") ?? [])][0];
  if (again === undefined) throw new Error("nothing to press");
  await press(again);
  await settle();
  expect(handOverOffers).toHaveBeenCalledTimes(2);
  expect(dialog()?.textContent).toContain("Nothing to hand over");
});
