/** All six catalogues say the same things, with the forms, the marks and the words that each language needs. */
import { describe, expect, it } from "vitest";
import { loadLaterMessages, loadMessages } from "./messages";
import { type Language, languages, type Message } from "./types";

/** Every message by its dotted path. */
function flatten(value: unknown, path = "", found = new Map<string, Message>()): Map<string, Message> {
  if (typeof value === "string" || (typeof value === "object" && value !== null && "other" in value)) {
    found.set(path, value as Message);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      flatten(inner, path === "" ? key : `${path}.${key}`, found);
    }
  }
  return found;
}

function forms(message: Message): string[] {
  return typeof message === "string" ? [message] : Object.values(message);
}

function parameters(message: Message): string[] {
  const names = new Set<string>();
  for (const form of forms(message)) {
    for (const [, name] of form.matchAll(/\{(\w+)\}/g)) {
      if (name !== undefined && !(typeof message !== "string" && name === "count")) {
        names.add(name);
      }
    }
  }
  return [...names].sort();
}

const catalogues = new Map<Language, Map<string, Message>>();
for (const language of languages) {
  catalogues.set(
    language,
    flatten({ ...(await loadMessages(language)), ...(await loadLaterMessages(language)) }),
  );
}
function catalogue(language: Language): Map<string, Message> {
  return catalogues.get(language) ?? new Map();
}
const english = catalogue("en");

/** The paths whose text has what `pattern` finds; what stands for the person outside the sentence is left out. */
function offenders(
  language: Language,
  pattern: RegExp,
  except: (path: string) => boolean = () => false,
): string[] {
  return [...catalogue(language)]
    .filter(([path, message]) => !except(path) && forms(message).some((form) => pattern.test(form)))
    .map(([path, message]) => `${path}: ${forms(message).join(" / ")}`);
}

describe.each(languages)("the catalogue %s", (language) => {
  const own = catalogue(language);

  it("has every message of the English one and no other", () => {
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("has no empty message", () => {
    expect([...own].filter(([, message]) => forms(message).some((form) => form.trim() === ""))).toEqual([]);
  });

  it("counts where English counts, in every form that the language has", () => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const missing: string[] = [];
    for (const [path, message] of english) {
      const translated = own.get(path);
      if (typeof message === "string") {
        expect(typeof translated, path).toBe("string");
        continue;
      }
      for (const category of categories) {
        if (typeof translated === "string" || translated?.[category] === undefined) {
          missing.push(`${path}.${category}`);
        }
      }
    }
    expect(missing).toEqual([]);
  });

  it("shows the number in every form but those that say it in words", () => {
    const silent: string[] = [];
    for (const [path, message] of own) {
      if (
        typeof message === "string" ||
        !forms(english.get(path) ?? "").some((form) => form.includes("{count}"))
      ) {
        continue;
      }
      for (const [category, form] of Object.entries(message)) {
        const inWords = language === "ar" && ["zero", "one", "two"].includes(category);
        if (!inWords && category !== "zero" && category !== "one" && !form.includes("{count}")) {
          silent.push(`${path}.${category}: ${form}`);
        }
      }
    }
    expect(silent).toEqual([]);
  });

  it("takes the same parameters as English", () => {
    const differing = [...own]
      .filter(([path, message]) => {
        const wanted = parameters(english.get(path) ?? "");
        return wanted.join() !== parameters(message).join();
      })
      .map(([path, message]) => `${path}: ${parameters(message).join()}`);
    expect(differing).toEqual([]);
  });

  it("has typographic quotes and apostrophes, no exclamation and no three dots", () => {
    expect(offenders(language, /["'`]|\.\.\.|…/)).toEqual([]);
    expect(offenders(language, /[!！]/)).toEqual([]);
  });

  it("has no space twice, at the beginning or at the end", () => {
    expect(offenders(language, / {2}|^\s|\s$/)).toEqual([]);
  });

  it("writes digits as in Latin", () => {
    expect(offenders(language, /[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/)).toEqual([]);
  });

  it("never says please on a button, nor OK, nor Oops", () => {
    expect(offenders(language, /\bOK\b|\bOops\b/i)).toEqual([]);
    expect(offenders("en", /\bplease\b/i, (path) => !path.startsWith("common.actions."))).toEqual([]);
  });
});

describe("the marks of each language", () => {
  it("Arabic has its own comma, semicolon and question mark, and draws a letter out only before Latin ones", () => {
    expect(offenders("ar", /[\u0600-\u06ff] ?[,;?]|\u0640(?! ?[A-Za-z{])/)).toEqual([]);
  });

  it("Chinese has full-width marks between its characters and no typed spaces", () => {
    expect(offenders("zh", /\p{Script=Han}[,;:?!]|\p{Script=Han} \p{Script=Han}/u)).toEqual([]);
    expect(offenders("zh", /\p{Script=Han} ?\{count\} |\{count\} \p{Script=Han}/u)).toEqual([]);
  });

  it("French has its no-break spaces before high marks and inside its quotes", () => {
    expect(offenders("fr", /[^\u202f][;!?]|[^\u00a0\u202f][»]|«[^\u00a0\u202f]/)).toEqual([]);
    expect(offenders("fr", /[^\u00a0]:(?!\/\/)/)).toEqual([]);
    expect(offenders("fr", /[“”](?!.*»)/)).toEqual([]);
  });

  it("Russian keeps one-letter prepositions with their word and writes е", () => {
    expect(offenders("ru", /(?<![а-яё])[вксоу] [а-яё«]/i)).toEqual([]);
    // всё is not все: there the meaning would change.
    expect(offenders("ru", /(?<!вс)ё/i)).toEqual([]);
  });

  it("Russian text holds no Latin look-alikes of its letters", () => {
    expect(offenders("ru", /[а-яё][aceopxyABCEHKMOPTX]|[aceopxyABCEHKMOPTX][а-яё]/)).toEqual([]);
  });

  it("Spanish opens its questions", () => {
    expect(offenders("es", /^[^¿]*\?/)).toEqual([]);
  });
});

describe("the two kinds of codes", () => {
  const recovery: Record<Language, RegExp> = {
    en: /recovery/i,
    ar: /استعادة|الاستعادة/,
    zh: /恢复/,
    fr: /récupération/i,
    ru: /восстановлени/i,
    es: /recuperación/i,
  };
  const backup: Record<Language, RegExp> = {
    en: /backup/i,
    ar: /احتياطي/,
    zh: /备用/,
    fr: /secours/i,
    ru: /резервн/i,
    es: /respaldo/i,
  };

  it.each(languages)("are never taken for each other in %s", (language) => {
    const confused: string[] = [];
    for (const [path, message] of english) {
      const source = forms(message).join(" ");
      const own = forms(catalogue(language).get(path) ?? "").join(" ");
      const namesRecovery = /recovery code/i.test(source);
      const namesBackup = /backup code/i.test(source);
      if (namesRecovery && !namesBackup && backup[language].test(own)) {
        confused.push(`${path} speaks of backup codes`);
      }
      if (namesBackup && !namesRecovery && recovery[language].test(own)) {
        confused.push(`${path} speaks of the recovery code`);
      }
      if (namesRecovery && !recovery[language].test(own)) {
        confused.push(`${path} does not name the recovery code`);
      }
      if (namesBackup && !backup[language].test(own)) {
        confused.push(`${path} does not name the backup code`);
      }
    }
    expect(confused).toEqual([]);
  });
});
