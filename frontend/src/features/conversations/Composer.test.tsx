// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ConversationView, Snapshot } from "../../sync/contract";
import { type Drawn, draw, settle } from "../../ui/testing";
import { Composer } from "./Composer";

const send = vi.hoisted(() => vi.fn((_id: string, _text: string) => Promise.resolve()));
const saveDraft = vi.hoisted(() => vi.fn((..._: unknown[]) => Promise.resolve()));
const kept = vi.hoisted(() => ({
  snapshot: {
    authorities: [],
    officers: [],
    me: null,
    connection: "online",
    drafts: {},
    draftsHere: {},
  } as unknown as Snapshot,
  listeners: new Set<() => void>(),
}));
vi.mock("../../sync/client", () => ({
  core: { send, saveDraft, typing: () => Promise.resolve() },
  currentSnapshot: () => kept.snapshot,
  subscribe: (listener: () => void) => {
    kept.listeners.add(listener);
    return () => kept.listeners.delete(listener);
  },
}));

const view = (more: Partial<ConversationView> = {}): ConversationView => ({
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
  closed: null,
  sealing: null,
  ...more,
});

let drawn: Drawn;
beforeEach(() => {
  send.mockReset();
  send.mockResolvedValue(undefined);
  saveDraft.mockReset();
  saveDraft.mockResolvedValue(undefined);
  kept.snapshot = { ...kept.snapshot, drafts: {} };
});
afterEach(async () => {
  await drawn.end();
  vi.useRealTimers();
});

/** What the core says of the draft, after its own work or another browser's. */
async function hears(text: string | null): Promise<void> {
  await act(async () => {
    kept.snapshot = { ...kept.snapshot, drafts: text === null ? {} : { c: { text } } };
    for (const listener of kept.listeners) listener();
  });
}

const field = () => drawn.find<HTMLTextAreaElement>("textarea");

async function write(text: string): Promise<void> {
  const setter = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set;
  await act(async () => {
    setter?.call(field(), text);
    field().dispatchEvent(new Event("input", { bubbles: true }));
  });
}

async function enter(more: KeyboardEventInit = {}): Promise<void> {
  await act(async () => {
    field().dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...more }),
    );
  });
  await settle();
}

it("sends with Enter and empties the field", async () => {
  drawn = await draw(<Composer view={view()} />);
  await write("Hello");
  await enter();
  expect(send).toHaveBeenCalledWith("c", "Hello");
  expect(field().value).toBe("");
});

it("does not send with Shift+Enter, nor nothing", async () => {
  drawn = await draw(<Composer view={view()} />);
  await write("  ");
  await enter();
  await write("Hello");
  await enter({ shiftKey: true });
  expect(send).not.toHaveBeenCalled();
});

it("gives the core what was begun, and begins with what the core has", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  drawn = await draw(<Composer key="c" view={view()} />);
  await write("half a");
  await write("half a sentence");
  expect(saveDraft).not.toHaveBeenCalled();
  await act(() => vi.advanceTimersByTimeAsync(300));
  expect(saveDraft.mock.calls).toEqual([["c", { text: "half a sentence" }, null, false]]);
  await hears("half a sentence");
  await drawn.draw(<Composer key="d" view={view({ id: "d" })} />);
  expect(field().value).toBe("");
  await drawn.draw(<Composer key="c" view={view()} />);
  expect(field().value).toBe("half a sentence");
});

it("keeps what was begun at once when it is left", async () => {
  drawn = await draw(<Composer key="c" view={view()} />);
  await write("not yet kept");
  await drawn.draw(<Composer key="d" view={view({ id: "d" })} />);
  expect(saveDraft).toHaveBeenCalledWith("c", { text: "not yet kept" }, null, true);
});

it("shows what another browser writes, but not while somebody types here", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  drawn = await draw(<Composer key="c" view={view()} />);
  await hears("from the train");
  expect(field().value).toBe("from the train");
  await write("from the train, and here");
  await act(() => vi.advanceTimersByTimeAsync(300));
  expect(saveDraft).toHaveBeenLastCalledWith(
    "c",
    { text: "from the train, and here" },
    { text: "from the train" },
    false,
  );
  await hears("both");
  expect(field().value).toBe("from the train, and here");
  await act(() => vi.advanceTimersByTimeAsync(2000));
  expect(field().value).toBe("both");
});

it("says that a draft could not be kept", async () => {
  saveDraft.mockRejectedValue({ code: "storage_failed", detail: "" });
  drawn = await draw(<Composer key="c" view={view()} />);
  await write("precious");
  await act(async () => {
    field().dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  });
  await settle();
  expect(drawn.find("[role=alert]").textContent).toContain("Do not close the page");
  expect(field().value).toBe("precious");
});

