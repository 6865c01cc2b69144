/** How a moment is written in a list or above a day: close ones by the clock, farther ones by the calendar. */
import type { Milliseconds } from "../../sync/contract";

export type Nearness = "today" | "yesterday" | "week" | "year" | "earlier";

/** The calendar day of a moment in the reader's zone, as a text that can be compared. */
export function dayKey(at: Milliseconds, zone?: string): string {
  return formatter(zone).format(at);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone?: string): Intl.DateTimeFormat {
  const held = formatters.get(zone ?? "");
  if (held) return held;
  // "sv" writes days as 2026-11-24 with Latin digits.
  const made = new Intl.DateTimeFormat("sv", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  formatters.set(zone ?? "", made);
  return made;
}

export function nearness(at: Milliseconds, now: Milliseconds, zone?: string): Nearness {
  const day = dayKey(at, zone);
  const today = dayKey(now, zone);
  if (day === today) return "today";
  const days = Math.round((Date.parse(today) - Date.parse(day)) / 86_400_000);
  if (days === 1) return "yesterday";
  if (days > 1 && days < 6) return "week";
  return day.slice(0, 4) === today.slice(0, 4) ? "year" : "earlier";
}

const options: Record<Exclude<Nearness, "yesterday">, Intl.DateTimeFormatOptions> = {
  today: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  week: { weekday: "short" },
  year: { day: "numeric", month: "short" },
  earlier: { day: "numeric", month: "short", year: "numeric" },
};

/** Short, for the end of a row: 07:55, Mon, 18 Nov, 3 Feb 2025. */
export function shortWhen(at: Milliseconds, now: Milliseconds, locale: string, zone?: string): string {
  const near = nearness(at, now, zone);
  const chosen = options[near === "yesterday" ? "week" : near];
  return new Intl.DateTimeFormat(locale, { ...chosen, timeZone: zone }).format(at);
}

/** The name of a day above its messages: Tuesday 24 November, with the year where it is another one. */
export function longDay(at: Milliseconds, now: Milliseconds, locale: string, zone?: string): string {
  const year = nearness(at, now, zone) === "earlier" ? ({ year: "numeric" } as const) : {};
  return new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...year,
    timeZone: zone,
  }).format(at);
}
