/** The words of codes, languages, hours and zones, in the reader's language. */
import { useMemo } from "react";
import { type Language, localeTag, useI18n } from "../../i18n";
import type { Hours } from "../../sync/contract";
import { clockText, offsetOf, runsOf, weekdayName } from "./hours";

const languageNames = new Map<Language, Intl.DisplayNames>();

/** A language in the reader's own; its code where there is no word for it. */
export function languageName(reader: Language, code: string): string {
  const names = languageNames.get(reader) ?? new Intl.DisplayNames([localeTag(reader)], { type: "language" });
  languageNames.set(reader, names);
  try {
    const name = names.of(code) ?? code;
    return name.charAt(0).toLocaleUpperCase(localeTag(reader)) + name.slice(1);
  } catch {
    return code;
  }
}

/** “Riyadh (UTC+3)”, or the offset alone where the zone is nothing else. */
export function zoneName(zone: string, now: number): string {
  const offset = offsetOf(zone, now);
  const city = zone.startsWith("Etc/") ? "" : (zone.split("/").at(-1) ?? "").replaceAll("_", " ");
  return city === "" || offset === zone ? offset : `${city} (${offset})`;
}

export interface DirectoryWords {
  power(code: string): string;
  matter(code: string): string;
  network(code: string): string;
  language(code: string): string;
  /** “English, French”, in the order of the alphabet. */
  languages(codes: readonly string[]): string;
  list(words: readonly string[]): string;
  /** “Monday to Friday, 08:00–16:00” */
  hours(hours: Hours): string;
  days(days: readonly number[]): string;
}

export function useDirectoryWords(): DirectoryWords {
  const { t, lookup, language: reader } = useI18n();
  return useMemo(() => {
    const listed = new Intl.ListFormat(localeTag(reader), { type: "unit", style: "short" });
    const { compare } = new Intl.Collator(localeTag(reader));
    const list = (words: readonly string[]) => listed.format(words);
    const language = (code: string) => languageName(reader, code);
    const days = (all: readonly number[]) =>
      all.length === 7
        ? t("directory.hours.every_day")
        : list(
            runsOf(all).map(([first, last]) =>
              first === last
                ? weekdayName(reader, first)
                : t("directory.hours.range", {
                    first: weekdayName(reader, first),
                    last: weekdayName(reader, last),
                  }),
            ),
          );
    return {
      power: (code) => lookup(`directory.power.${code}`) ?? code,
      matter: (code) => lookup(`directory.matter.${code}`) ?? code,
      network: (code) => lookup(`directory.network.${code}`) ?? code,
      language,
      languages: (codes) => list(codes.map(language).sort(compare)),
      list,
      days,
      hours: (hours) =>
        t("directory.hours.at", {
          days: days(hours.days),
          from: clockText(hours.from),
          until: clockText(hours.until),
        }),
    };
  }, [t, lookup, reader]);
}
