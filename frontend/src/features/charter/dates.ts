/** The day of a charter is the same everywhere: it begins at midnight UTC, and is written as that day. */
import { type Language, localeTag } from "../../i18n";

export function charterDay(language: Language, at: number): string {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  const text = new Intl.DateTimeFormat(localeTag(language), options).format(at);
  return text.replace(/(\d) (?=\p{L})/gu, "$1\u00a0");
}

/** The value of a date field; empty for none. */
export function toDateField(at: number | null): string {
  return at === null ? "" : new Date(at).toISOString().slice(0, 10);
}

/** Milliseconds of midnight UTC; null for an empty or broken field. */
export function fromDateField(text: string): number | null {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** Whole days from now until then, at least 0. */
export function daysUntil(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / 86_400_000));
}
