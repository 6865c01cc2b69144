/** Which language the page starts in: the one chosen in this browser, else the browser's own, else English. */
import { type Language, languages, preferredLanguage } from "../i18n";

const KEY = "entente.language";

function stored(): Language | null {
  try {
    const value = localStorage.getItem(KEY);
    return languages.find((language) => language === value) ?? null;
  } catch {
    return null;
  }
}

export function firstLanguage(): Language {
  return stored() ?? preferredLanguage(navigator.languages);
}

/** True once a person chose a language here; until then the language of their account counts. */
export function hasChosenLanguage(): boolean {
  return stored() !== null;
}

export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // A browser that keeps nothing forgets the choice, no more.
  }
}