it("gives the words back when they could not be sent, and says why", async () => {
  send.mockRejectedValue({ code: "not_member", detail: "" });
  drawn = await draw(<Composer view={view()} />);
  await write("Hello");
  await enter();
  expect(field().value).toBe("Hello");
  expect(drawn.find("[role=alert]").textContent).toContain("Your text is kept.");
});

it("says why writing is not possible any more", async () => {
  drawn = await draw(<Composer view={view({ closed: "not_member" })} />);
  expect(drawn.all("textarea")).toEqual([]);
  expect(drawn.page.textContent).toContain("You are no longer part of this conversation");
});

it("leaves Enter to an input method, also where the browser says only by the key's number that one is at work", async () => {
  drawn = await draw(<Composer view={view()} />);
  await write("にほn");
  await enter({ isComposing: true });
  // Safari ends the composition before it tells of the key that ended it.
  await enter({ keyCode: 229 });
  expect(send).not.toHaveBeenCalled();
  await enter();
  expect(send).toHaveBeenCalledOnce();
});

it("puts nothing into the field while an input method is at work in it", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  drawn = await draw(<Composer key="c" view={view()} />);
  await act(async () => {
    field().dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
  });
  await write("nih");
  await act(() => vi.advanceTimersByTimeAsync(300));
  await hears("from the train\n\nnih");
  await act(() => vi.advanceTimersByTimeAsync(5000));
  expect(field().value).toBe("nih");
  await write("你好");
  await act(async () => {
    field().dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
  });
  await act(() => vi.advanceTimersByTimeAsync(300));
  expect(saveDraft).toHaveBeenLastCalledWith("c", { text: "你好" }, { text: "nih" }, false);
  await hears("from the train\n\n你好");
  await act(() => vi.advanceTimersByTimeAsync(2000));
  expect(field().value).toBe("from the train\n\n你好");
});

it("tells the core what it had kept of words that were begun while others went out", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  let gone: () => void = () => undefined;
  send.mockReturnValue(new Promise((resolve) => (gone = () => resolve())));
  drawn = await draw(<Composer key="c" view={view()} />);
  await write("first");
  await act(() => vi.advanceTimersByTimeAsync(300));
  await hears("first");
  await enter();
  await write("next");
  await act(() => vi.advanceTimersByTimeAsync(300));
  await hears("next");
  await act(async () => gone());
  await write("nearest");
  await act(() => vi.advanceTimersByTimeAsync(300));
  expect(saveDraft).toHaveBeenLastCalledWith("c", { text: "nearest" }, { text: "next" }, false);
});

it("keeps words that were begun like those that went out meanwhile", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  let gone: () => void = () => undefined;
  send.mockReturnValue(new Promise((resolve) => (gone = () => resolve())));
  drawn = await draw(<Composer key="c" view={view()} />);
  await write("Yes, I agree");
  await act(() => vi.advanceTimersByTimeAsync(300));
  await enter();
  await write("Yes");
  await act(() => vi.advanceTimersByTimeAsync(300));
  await hears(null); // for the core this was the beginning of what it has sent
  await act(async () => gone());
  expect(field().value).toBe("Yes");
  expect(saveDraft).toHaveBeenLastCalledWith("c", { text: "Yes" }, null, true);
});

it("does not take words for another browser's that the core has, and could not write down", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  let fail: () => void = () => undefined;
  const full = { code: "storage_full", detail: "" };
  saveDraft.mockReturnValueOnce(new Promise<void>((_, reject) => (fail = () => reject(full))));
  drawn = await draw(<Composer key="c" view={view()} />);
  await write("hello");
  await act(() => vi.advanceTimersByTimeAsync(300));
  await hears("hello");
  await act(async () => fail());
  await write("help");
  await act(() => vi.advanceTimersByTimeAsync(300));
  expect(saveDraft).toHaveBeenLastCalledWith("c", { text: "help" }, { text: "hello" }, false);
});

it("begins from what the core had before, where the core did not take the words at all", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  saveDraft.mockRejectedValueOnce({ code: "not_ready", detail: "" });
  drawn = await draw(<Composer key="c" view={view()} />);
  await write("hello");
  await act(() => vi.advanceTimersByTimeAsync(300));
  await write("help");
  await act(() => vi.advanceTimersByTimeAsync(300));
  expect(saveDraft).toHaveBeenLastCalledWith("c", { text: "help" }, null, false);
});
