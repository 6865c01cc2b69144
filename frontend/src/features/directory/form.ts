/** What is typed into the forms of an entry and of a profile, and what of it can be signed. */
import {
  type DirectoryEntry,
  type DirectoryProfile,
  emptyEntry,
  isEntry,
  isProfile,
} from "../../crypto/directory";
import type { Hours } from "../../sync/contract";
import { clockText } from "./hours";

export interface HoursForm {
  days: number[];
  from: string;
  until: string;
}

export type Answer = "not_said" | "yes" | "no";

export interface EntryForm {
  names: { [language: string]: string };
  address: string;
  switchboard: string;
  email: string;
  hasDuty: boolean;
  dutyTelephone: string;
  dutyAlways: boolean;
  dutyHours: HoursForm;
  zone: string | null;
  hasHours: boolean;
  hours: HoursForm;
  languages: string[];
  powers: string[];
  competences: string[];
  central: boolean;
  /** Notes by code, of what is chosen. */
  informal: { [code: string]: string };
  formal: { [code: string]: string };
  basis: string;
  electronic: Answer;
  electronicHow: string;
  interpol: Answer;
  networks: string[];
  note: string;
}

export interface ProfileForm {
  title: string;
  languages: string[];
  zone: string | null;
  hasHours: boolean;
  hours: HoursForm;
  competences: string[];
}

/** `what` is a key under `directory.wrong`; by the name of the field. */
export interface Fault {
  what:
    | "name"
    | "long"
    | "line"
    | "email"
    | "telephone"
    | "telephone_missing"
    | "days"
    | "order"
    | "time"
    | "zone_missing";
  most?: number;
}
export type Faults = { [field: string]: Fault };

const usualHours: HoursForm = { days: [1, 2, 3, 4, 5], from: "08:00", until: "16:00" };

export function formOf(entry: DirectoryEntry): EntryForm {
  const answer = (value: boolean | null): Answer => (value === null ? "not_said" : value ? "yes" : "no");
  const notes = (list: DirectoryEntry["informal"]) =>
    Object.fromEntries(list.map(({ code, note }) => [code, note]));
  return {
    names: { ...entry.names },
    address: entry.address,
    switchboard: entry.switchboard,
    email: entry.email,
    hasDuty: entry.duty !== null,
    dutyTelephone: entry.duty?.telephone ?? "",
    dutyAlways: entry.duty?.hours == null,
    dutyHours: hoursForm(entry.duty?.hours ?? null),
    zone: entry.zone,
    hasHours: entry.hours !== null,
    hours: hoursForm(entry.hours),
    languages: [...entry.languages],
    powers: [...entry.powers],
    competences: [...entry.competences],
    central: entry.central,
    informal: notes(entry.informal),
    formal: notes(entry.formal),
    basis: entry.basis,
    electronic: answer(entry.electronic?.accepted ?? null),
    electronicHow: entry.electronic?.how ?? "",
    interpol: answer(entry.interpol),
    networks: [...entry.networks],
    note: entry.note,
  };
}

export function profileFormOf(profile: DirectoryProfile): ProfileForm {
  return {
    title: profile.title,
    languages: [...profile.languages],
    zone: profile.zone,
    hasHours: profile.hours !== null,
    hours: hoursForm(profile.hours),
    competences: [...profile.competences],
  };
}

/** What an earlier moment kept; fields that it did not know have their empty values. Null for what is no form. */
export function restored(kept: string): EntryForm | null {
  try {
    const value: unknown = JSON.parse(kept);
    return typeof value === "object" && value !== null
      ? { ...formOf(emptyEntry), ...(value as Partial<EntryForm>) }
      : null;
  } catch {
    return null;
  }
}

function hoursForm(hours: Hours | null): HoursForm {
  return hours === null
    ? { ...usualHours, days: [...usualHours.days] }
    : { days: [...hours.days], from: clockText(hours.from), until: clockText(hours.until) };
}

/** Minutes of the day; null for what is no time. */
export function minutesOf(text: string): number | null {
  const found = /^([0-9]{1,2})[:.]([0-9]{2})$/.exec(text.trim());
  if (found === null) return null;
  const minutes = Number(found[1]) * 60 + Number(found[2]);
  return Number(found[2]) < 60 && minutes <= 24 * 60 ? minutes : null;
}

const sorted = (codes: Iterable<string>) => [...new Set(codes)].sort();
const length = (text: string) => [...text].length;

