import { expect, it } from "vitest";
import { everything, filtersSomething, queryOf, turnedRound } from "./filters";

it("asks for everything where nothing is chosen", () => {
  expect(queryOf(everything)).toBe("");
  expect(filtersSomething(everything)).toBe(false);
  expect(queryOf(everything, 7)).toBe("before=7");
});

it("asks for what is chosen", () => {
  const filters = { ...everything, action: "person:session:opened" as const, person: "ab", authority: "cd" };
  expect(Object.fromEntries(new URLSearchParams(queryOf(filters)))).toEqual({
    action: "person:session:opened",
    person: "ab",
    authority: "cd",
  });
  expect(filtersSomething(filters)).toBe(true);
});

it("includes both days, from the midnight before the first to the one after the last", () => {
  const query = new URLSearchParams(queryOf({ ...everything, from: "2026-10-25", to: "2026-10-25" }));
  expect(Number(query.get("since"))).toBe(new Date(2026, 9, 25).getTime());
  expect(Number(query.get("until"))).toBe(new Date(2026, 9, 26).getTime());
});

it("leaves out a day that is not written to its end", () => {
  expect(queryOf({ ...everything, from: "2026-02-30" })).toBe("");
});

it("sees that the last day lies before the first", () => {
  expect(turnedRound({ ...everything, from: "2026-11-02", to: "2026-11-01" })).toBe(true);
  expect(turnedRound({ ...everything, from: "2026-11-01", to: "2026-11-01" })).toBe(false);
  expect(turnedRound({ ...everything, to: "2026-11-01" })).toBe(false);
});
