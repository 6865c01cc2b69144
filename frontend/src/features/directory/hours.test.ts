/** A desk is open by the clock that hangs there, in its own week. */
import { expect, it } from "vitest";
import { clockText, deskOf, localTime, offsetOf, runsOf } from "./hours";

const week = { days: [1, 2, 3, 4, 5], from: 8 * 60, until: 16 * 60 };
/** Sunday to Thursday. */
const gulf = { days: [1, 2, 3, 4, 7], from: 450, until: 900 };
const at = (text: string) => Date.parse(`${text}Z`);

it("knows the day and the time of a place", () => {
  expect(localTime("Asia/Kathmandu", at("2026-12-01T20:00"))).toEqual({ weekday: 3, minutes: 105 });
  expect(localTime("Etc/GMT+5", at("2026-12-01T02:00"))).toEqual({ weekday: 1, minutes: 21 * 60 });
  expect(localTime("Mars/Olympus", 0)).toBeNull();
  expect(localTime(null, 0)).toBeNull();
});

it("is open within the hours of its own days, and not on the minute at which it closes", () => {
  const norvik = { zone: "Etc/GMT-1", hours: week };
  expect(deskOf(norvik, at("2026-12-01T07:00")).open).toBe(true);
  expect(deskOf(norvik, at("2026-12-01T06:59")).open).toBe(false);
  expect(deskOf(norvik, at("2026-12-01T15:00")).open).toBe(false);
  expect(deskOf(norvik, at("2026-12-05T10:00")).open).toBe(false);
  expect(deskOf({ zone: "Etc/GMT-3", hours: gulf }, at("2026-12-06T06:00")).open).toBe(true); // a Sunday
});

it("says nothing where nobody said where it stands or when it works", () => {
  expect(deskOf({ zone: null, hours: week }, 0)).toEqual({
    local: null,
    open: null,
    opensAt: null,
    duty: false,
  });
  expect(deskOf({ zone: "Etc/GMT-1", hours: null }, at("2026-12-01T06:59")).open).toBeNull();
});

it("opens later on the same day, or on the next day of its week", () => {
  const norvik = { zone: "Etc/GMT-1", hours: week };
  expect(deskOf(norvik, at("2026-12-01T05:30")).opensAt).toBe(at("2026-12-01T07:00"));
  expect(deskOf(norvik, at("2026-12-04T18:00")).opensAt).toBe(at("2026-12-07T07:00")); // Friday to Monday
  const oneDay = { zone: "Etc/GMT-1", hours: { ...week, days: [2] } };
  expect(deskOf(oneDay, at("2026-12-01T18:00")).opensAt).toBe(at("2026-12-08T07:00"));
});

it("opens by its own clock also where clocks are put back until then", () => {
  // Madrid goes back one hour on 25 October 2026, a Sunday
  const madrid = { zone: "Europe/Madrid", hours: week };
  expect(deskOf(madrid, at("2026-10-23T18:00")).opensAt).toBe(at("2026-10-26T07:00"));
});

it("reaches a duty line at any hour, or at the hours of that line", () => {
  const night = at("2026-12-05T02:00");
  const zone = "Etc/GMT-1";
  expect(deskOf({ zone, hours: week, duty: { hours: null } }, night).duty).toBe(true);
  expect(deskOf({ zone: null, hours: null, duty: { hours: null } }, night).duty).toBe(true);
  expect(deskOf({ zone, hours: week, duty: { hours: week } }, night).duty).toBe(false);
  expect(deskOf({ zone, hours: null, duty: { hours: { ...week, days: [6], from: 0 } } }, night).duty).toBe(
    true,
  );
});

it("gathers days that follow each other, over the end of the week too", () => {
  expect(runsOf([1, 2, 3, 4, 5])).toEqual([[1, 5]]);
  expect(runsOf([1, 2, 3, 4, 7])).toEqual([[7, 4]]);
  expect(runsOf([1, 3, 4])).toEqual([
    [1, 1],
    [3, 4],
  ]);
  expect(runsOf([1, 2, 3, 4, 5, 6, 7])).toEqual([[1, 7]]);
});

it("writes times and offsets so that they can be read aloud everywhere", () => {
  expect(clockText(65)).toBe("01:05");
  expect(clockText(1440)).toBe("24:00");
  expect(offsetOf("Etc/GMT-3", 0)).toBe("UTC+3");
  expect(offsetOf("Asia/Kathmandu", at("2026-12-01T00:00"))).toBe("UTC+5:45");
  expect(offsetOf("nowhere", 0)).toBe("nowhere");
});