/** Collects what is wrong while an entry is put together. */
class Checking {
  readonly faults: Faults = {};

  text(field: string, value: string, most: number): string {
    const trimmed = value.trim();
    if (length(trimmed) > most) this.faults[field] = { what: "long", most };
    return trimmed;
  }

  line(field: string, value: string, most: number): string {
    const trimmed = value.trim();
    if (length(trimmed) > most || /\p{Cc}/u.test(trimmed)) this.faults[field] = { what: "line", most };
    return trimmed;
  }

  telephone(field: string, value: string): string {
    const number = this.line(field, value, 60);
    if (number !== "" && !/^\+?[\d(][\d\s()./-]*$/.test(number)) this.faults[field] = { what: "telephone" };
    return number;
  }

  hours(field: string, { days, from, until }: HoursForm): Hours {
    const [begins, ends] = [minutesOf(from), minutesOf(until)];
    if (days.length === 0) this.faults[`${field}.days`] = { what: "days" };
    if (begins === null) this.faults[`${field}.from`] = { what: "time" };
    if (ends === null) this.faults[`${field}.until`] = { what: "time" };
    if (begins !== null && ends !== null && begins >= ends) {
      this.faults[`${field}.until`] = { what: "order" };
    }
    return {
      days: [...new Set(days)].sort((one, other) => one - other),
      from: begins ?? 0,
      until: ends ?? 1,
    };
  }

  matters(field: string, notes: { [code: string]: string }) {
    return sorted(Object.keys(notes)).map((code) => ({
      code,
      note: this.text(`${field}.${code}`, notes[code] ?? "", 300),
    }));
  }
}

/** The entry that can be signed, or what is wrong where. `named`: at least one name is needed. */
export function checkEntry(
  form: EntryForm,
  named: boolean,
): { entry: DirectoryEntry | null; faults: Faults } {
  const checking = new Checking();
  const names = Object.fromEntries(
    Object.entries(form.names)
      .map(([language, name]): [string, string] => [language, checking.line(`names.${language}`, name, 200)])
      .filter(([, name]) => name !== ""),
  );
  const email = checking.line("email", form.email, 254);
  if (email !== "" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) checking.faults.email = { what: "email" };
  if (named && Object.keys(names).length === 0) checking.faults["names.en"] = { what: "name" };
  const telephone = form.hasDuty ? checking.telephone("dutyTelephone", form.dutyTelephone) : "";
  if (form.hasDuty && telephone === "") checking.faults.dutyTelephone = { what: "telephone_missing" };
  if ((form.hasHours || (form.hasDuty && !form.dutyAlways)) && form.zone === null) {
    checking.faults.zone = { what: "zone_missing" };
  }
  const entry: DirectoryEntry = {
    address: checking.text("address", form.address, 500),
    basis: checking.text("basis", form.basis, 2000),
    central: form.central,
    competences: sorted(form.competences),
    duty: form.hasDuty
      ? { hours: form.dutyAlways ? null : checking.hours("dutyHours", form.dutyHours), telephone }
      : null,
    electronic:
      form.electronic === "not_said"
        ? null
        : {
            accepted: form.electronic === "yes",
            how: checking.text("electronicHow", form.electronicHow, 500),
          },
    email,
    formal: checking.matters("formal", form.formal),
    hours: form.hasHours ? checking.hours("hours", form.hours) : null,
    informal: checking.matters("informal", form.informal),
    interpol: form.interpol === "not_said" ? null : form.interpol === "yes",
    languages: sorted(form.languages),
    names,
    networks: sorted(form.networks),
    note: checking.text("note", form.note, 2000),
    powers: sorted(form.powers),
    switchboard: checking.telephone("switchboard", form.switchboard),
    zone: form.zone,
  };
  const whole = Object.keys(checking.faults).length === 0 && isEntry(entry);
  return { entry: whole ? entry : null, faults: checking.faults };
}

export function checkProfile(form: ProfileForm): { profile: DirectoryProfile | null; faults: Faults } {
  const checking = new Checking();
  if (form.hasHours && form.zone === null) checking.faults.zone = { what: "zone_missing" };
  const profile: DirectoryProfile = {
    competences: sorted(form.competences),
    hours: form.hasHours ? checking.hours("hours", form.hours) : null,
    languages: sorted(form.languages),
    title: checking.line("title", form.title, 200),
    zone: form.zone,
  };
  const whole = Object.keys(checking.faults).length === 0 && isProfile(profile);
  return { profile: whole ? profile : null, faults: checking.faults };
}
