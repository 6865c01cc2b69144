/** What the list of the directory shows: every authority of the Register, and whom nobody signed in a row of its own. */
import { type Language, localeTag } from "../../i18n";
import { isoStateName } from "../../i18n/format";
import type { Authority, DirectoryEntry, DirectoryView, Institution, SignedWords } from "../../sync/contract";
import { folded } from "../members/lookup";
import { deskOf } from "./hours";

export type RowKind = "member" | "observer" | "central" | "institution";
/** `unverified`: nobody signed it. `broken`: the server shows what does not hold. */
export type RowProof = "signed" | "unverified" | "broken";

export interface Row {
  key: string;
  kind: RowKind;
  state: string;
  name: string;
  proof: RowProof;
  authority: Authority | null;
  words: SignedWords<DirectoryEntry> | null;
  institution: Institution | null;
  /** It is, or is also, the central authority of its State. */
  central: boolean;
  languages: readonly string[];
  competences: readonly string[];
  href: string | null;
}

export const subjectOf = (authority: string): string => `authority/${authority}`;
export const subjectOfState = (state: string): string => `state/${state}`;

/** The address of an entry's page; its subject is a part of it. */
export const hrefOf = (subject: string): string => `/directory/${subject}`;

/** Of several names the one in the reader's language, or in English; otherwise the first there is. */
export function nameIn(names: Readonly<Record<string, string>>, language: Language): string | null {
  return names[language] ?? names.en ?? Object.values(names)[0] ?? null;
}

export function proofOf(words: SignedWords<unknown> | null): RowProof {
  if (words?.refused != null) return "broken";
  return words?.said != null ? "signed" : "unverified";
}

/** The name that an entry shows: what was signed for this language, or what the Register has. */
export function titleOf(
  words: SignedWords<DirectoryEntry> | null,
  authority: Authority | null,
  language: Language,
): string {
  const names = words?.said?.names ?? {};
  return names[language] ?? authority?.name ?? nameIn(names, language) ?? "";
}

export function rowsOf(
  authorities: readonly Authority[],
  directory: DirectoryView | null,
  language: Language,
): Row[] {
  const ofRegister = authorities
    .filter(({ status }) => status !== "withdrawn")
    .map((authority): Row => {
      const words = directory?.entries[subjectOf(authority.id)] ?? null;
      return {
        key: subjectOf(authority.id),
        kind: authority.kind,
        state: authority.state,
        authority,
        institution: null,
        href: hrefOf(subjectOf(authority.id)),
        ...said(words, authority, language),
      };
    });
  const ofStates = Object.values(directory?.entries ?? {})
    .filter(({ subject }) => subject.startsWith("state/"))
    .map((words): Row => {
      const state = words.subject.slice("state/".length);
      const shown = said(words, null, language);
      return {
        key: words.subject,
        kind: "central",
        state,
        authority: null,
        institution: null,
        href: hrefOf(words.subject),
        ...shown,
        central: true,
      };
    });
  const unsigned = (directory?.institutions ?? []).map(
    (institution): Row => ({
      key: `institution/${institution.id}`,
      kind: "institution",
      state: institution.state,
      name: institution.name,
      proof: "unverified",
      authority: null,
      words: null,
      institution,
      central: institution.central,
      languages: institution.languages,
      competences: [],
      href: null,
    }),
  );
  return [...ofRegister, ...ofStates, ...unsigned];
}

function said(words: SignedWords<DirectoryEntry> | null, authority: Authority | null, language: Language) {
  return {
    name: titleOf(words, authority, language),
    proof: proofOf(words),
    words,
    central: words?.said?.central ?? false,
    languages: words?.said?.languages ?? [],
    competences: words?.said?.competences ?? [],
  };
}

export interface Filters {
  text: string;
  state: string;
  language: string;
  competence: string;
  kind: string;
  now: boolean;
}

export const noFilters: Filters = {
  text: "",
  state: "",
  language: "",
  competence: "",
  kind: "",
  now: false,
};

/** Whether its desk is open at this moment, or somebody answers its duty line. */
export function reachable({ words, authority }: Row, now: number): boolean {
  if (words?.said == null || (authority !== null && authority.status !== "active")) return false;
  const { open, duty } = deskOf(words.said, now);
  return open === true || duty;
}

/** `texts` are those of `searchText`, by the key of the row. */
export function filtered(
  rows: readonly Row[],
  filters: Filters,
  texts: ReadonlyMap<string, string>,
  now: number,
): Row[] {
  const words = folded(filters.text).split(/\s+/).filter(Boolean);
  return rows.filter(
    (row) =>
      (filters.state === "" || row.state === filters.state) &&
      (filters.language === "" || row.languages.includes(filters.language)) &&
      (filters.competence === "" || row.competences.includes(filters.competence)) &&
      (filters.kind === "" || row.kind === filters.kind || (filters.kind === "central" && row.central)) &&
      (!filters.now || reachable(row, now)) &&
      words.every((word) => texts.get(row.key)?.includes(word) === true),
  );
}

const all: readonly Language[] = ["ar", "en", "es", "fr", "ru", "zh"];
const everyName = new Map<string, string[]>();

/** A State in all six languages, so that it is found by whichever name one thinks of first. */
function everyStateName(code: string): string[] {
  const names = everyName.get(code) ?? all.map((language) => isoStateName(language, code));
  everyName.set(code, names);
  return names;
}

/** Everything by which a row is found, folded as a search is. `words` gives codes and languages their words. */
export function searchText(
  row: Row,
  stateName: string,
  words: { competence: (code: string) => string; language: (code: string) => string },
): string {
  const people = row.authority?.people.filter(({ active }) => active) ?? [];
  const texts = [
    row.name,
    row.authority?.name ?? "",
    ...Object.values(row.words?.said?.names ?? {}),
    stateName,
    row.state,
    ...everyStateName(row.state),
    ...row.competences.map(words.competence),
    ...row.languages.map(words.language),
    ...people.map(({ name }) => name ?? ""),
  ];
  return folded(texts.join(" \u0000 "));
}

export interface StateGroup {
  state: string;
  name: string;
  rows: Row[];
}

const order: Record<RowKind, number> = { member: 0, central: 1, observer: 2, institution: 3 };

/** By State, one's own first; within a State members, then the central authority, observers, and who is no member. */
export function grouped(
  rows: readonly Row[],
  own: string | null,
  stateName: (code: string) => string,
  language: Language,
): StateGroup[] {
  const groups = new Map<string, StateGroup>();
  for (const row of rows) {
    const group = groups.get(row.state) ?? { state: row.state, name: stateName(row.state), rows: [] };
    group.rows.push(row);
    groups.set(row.state, group);
  }
  const collator = new Intl.Collator(localeTag(language));
  const mine = (row: Row) => own !== null && row.authority?.id === own;
  for (const group of groups.values()) {
    group.rows.sort(
      (one, other) =>
        Number(mine(other)) - Number(mine(one)) ||
        order[one.kind] - order[other.kind] ||
        collator.compare(one.name, other.name),
    );
  }
  return [...groups.values()].sort(
    (one, other) =>
      Number(other.rows.some(mine)) - Number(one.rows.some(mine)) || collator.compare(one.name, other.name),
  );
}
