/** Fills messages with values: plural forms by the language's own rules, numbers in its own style, digits always latin. */
import type { Direction, Language, Message, Plural } from "./types";

export type Value = string | number;
export type Values = Readonly<Record<string, Value>>;

const tags: Record<Language, string> = {
  ar: "ar-u-nu-latn",
  zh: "zh-CN-u-nu-latn",
  en: "en-GB-u-nu-latn",
  fr: "fr-FR-u-nu-latn",
  ru: "ru-RU-u-nu-latn",
  es: "es-ES-u-nu-latn",
};

/** The BCP 47 tag that `Intl` is asked with. */
export function localeTag(language: Language): string {
  return tags[language];
}

export function directionOf(language: Language): Direction {
  return language === "ar" ? "rtl" : "ltr";
}

const pluralRules = new Map<Language, Intl.PluralRules>();
const numberFormats = new Map<Language, Intl.NumberFormat>();

export function pluralCategory(language: Language, count: number): Intl.LDMLPluralRule {
  let rules = pluralRules.get(language);
  if (rules === undefined) {
    rules = new Intl.PluralRules(tags[language]);
    pluralRules.set(language, rules);
  }
  return rules.select(count);
}

export function formatNumber(language: Language, value: number): string {
  let format = numberFormats.get(language);
  if (format === undefined) {
    format = new Intl.NumberFormat(tags[language]);
    numberFormats.set(language, format);
  }
  return format.format(value);
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
const leftToRight = /[A-Za-z\u00c0-\u024f\u0370-\u052f\u4e00-\u9fff]/u;

/** Wraps a piece of the other direction in isolates, so that it does not turn the sentence around it. */
export function isolate(language: Language, text: string): string {
  const foreign = directionOf(language) === "rtl" ? leftToRight.test(text) : rightToLeft.test(text);
  return foreign ? `\u2068${text}\u2069` : text;
}

function formOf(language: Language, message: Plural, values: Values): string {
  const count = values.count;
  if (typeof count !== "number") {
    return message.other;
  }
  // Arabic and others have forms for nothing at all that read better than "0": where a zero form is given it wins.
  const category = count === 0 && message.zero !== undefined ? "zero" : pluralCategory(language, count);
  return message[category] ?? message.other;
}

/** The text of a message before its values are put in. */
export function templateOf(language: Language, message: Message, values: Values): string {
  return typeof message === "string" ? message : formOf(language, message, values);
}

export function renderValue(language: Language, value: Value): string {
  return typeof value === "number" ? formatNumber(language, value) : isolate(language, value);
}

/** The finished sentence. A name without a value stays visible as `{name}`, so that it is noticed. */
export function formatMessage(language: Language, message: Message, values: Values = {}): string {
  return templateOf(language, message, values).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : renderValue(language, value);
  });
}

/** Keeps a day with its month, and a time with nothing else, on one line. */
function unbroken(text: string): string {
  return text.replace(/(\d) (?=\p{L})/gu, "$1\u00a0");
}

function dateFormat(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(tags[language], options);
}

/** 24 November 2026 */
export function formatDate(language: Language, at: number): string {
  return unbroken(dateFormat(language, { day: "numeric", month: "long", year: "numeric" }).format(at));
}

/** 07:55, always 24 hours */
export function formatTime(language: Language, at: number): string {
  return dateFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

function dayNumber(at: number): number {
  const day = new Date(at);
  return Math.round(Date.UTC(day.getFullYear(), day.getMonth(), day.getDate()) / 86_400_000);
}

/** Today, Yesterday, Tuesday 24 November; with the year when it is another one. */
export function formatDay(language: Language, at: number, now: number = Date.now()): string {
  const distance = dayNumber(at) - dayNumber(now);
  if (distance === 0 || distance === -1) {
    const word = new Intl.RelativeTimeFormat(tags[language], { numeric: "auto" }).format(distance, "day");
    return word.charAt(0).toLocaleUpperCase(tags[language]) + word.slice(1);
  }
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const options: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long" };
  return unbroken(dateFormat(language, sameYear ? options : { ...options, year: "numeric" }).format(at));
}

const stateNames = new Map<Language, Intl.DisplayNames>();

/** The name of a State of ISO 3166, in the language; the code itself when there is none. */
export function isoStateName(language: Language, code: string): string {
  let names = stateNames.get(language);
  if (names === undefined) {
    names = new Intl.DisplayNames([tags[language]], { type: "region" });
    stateNames.set(language, names);
  }
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}
