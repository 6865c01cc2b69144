/** The form: its sections, which codes of what is missing belong to which field, and what an official address is. */
import type { ApplicationForm } from "../../sync/applications";
import type { Purpose } from "../../sync/applying";

export const sections = [
  "authority",
  "mandate",
  "independence",
  "protection",
  "people",
  "documents",
  "signatory",
] as const;
export type Section = (typeof sections)[number];

/** Where the codes of `missing` and `wanted` stand on the page; a code that is not here leads to the end. */
const places: Readonly<Record<string, Section>> = {
  name: "authority",
  name_en: "authority",
  state: "authority",
  membership: "authority",
  website: "authority",
  address: "authority",
  telephone: "authority",
  powers: "mandate",
  mandate: "mandate",
  legal_basis: "mandate",
  independence: "independence",
  protection_physical: "protection",
  protection_legal: "protection",
  focal_points: "people",
  lead: "people",
  lead_email: "people",
  documents: "documents",
  signatory_name: "signatory",
  signatory_function: "signatory",
  charter: "signatory",
  note: "signatory",
};

export function sectionOf(code: string): Section | null {
  return places[code] ?? places[code.split(".")[0] ?? ""] ?? null;
}

/** The id of the field on the page that a code leads to. */
export function fieldId(code: string): string {
  if (code.startsWith("documents.")) return `apply-${code.replace(".", "-")}`;
  if (code === "lead" || code === "lead_email" || code.startsWith("focal_points"))
    return "apply-focal_points";
  return `apply-${code}`;
}

/** The words of a purpose; a group of words that held `other` would be read as the forms of a plural. */
export function purposeKey(purpose: Purpose): Exclude<Purpose, "other"> | "further" {
  return purpose === "other" ? "further" : purpose;
}

/** Puts the focus where something is missing. */
export function goTo(code: string): void {
  const field =
    document.getElementById(fieldId(code)) ?? document.getElementById(`apply-section-${sectionOf(code)}`);
  const target =
    field?.querySelector<HTMLElement>(
      "input:not([disabled]), textarea:not([disabled]), button:not([disabled])",
    ) ?? field;
  target?.scrollIntoView({ block: "center" });
  target?.focus({ preventScroll: true });
}

export type FocalPoint = ApplicationForm["focal_points"][number];

export function newFocalPoint(role: FocalPoint["role"], language: FocalPoint["language"]): FocalPoint {
  return { role, name: "", function: "", email: "", language };
}

/** The rows that the page shows: a lead and one more are there from the beginning. */
export function shownFocalPoints(
  form: ApplicationForm,
  language: FocalPoint["language"],
): readonly FocalPoint[] {
  const shown = [...form.focal_points];
  if (shown.length === 0) shown.push(newFocalPoint("lead", language));
  if (shown.length === 1) shown.push(newFocalPoint("deputy", language));
  return shown;
}

export function isAddress(email: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(email.trim());
}

/** What is wrong with the address of one focal point beside the others; an empty one is only missing. */
export function addressProblem(points: readonly FocalPoint[], index: number): "wrong" | "same" | null {
  const email = points[index]?.email.trim().toLowerCase() ?? "";
  if (email === "") return null;
  if (!isAddress(email)) return "wrong";
  return points.some((one, place) => place !== index && one.email.trim().toLowerCase() === email)
    ? "same"
    : null;
}

/** How long a text may be, by the server's own rules. */
export const most = {
  line: 200,
  text: 4000,
  address: 500,
  telephone: 50,
  charter: 7,
  note: 2000,
  email: 254,
} as const;

/** Where everybody can have a mailbox: no sign that an authority stands behind it. */
const open = new Set(
  (
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com aol.com icloud.com me.com " +
    "proton.me protonmail.com gmx.com gmx.de gmx.net web.de mail.com zoho.com yandex.ru yandex.com ya.ru mail.ru " +
    "bk.ru inbox.ru list.ru rambler.ru qq.com 163.com 126.com sina.com foxmail.com orange.fr free.fr laposte.net " +
    "wanadoo.fr libero.it terra.com.br uol.com.br hotmail.fr hotmail.es yahoo.fr yahoo.es maktoob.com"
  ).split(" "),
);

/** Whether an address looks like a private one; it may still be the only one that an authority has. */
export function looksPrivate(email: string): boolean {
  return open.has(email.trim().toLowerCase().split("@").at(-1) ?? "");
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The fields in which two states of the form differ. */
export function differences(one: ApplicationForm, other: ApplicationForm): (keyof ApplicationForm)[] {
  return (Object.keys(one) as (keyof ApplicationForm)[]).filter((field) => {
    const [here, there] = [one[field], other[field]];
    if (field === "powers") {
      return !same([...one.powers].sort(), [...other.powers].sort());
    }
    if (field === "focal_points") {
      return !same(one.focal_points.map(ordered), other.focal_points.map(ordered));
    }
    return !same(here, there);
  });
}

/** The same members in the same order, whoever wrote them down. */
function ordered({ role, name, function: title, email, language }: FocalPoint): FocalPoint {
  return { role, name, function: title, email, language };
}
