/** Whether a desk is open where it stands, when it opens, and how one says so. */
import { type Language, localeTag } from "../../i18n";
import type { Hours, Milliseconds } from "../../sync/contract";

const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;

export interface LocalTime {
  /** 1 is Monday. */
  weekday: number;
  /** Of the day. */
  minutes: number;
}

const weekdays: Record<string, number> = { Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6, Sun: 7 };
const clocks = new Map<string, Intl.DateTimeFormat | null>();

/** A clock of this zone; null for a zone that this browser does not know. */
function clockOf(zone: string): Intl.DateTimeFormat | null {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    try {
      clock = new Intl.DateTimeFormat("en-GB", {
        timeZone: zone,
        weekday: "short",
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
      });
    } catch {
      clock = null;
    }
    clocks.set(zone, clock);
  }
  return clock;
}

export function localTime(zone: string | null, now: Milliseconds): LocalTime | null {
  const clock = zone === null ? null : clockOf(zone);
  if (clock === null) return null;
  const parts = Object.fromEntries(clock.formatToParts(now).map(({ type, value }) => [type, value]));
  return {
    weekday: weekdays[parts.weekday ?? ""] ?? 1,
    minutes: Number(parts.hour) * 60 + Number(parts.minute),
  };
}

/** 08:00 */
export function clockText(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function within(hours: Hours, { weekday, minutes }: LocalTime): boolean {
  return hours.days.includes(weekday) && hours.from <= minutes && minutes < hours.until;
}

export interface Desk {
  /** Null where nobody said where it stands. */
  local: LocalTime | null;
  /** Null where its hours are not known either. */
  open: boolean | null;
  /** When it opens next; null while it is open, or where that is not known. */
  opensAt: Milliseconds | null;
  /** Somebody answers the duty line now. */
  duty: boolean;
}

interface Reachable {
  readonly zone: string | null;
  readonly hours: Hours | null;
  readonly duty?: { readonly hours: Hours | null } | null;
}

export function deskOf({ zone, hours, duty = null }: Reachable, now: Milliseconds): Desk {
  const local = localTime(zone, now);
  const known = local !== null && hours !== null;
  const open = known ? within(hours, local) : null;
  return {
    local,
    open,
    opensAt: known && open === false ? opening(hours, local, now, zone) : null,
    duty: duty !== null && (duty.hours === null || (local !== null && within(duty.hours, local))),
  };
}

function opening(hours: Hours, local: LocalTime, now: Milliseconds, zone: string | null): Milliseconds {
  const days = Array.from({ length: 8 }, (_, day) => day).find(
    (day) =>
      hours.days.includes(((local.weekday - 1 + day) % 7) + 1) && (day > 0 || local.minutes < hours.from),
  );
  const minutes = (days ?? 0) * DAY_MINUTES + hours.from - local.minutes;
  const at = Math.floor(now / MINUTE) * MINUTE + minutes * MINUTE;
  // where clocks are put forward or back until then, the desk opens by the clock that hangs there
  const then = localTime(zone, at)?.minutes ?? hours.from;
  const shift = ((hours.from - then + DAY_MINUTES * 1.5) % DAY_MINUTES) - DAY_MINUTES / 2;
  return at + shift * MINUTE;
}

/** “UTC+3”, at this moment. */
export function offsetOf(zone: string, now: Milliseconds): string {
  try {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "shortOffset" });
    const offset = parts.formatToParts(now).find(({ type }) => type === "timeZoneName")?.value ?? "UTC";
    return offset.replace("GMT", "UTC");
  } catch {
    return zone;
  }
}

/** Runs of days that follow each other, over the end of the week too: Sunday to Thursday is one. */
export function runsOf(days: readonly number[]): [first: number, last: number][] {
  const all = new Set(days);
  if (all.size === 7) return [[1, 7]];
  const before = (day: number) => ((day + 5) % 7) + 1;
  const after = (day: number) => (day % 7) + 1;
  return [...all]
    .filter((day) => !all.has(before(day)))
    .map((first): [number, number] => {
      let last = first;
      while (all.has(after(last))) last = after(last);
      return [first, last];
    })
    .sort(([one], [other]) => one - other);
}

/** 1 January 2024 was a Monday. */
export function weekdayName(language: Language, day: number, width: "long" | "short" = "long"): string {
  const format = new Intl.DateTimeFormat(localeTag(language), { weekday: width, timeZone: "UTC" });
  return format.format(Date.UTC(2024, 0, day));
}
