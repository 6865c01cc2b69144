// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Authority, Draft, Person, Snapshot } from "../../sync/contract";
import { type Drawn, draw, press, settle } from "../../ui/testing";
import { NewConversation } from "./NewConversation";

const startConversation = vi.hoisted(() => vi.fn((..._: unknown[]) => Promise.resolve("c")));
const saveDraft = vi.hoisted(() => vi.fn((..._: unknown[]) => Promise.resolve()));
const kept = vi.hoisted(() => ({
  snapshot: {} as unknown as Snapshot,
  listeners: new Set<() => void>(),
}));
vi.mock("../../sync/client", () => ({
  core: { startConversation, saveDraft },
  currentSnapshot: () => kept.snapshot,
  subscribe: (listener: () => void) => {
    kept.listeners.add(listener);
    return () => kept.listeners.delete(listener);
  },
}));

const person = { account: "p", role: "lead", active: true, held: false, hasKeys: true } as Person;
const authority = (id: string, state: string): Authority => ({
  ...({
    kind: "member",
    status: "active",
    people: [{ ...person, account: `of ${id}` }],
  } as unknown as Authority),
  id,
  name: `Authority ${id}`,
  state,
});

const begun: Draft = { text: "The first words", subject: "A subject", authorities: ["a"] };

let drawn: Drawn;
beforeEach(() => {
  startConversation.mockReset();
  saveDraft.mockReset();
  saveDraft.mockResolvedValue(undefined);
  history.replaceState(null, "", "/conversations/new");
  kept.snapshot = {
    authorities: [authority("a", "FJ"), authority("b", "PW")],
    officers: [],
    me: { ...person, authority: "own" },
    connection: "online",
    drafts: { new: begun },
    draftsHere: {},
  } as unknown as Snapshot;
});
afterEach(async () => {
  await drawn.end();
});

const message = () => drawn.find<HTMLTextAreaElement>("textarea");
const chosen = () => drawn.all(".choose__picked li").length;

async function write(text: string): Promise<void> {
  const setter = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set;
  await act(async () => {
    setter?.call(message(), text);
    message().dispatchEvent(new Event("input", { bubbles: true }));
  });
}

async function submit(): Promise<void> {
  await act(async () => {
    drawn.find<HTMLFormElement>("form").requestSubmit();
  });
}

/** A beginning that the test brings to its end. */
function slowly(): { begins(id: string): Promise<void>; fails(code: string): Promise<void> } {
  let [resolve, reject] = [(_: string) => {}, (_: unknown) => {}];
  startConversation.mockReturnValueOnce(new Promise<string>((yes, no) => ([resolve, reject] = [yes, no])));
  return {
    begins: (id) => act(async () => resolve(id)),
    fails: (code) => act(async () => reject({ code, detail: "" })),
  };
}

it("sends nothing with an Enter in the search for an authority", async () => {
  drawn = await draw(<NewConversation />);
  const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
  await act(async () => {
    drawn.find("input[type=search]").dispatchEvent(enter);
  });
  expect(enter.defaultPrevented).toBe(true);
});

it("changes nothing of what goes out while it goes out, and lets it be changed again where it did not", async () => {
  const start = slowly();
  drawn = await draw(<NewConversation />);
  await submit();
  expect(message().readOnly).toBe(true);
  expect(drawn.all("input[name=subject][readonly]")).toHaveLength(1);
  await press(drawn.find(".choose__picked button"));
  expect(chosen()).toBe(1);
  await submit();
  expect(startConversation).toHaveBeenCalledOnce();
  await start.fails("offline");
  expect(message().readOnly).toBe(false);
  await write("Other words");
  expect(message().value).toBe("Other words");
});

it("opens what was begun, and leaves nothing of it behind", async () => {
  const start = slowly();
  drawn = await draw(<NewConversation />);
  await submit();
  expect(startConversation).toHaveBeenCalledWith(["a"], "A subject", "The first words");
  await start.begins("c1");
  expect(location.pathname).toBe("/conversations/c1");
  expect(saveDraft).toHaveBeenLastCalledWith("new", null, begun, true);
});

it("leaves a person where they went meanwhile, and is not sent again by whoever comes back too soon", async () => {
  const start = slowly();
  drawn = await draw(<NewConversation />);
  await submit();
  await act(async () => history.replaceState(null, "", "/conversations/other"));
  await drawn.draw(<p>Another conversation</p>);
  await drawn.draw(<NewConversation />);
  expect(message().value).toBe("The first words");
  await submit();
  expect(startConversation).toHaveBeenCalledOnce();
  await start.begins("c2");
  await settle();
  expect(location.pathname).toBe("/conversations/other");
  startConversation.mockResolvedValue("c3");
  await write("Another message");
  await submit();
  expect(startConversation).toHaveBeenCalledTimes(2);
});

it("never says that nothing was begun where nobody knows", async () => {
  const start = slowly();
  drawn = await draw(<NewConversation />);
  await submit();
  await start.fails("core_moved");
  expect(drawn.page.textContent).toContain("Look whether it was done");
  expect(drawn.page.textContent).not.toContain("was not opened");
  expect(message().value).toBe("The first words");
});
