import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Marks } from "./marks";

const one = "1".repeat(64);
const other = "2".repeat(64);

let frames: object[];
let online: boolean;
let changed: string[];
let marks: Marks;

beforeEach(() => {
  vi.useFakeTimers();
  frames = [];
  changed = [];
  online = true;
  const socket = {
    send: (frame: object) => {
      if (online) frames.push(frame);
      return online;
    },
  };
  marks = new Marks(
    () => socket,
    (conversation) => changed.push(conversation),
  );
});

afterEach(() => {
  marks.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const received = (conversation: string, sequence: number) => ({ type: "received", conversation, sequence });

it("tells once what was received within 300 ms, of each conversation", () => {
  for (const sequence of [1, 2, 3]) marks.keeps(one, sequence);
  marks.keeps(other, 7);
  expect(frames).toEqual([]);
  vi.advanceTimersByTime(300);
  expect(frames).toEqual([received(one, 3), received(other, 7)]);
  marks.keeps(one, 3);
  vi.advanceTimersByTime(1000);
  expect(frames).toHaveLength(2);
});

it("does not tell that it received what it has read", async () => {
  marks.keeps(one, 3);
  await marks.tellRead(one, 3);
  vi.advanceTimersByTime(300);
  expect(frames).toEqual([{ type: "read", conversation: one, sequence: 3 }]);
});

it("tells after a welcome what the server lacks, and nothing that it has", async () => {
  online = false;
  marks.keeps(one, 5);
  vi.advanceTimersByTime(300);
  online = true;
  await marks.level(one, { received: 5, read: 4 }, { received: 2, read: 2 });
  await marks.level(other, { received: 9, read: 9 }, { received: 9, read: 9 });
  vi.advanceTimersByTime(300);
  expect(frames).toEqual([{ type: "read", conversation: one, sequence: 4 }, received(one, 5)]);
});

it("lets typing end by itself, and by what was typed", () => {
  marks.heardTyping(one, "ana");
  marks.heardTyping(one, "bo");
  expect(marks.typing(one)).toEqual(["ana", "bo"]);
  marks.stopped(one, "ana");
  expect(marks.typing(one)).toEqual(["bo"]);
  vi.advanceTimersByTime(6_000);
  expect(marks.typing(one)).toEqual([]);
  expect(changed).toEqual([one, one, one, one]);
});
