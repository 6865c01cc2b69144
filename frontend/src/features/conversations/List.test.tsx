// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { initialSnapshot } from "../../sync/channel";
import type { Snapshot } from "../../sync/contract";
import { type Drawn, draw } from "../../ui/testing";
import { List } from "./List";

const kept = vi.hoisted(() => ({
  snapshot: {} as unknown as Snapshot,
  listeners: new Set<() => void>(),
}));
vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => kept.snapshot,
  subscribe: (listener: () => void) => {
    kept.listeners.add(listener);
    return () => kept.listeners.delete(listener);
  },
}));

let drawn: Drawn;
beforeEach(() => {
  kept.snapshot = { ...initialSnapshot, phase: { name: "ready" }, connection: "online" };
});
afterEach(async () => {
  await drawn.end();
});

async function change(changes: Partial<Snapshot>): Promise<void> {
  await act(async () => {
    kept.snapshot = { ...kept.snapshot, ...changes };
    for (const listener of kept.listeners) listener();
  });
}

it("says that there is no conversation only when the server has told so", async () => {
  drawn = await draw(<List current={null} />);
  const says = () => drawn.page.textContent;
  expect(says()).not.toContain("No conversation yet");
  await change({ loaded: { conversations: "failed", toSign: "not_yet" } });
  expect(says()).toContain("Your conversations could not be loaded.");
  expect(says()).not.toContain("No conversation yet");
  await change({ loaded: { conversations: "loaded", toSign: "not_yet" }, stalled: ["c"] });
  expect(says()).toContain("Newer messages of 1 conversation could not be loaded.");
  expect(says()).not.toContain("No conversation yet");
  await change({ stalled: [] });
  expect(says()).toContain("No conversation yet");
  expect(says()).not.toContain("could not be loaded");
});
