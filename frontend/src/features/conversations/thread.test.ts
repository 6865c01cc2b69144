import { describe, expect, it } from "vitest";
import type { ThreadItem } from "../../sync/contract";
import {
  clockIsOdd,
  firstUnreadIn,
  latestOfOurs,
  type Message,
  newestSequence,
  rows,
  settled,
} from "./thread";

const minute = 60_000;
const noon = Date.UTC(2026, 10, 24, 12);

function message(sequence: number, account: string, at: number, own = false): Message {
  return {
    type: "message",
    key: String(sequence),
    sequence,
    account,
    device: "d",
    own,
    text: `message ${sequence}`,
    at,
    claimedAt: at,
    state: "sent",
    failure: null,
  };
}

const layout = {
  firstUnread: null,
  ours: (account: string) => account === "me" || account === "colleague",
  dayOf: (at: number) => new Date(at).toISOString().slice(0, 10),
};
const shape = (items: ThreadItem[], more = {}) =>
  rows(items, { ...layout, ...more }).map((row) =>
    row.type === "run" ? `${row.account}${row.ours ? " (ours)" : ""} x${row.messages.length}` : row.type,
  );

describe("rows", () => {
  it("writes a name once above messages that follow each other closely", () => {
    const items = [
      message(1, "them", noon),
      message(2, "them", noon + minute),
      message(3, "them", noon + 30 * minute),
      message(4, "me", noon + 31 * minute, true),
      message(5, "colleague", noon + 32 * minute),
    ];
    expect(shape(items)).toEqual(["day", "them x2", "them x1", "me (ours) x1", "colleague (ours) x1"]);
  });

  it("begins a block with each day", () => {
    expect(shape([message(1, "them", noon), message(2, "them", noon + 24 * 60 * minute)])).toEqual([
      "day",
      "them x1",
      "day",
      "them x1",
    ]);
  });

  it("breaks a run where something happened", () => {
    const event: ThreadItem = {
      type: "key_changed",
      key: "2",
      sequence: 2,
      account: "them",
      at: noon,
      reason: "members",
      joined: ["x"],
      left: [],
    };
    expect(shape([message(1, "them", noon), event, message(3, "them", noon)])).toEqual([
      "day",
      "them x1",
      "event",
      "them x1",
    ]);
  });

  it("draws the line above the first unread message, inside a run too", () => {
    const items = [message(1, "them", noon), message(2, "them", noon), message(3, "them", noon)];
    expect(shape(items, { firstUnread: 2 })).toEqual(["day", "them x1", "new", "them x2"]);
  });

  it("draws no line above our own words only", () => {
    expect(shape([message(1, "them", noon), message(2, "me", noon, true)], { firstUnread: 2 })).toEqual([
      "day",
      "them x1",
      "me (ours) x1",
    ]);
  });

  it("gives every row a key of its own", () => {
    const items = [message(1, "a", noon), message(2, "b", noon), message(3, "a", noon)];
    const keys = rows(items, layout).map((row) => row.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

it("names the last message of our side and the newest sequence", () => {
  const pending: Message = {
    ...message(0, "me", noon, true),
    key: "client",
    sequence: null,
    state: "pending",
  };
  const items = [message(7, "me", noon, true), message(8, "them", noon), pending];
  expect(latestOfOurs(items, layout.ours)).toBe("client");
  expect(newestSequence(items)).toBe(8);
  expect(newestSequence([])).toBeNull();
});

it("notices a sender's clock that is off", () => {
  expect(clockIsOdd(message(1, "a", noon))).toBe(false);
  expect(clockIsOdd({ ...message(1, "a", noon), claimedAt: noon - 6 * minute })).toBe(true);
});

describe("settled", () => {
  const copy = (items: ThreadItem[]) => structuredClone(items);
  const items: ThreadItem[] = [
    message(1, "them", noon),
    {
      type: "key_changed",
      key: "2",
      sequence: 2,
      account: "a",
      at: noon,
      reason: "keys",
      joined: ["x"],
      left: [],
    },
    message(3, "me", noon, true),
  ];

  it("keeps the whole list where nothing changed", () => {
    expect(settled(copy(items), items)).toBe(items);
  });

  it("takes only what is different", () => {
    const now = copy(items);
    now[2] = { ...message(3, "me", noon, true), state: "read" };
    const kept = settled([...now, message(4, "them", noon)], items);
    expect(kept.map((item, index) => item === items[index])).toEqual([true, true, false, false]);
    const joined = copy(items);
    joined[1] = { ...(joined[1] as Extract<ThreadItem, { type: "key_changed" }>), joined: ["x", "y"] };
    expect(settled(joined, items)[1]).toBe(joined[1]);
  });
});

it("finds the first unread of others, and none among our own", () => {
  const items = [message(3, "them", noon), message(4, "me", noon, true), message(5, "them", noon)];
  expect(firstUnreadIn(items, 0)).toBe(3);
  expect(firstUnreadIn(items, 3)).toBe(5);
  expect(firstUnreadIn(items, 5)).toBe(null);
  // What was handed over is no news.
  expect(firstUnreadIn(items, 0, [{ first: 1, last: 4 }])).toBe(5);
});
