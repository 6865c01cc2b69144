import { describe, expect, it } from "vitest";
import { inRequests, keepRaw, type RawItem } from "./raw";

const DAY = 86_400_000;
const now = 20_000 * DAY;
const item = (sequence: number, received_at = now, body = "AAAA"): RawItem => ({
  sequence,
  received_at,
  body,
  signature: "AAAA",
});
const numbers = (pieces: readonly (readonly RawItem[])[]) =>
  pieces.map((piece) => piece.map(({ sequence }) => sequence));

describe("what was taken together", () => {
  it("is one record, under the day of the newest of it", () => {
    const [change, ...more] = keepRaw("c", [item(7, now - 2 * DAY), item(8)], now);
    expect(more).toEqual([]);
    expect(change).toMatchObject({ store: "raw", key: "020000/c/0000000007" });
    expect(change?.value).toHaveLength(2);
  });

  it("is kept without what is older than two weeks", () => {
    const changes = keepRaw("c", [item(7, now - 15 * DAY), item(8)], now);
    expect(changes.map(({ key }) => key)).toEqual(["020000/c/0000000008"]);
    expect(keepRaw("c", [item(7, now - 15 * DAY)], now)).toEqual([]);
  });
});

describe("what is handed back", () => {
  it("goes in pieces without a gap, none with too many items or too heavy", () => {
    expect(numbers(inRequests([item(1), item(2), item(4), item(5)]))).toEqual([
      [1, 2],
      [4, 5],
    ]);
    expect(numbers(inRequests([item(1), item(2), item(3)], 2))).toEqual([[1, 2], [3]]);
    expect(numbers(inRequests([item(1), item(2), item(3)], 9, 150))).toEqual([[1, 2], [3]]);
    expect(inRequests([])).toEqual([]);
  });
});
