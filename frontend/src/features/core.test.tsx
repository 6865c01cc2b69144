// @vitest-environment happy-dom
import { act } from "react";
import { expect, it, vi } from "vitest";
import type { Snapshot } from "../sync/contract";
import { draw } from "../ui/testing";
import { useSnapshot } from "./core";

const state = vi.hoisted(() => ({
  snapshot: { proposals: [{ id: "1" }, { id: "2" }], connection: "online" } as unknown as Snapshot,
  listeners: new Set<() => void>(),
}));
vi.mock("../sync/client", () => ({
  core: {},
  currentSnapshot: () => state.snapshot,
  subscribe: (listener: () => void) => {
    state.listeners.add(listener);
    return () => state.listeners.delete(listener);
  },
}));

async function change(changes: Partial<Snapshot>) {
  await act(async () => {
    state.snapshot = { ...state.snapshot, ...changes };
    for (const listener of state.listeners) {
      listener();
    }
  });
}

it("draws again only when the selected piece changed, also where a selector builds a new array", async () => {
  const drawings = vi.fn();
  function Proposals() {
    const ids = useSnapshot((snapshot) => snapshot.proposals.map((proposal) => proposal.id));
    drawings(ids.join());
    return null;
  }
  const drawn = await draw(<Proposals />);
  const before = drawings.mock.calls.length;
  await change({ connection: "offline" });
  expect(drawings.mock.calls.length).toBe(before);
  await change({ proposals: [{ id: "3" }] as Snapshot["proposals"] });
  expect(drawings).toHaveBeenLastCalledWith("3");
  await drawn.end();
});
