// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Snapshot } from "../../sync/contract";
import { type Drawn, draw, press, settle } from "../../ui/testing";
import { Sessions } from "./Sessions";

const signOut = vi.hoisted(() => vi.fn(() => Promise.resolve()));
const kept = vi.hoisted(() => ({
  snapshot: {} as unknown as Snapshot,
  listeners: new Set<() => void>(),
}));
vi.mock("../../sync/client", () => ({
  core: { signOut },
  currentSnapshot: () => kept.snapshot,
  subscribe: (listener: () => void) => {
    kept.listeners.add(listener);
    return () => kept.listeners.delete(listener);
  },
}));

const session = {
  id: "s",
  current: true,
  created: 1_000,
  last_seen: 1_000,
  device: "d",
  label: "Firefox",
  address: "192.0.2.1",
};

let drawn: Drawn;
async function waits(messages: number): Promise<void> {
  await act(async () => {
    const waiting = messages === 0 ? null : { messages, oldest: 1_000 };
    kept.snapshot = { ...kept.snapshot, waiting };
    for (const listener of kept.listeners) listener();
  });
}
beforeEach(async () => {
  signOut.mockReset();
  signOut.mockResolvedValue(undefined);
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify([session]))));
  kept.snapshot = { waiting: null } as unknown as Snapshot;
  drawn = await draw(<Sessions />);
  await settle();
});
afterEach(async () => {
  await drawn.end();
  vi.unstubAllGlobals();
});

function out(): HTMLElement {
  const found = drawn.all("button").find((each) => each.textContent === "Sign out");
  if (found === undefined) throw new Error("no button to sign out");
  return found;
}
const question = () => document.querySelector("[role=alertdialog]");

it("signs out at once where nothing waits", async () => {
  await press(out());
  expect(signOut).toHaveBeenCalledOnce();
});

it("asks before this session is ended while words wait to be sent", async () => {
  await waits(2);
  await press(out());
  expect(signOut).not.toHaveBeenCalled();
  expect(question()?.textContent).toContain("2 messages");
});

it("takes the question back when everything has left, and does not ask it again by itself", async () => {
  await waits(1);
  await press(out());
  expect(question()).not.toBeNull();
  await waits(0);
  await waits(1);
  expect(question()).toBeNull();
});
