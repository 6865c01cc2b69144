/** Changing the steps that a network asks for: the first and the last stay where they are. */
import type { VettingStep } from "../../sync/applications";

type Steps = readonly VettingStep[];

export const MOST_STEPS = 12;
const MOST_DAYS = 365;
export const LONGEST_TITLE = 80;
export const LONGEST_TEXT = 600;

export function isFixed({ kind }: Pick<VettingStep, "kind">): boolean {
  return kind === "receipt" || kind === "admission";
}

/** Where a step may go from here, by one place; null where it may not. */
export function target(steps: Steps, at: number, by: -1 | 1): number | null {
  const step = steps[at];
  const other = steps[at + by];
  return step === undefined || other === undefined || isFixed(step) || isFixed(other) ? null : at + by;
}

export function moved(steps: Steps, at: number, to: number): VettingStep[] {
  const next = [...steps];
  next.splice(to, 0, ...next.splice(at, 1));
  return next;
}

/** Before the admission; a window for objections is open for two weeks unless told otherwise. */
export function added(steps: Steps, kind: "check" | "objection"): VettingStep[] {
  const window = kind === "objection";
  const step: VettingStep = {
    key: freeKey(steps, window ? "objections" : "check"),
    kind,
    days: window ? 14 : null,
    officers: null,
    another: false,
    title: window ? null : {},
    text: null,
  };
  return [...steps.slice(0, -1), step, ...steps.slice(-1)];
}

function freeKey(steps: Steps, wanted: string): string {
  const taken = new Set(steps.map(({ key }) => key));
  let key = wanted;
  for (let number = 2; taken.has(key); number += 1) key = `${wanted}_${number}`;
  return key;
}

export interface Faults {
  days: boolean;
  officers: boolean;
  /** The languages in which they are missing: words stand in all of them, or in none. */
  title: string[];
  text: string[];
}

/** What a step lacks before it can be saved; `standard`: the catalogue has words for it. */
export function faultsOf(step: VettingStep, standard: boolean, languages: readonly string[]): Faults {
  const { days, kind, officers } = step;
  const missing = (words: VettingStep["title"], needed: boolean) => {
    const lacking = languages.filter((language) => !words?.[language as "en"]?.trim());
    return lacking.length < languages.length || needed ? lacking : [];
  };
  return {
    days: days === null ? kind === "objection" : !Number.isInteger(days) || days < 1 || days > MOST_DAYS,
    officers: officers !== null && officers.length === 0,
    title: missing(step.title, !standard),
    text: missing(step.text, false),
  };
}

export function isFaulty({ days, officers, title, text }: Faults): boolean {
  return days || officers || title.length > 0 || text.length > 0;
}

/** As it is saved: officers in order, and no words at all are null. */
export function tidied(step: VettingStep): VettingStep {
  const officers = step.officers === null ? null : [...step.officers].sort();
  return { ...step, officers, title: written(step.title), text: written(step.text) };
}

function written(words: VettingStep["title"]): VettingStep["title"] {
  const full = Object.entries(words ?? {}).filter(([, text]) => text.trim() !== "");
  return full.length === 0
    ? null
    : Object.fromEntries(full.map(([language, text]) => [language, text.trim()]));
}
