// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { initialSnapshot } from "../../sync/channel";
import type { ConversationView, Snapshot, ThreadItem } from "../../sync/contract";
import { type Drawn, draw, press, settle } from "../../ui/testing";
import { Conversation } from "./Conversation";

const openConversation = vi.hoisted(() => vi.fn((_: string | null) => Promise.resolve()));
const kept = vi.hoisted(() => ({
  snapshot: {} as unknown as Snapshot,
  listeners: new Set<() => void>(),
}));
vi.mock("../../sync/client", () => ({
  core: { openConversation },
  currentSnapshot: () => kept.snapshot,
  subscribe: (listener: () => void) => {
    kept.listeners.add(listener);
    return () => kept.listeners.delete(listener);
  },
}));

const view: ConversationView = {
  id: "c",
  subject: "Subject",
  participants: [],
  administrators: [],
  readers: [],
  items: [],
  firstUnread: null,
  hasOlder: false,
  hasNewer: false,
  loadingOlder: false,
  loadingNewer: false,
  firstSequence: 1,
  newestSequence: 0,
  typing: [],
  received: {},
  read: {},
  readsFrom: {},
  closed: "not_member",
  sealing: null,
};

let drawn: Drawn;
beforeEach(() => {
  openConversation.mockReset();
  openConversation.mockResolvedValue(undefined);
  kept.snapshot = { ...initialSnapshot, connection: "online" };
});
afterEach(async () => {
  await drawn.end();
});

async function connection(now: Snapshot["connection"]): Promise<void> {
  await act(async () => {
    kept.snapshot = { ...kept.snapshot, connection: now };
    for (const listener of kept.listeners) listener();
  });
  await settle();
}

it("says that a conversation is not here, where it is not", async () => {
  openConversation.mockRejectedValueOnce({ code: "not_found", detail: "" });
  drawn = await draw(<Conversation id="c" />);
  await settle();
  expect(drawn.page.textContent).toContain("This conversation is not here");
});

it("says something else of one that could not be opened, and tries again when it is asked to", async () => {
  openConversation.mockRejectedValueOnce({ code: "server_failed", detail: "" });
  drawn = await draw(<Conversation id="c" />);
  await settle();
  expect(drawn.page.textContent).not.toContain("This conversation is not here");
  expect(drawn.find("[role=alert]").textContent).toContain("The server had a fault");
  await press(drawn.find("[role=alert] button"));
  expect(openConversation.mock.calls).toEqual([["c"], ["c"]]);
  expect(drawn.all("[role=alert]")).toEqual([]);
});

it("opens by itself what could not be fetched without a line, as soon as there is one", async () => {
  kept.snapshot = { ...kept.snapshot, connection: "offline" };
  openConversation.mockRejectedValueOnce({ code: "offline", detail: "" });
  drawn = await draw(<Conversation id="c" />);
  await settle();
  expect(drawn.find("h1").textContent).toBe("Opening the conversation");
  await connection("connecting");
  expect(openConversation).toHaveBeenCalledOnce();
  await connection("online");
  expect(openConversation.mock.calls).toEqual([["c"], ["c"]]);
});

it("opens again what another core could not show any more, and says so where it cannot be opened", async () => {
  kept.snapshot = { ...kept.snapshot, open: view };
  drawn = await draw(<Conversation id="c" />);
  expect(openConversation.mock.calls).toEqual([["c"]]);
  openConversation.mockRejectedValueOnce({ code: "storage_failed", detail: "" });
  kept.snapshot = { ...kept.snapshot, open: null };
  await connection("online");
  expect(openConversation.mock.calls).toEqual([["c"], ["c"]]);
  expect(drawn.find("h1").textContent).toBe("The conversation could not be opened");
});

it("keeps the words of a message that is being changed, whatever becomes of the thread behind them", async () => {
  const failed = {
    type: "message",
    key: "k",
    sequence: null,
    account: "a",
    own: true,
    text: "Earlier words",
    at: 1_000,
    claimedAt: 1_000,
    state: "failed",
    failure: "too_large",
  } as unknown as ThreadItem;
  kept.snapshot = { ...kept.snapshot, open: { ...view, items: [failed] } };
  drawn = await draw(<Conversation id="c" />);
  const edit = drawn.all("button").find((each) => each.textContent === "Change");
  if (edit === undefined) throw new Error(drawn.page.innerHTML);
  await press(edit);
  const words = () => document.querySelector<HTMLTextAreaElement>("[role=dialog] textarea");
  const field = words();
  const setter = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set;
  await act(async () => {
    setter?.call(field, "Other words");
    field?.dispatchEvent(new Event("input", { bubbles: true }));
  });
  kept.snapshot = { ...kept.snapshot, open: null };
  await connection("online");
  expect(words()?.value).toBe("Other words");
});
