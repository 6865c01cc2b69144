import { describe, expect, it } from "vitest";
import { asBefore } from "./client";

describe("the list that comes anew", () => {
  it("keeps the object of each row that looks as before, and takes the others in their new order", () => {
    const before = [
      { id: "a", unread: 0, typing: [] },
      { id: "b", unread: 2, typing: ["ana"] },
    ];
    const now = [
      { id: "c", unread: 1, typing: [] },
      { id: "b", unread: 2, typing: ["ana"] },
      { id: "a", unread: 1, typing: [] },
    ];
    const kept = asBefore(before, now);
    expect(kept).toEqual(now);
    expect(kept[1]).toBe(before[1]);
    expect(kept[2]).toBe(now[2]);
  });
});
