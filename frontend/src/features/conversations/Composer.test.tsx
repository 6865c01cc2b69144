// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ConversationView, Snapshot } from "../../sync/contract";
import { type Drawn, draw, settle } from "../../ui/testing";
import { Composer } from "./Composer";
import { drafts } from "./writing";

const send = vi.hoisted(() => vi.fn((_id: string, _text: string) => Promise.resolve()));
const snapshot = vi.hoisted(
  () => ({ authorities: [], officers: [], me: null, connection: "online" }) as unknown as Snapshot,
);
vi.mock("../../sync/client", () => ({
  core: { send, typing: () => Promise.resolve() },
  currentSnapshot: () => snapshot,
  subscribe: () => () => undefined,
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
  readsFrom: {},
  closed: null,
  sealing: null,
  ...more,
});

let drawn: Drawn;
beforeEach(() => {
  send.mockReset();
  send.mockResolvedValue(undefined);
  drafts.clear();
});
afterEach(() => drawn.end());

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

it("keeps what was begun for each conversation", async () => {
  drawn = await draw(<Composer key="c" view={view()} />);
  await write("half a sentence");
  await drawn.draw(<Composer key="d" view={view({ id: "d" })} />);
  expect(field().value).toBe("");
  await drawn.draw(<Composer key="c" view={view()} />);
  expect(field().value).toBe("half a sentence");
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
