import { describe, expect, it } from "vitest";
import { dayKey, longDay, nearness, shortWhen } from "./when";

const now = Date.UTC(2026, 10, 24, 4, 25); // a Tuesday
const hours = (count: number) => now - count * 3_600_000;

describe("the reader's zone", () => {
  it("decides which day a moment belongs to", () => {
    const late = Date.UTC(2026, 10, 23, 22, 0);
    expect(dayKey(late, "UTC")).toBe("2026-11-23");
    expect(dayKey(late, "Asia/Kathmandu")).toBe("2026-11-24");
    expect(nearness(late, now, "Asia/Kathmandu")).toBe("today");
    expect(nearness(late, now, "UTC")).toBe("yesterday");
  });
});

describe("short times", () => {
  it("are a clock today, a weekday this week, then a date", () => {
    expect(shortWhen(hours(1), now, "en-GB", "UTC")).toBe("03:25");
    expect(shortWhen(hours(24), now, "en-GB", "UTC")).toBe("Mon");
    expect(shortWhen(hours(24 * 6), now, "en-GB", "UTC")).toBe("18 Nov");
    expect(shortWhen(Date.UTC(2025, 1, 3), now, "en-GB", "UTC")).toBe("3 Feb 2025");
  });

  it("keep Latin digits in Arabic", () => {
    expect(shortWhen(hours(1), now, "ar-u-nu-latn", "UTC")).toMatch(/03:25/);
  });
});

it("names a day in full, with its year only where it is another one", () => {
  expect(longDay(now, now, "en-GB", "UTC")).toMatch(/^Tuesday,? 24 November$/);
  expect(longDay(Date.UTC(2025, 1, 3), now, "en-GB", "UTC")).toMatch(/^Monday,? 3 February 2025$/);
});
