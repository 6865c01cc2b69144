// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ConversationView, Snapshot, ThreadItem } from "../../sync/contract";
import { ToastRegion } from "../../ui";
import { type Drawn, draw } from "../../ui/testing";
import { useAnnouncements } from "./useAnnouncements";

const snapshot = vi.hoisted(() => ({ authorities: [], officers: [], me: null }) as unknown as Snapshot);
vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => snapshot,
  subscribe: () => () => undefined,
}));

function Talk({ view }: { view: ConversationView }) {
  useAnnouncements(view);
  return <ToastRegion />;
}

const message = (sequence: number, text: string): ThreadItem =>
  ({ type: "message", key: String(sequence), sequence, account: "a", own: false, text }) as ThreadItem;
const talk = (...items: ThreadItem[]) => (
  <Talk view={{ items, newestSequence: items.at(-1)?.sequence, hasNewer: false } as ConversationView} />
);

let drawn: Drawn;
beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(async () => {
  await drawn.end();
  vi.useRealTimers();
});

const gathered = () => act(() => vi.advanceTimersByTimeAsync(1_500));
const spoken = () => drawn.find(".visually-hidden span");

it("says a message that came, and nothing of those that were there before", async () => {
  drawn = await draw(talk(message(1, "Earlier")));
  await gathered();
  expect(spoken().textContent).toBe("");
  await drawn.draw(talk(message(1, "Earlier"), message(2, "Agreed")));
  await gathered();
  expect(spoken().textContent).toContain("Agreed");
});

it("says the same words again where somebody writes them again", async () => {
  drawn = await draw(talk(message(1, "Earlier")));
  await drawn.draw(talk(message(1, "Earlier"), message(2, "Agreed")));
  await gathered();
  const first = spoken();
  await drawn.draw(talk(message(1, "Earlier"), message(2, "Agreed"), message(3, "Agreed")));
  await gathered();
  // A screen reader speaks what changes: words that stand there already are not heard.
  expect(spoken()).not.toBe(first);
  expect(spoken().textContent).toContain("Agreed");
});
