/** An authority is found by its State, by its name in any language, by what it acts on, and by who speaks for it. */
import { expect, it } from "vitest";
import { emptyEntry } from "../../crypto/directory";
import type { Authority, DirectoryEntry, DirectoryView } from "../../sync/contract";
import { filtered, grouped, noFilters, rowsOf, searchText } from "./rows";

const at = Date.parse("2026-12-01T07:30Z"); // a Tuesday

function authority(id: string, name: string, state: string, more: Partial<Authority> = {}): Authority {
  return { id, name, state, kind: "member", status: "active", people: [], ...more };
}

function words(subject: string, said: Partial<DirectoryEntry> | null, refused: "broken" | null = null) {
  const entry = said === null ? null : { ...emptyEntry, ...said };
  return { subject, said: entry, revision: 1, signedBy: "ab", signedAt: 1, refused };
}

const norvik = authority("a1", "Economic Crime Authority", "XG");
const qasrain = authority("a2", "Integrity Commission", "XE");
const audit = authority("a3", "Audit Court", "XF", { kind: "observer" });
const gone = authority("a4", "Former Bureau", "XG", { status: "withdrawn" });
const desk = { zone: "Etc/GMT-1", hours: { days: [1, 2, 3, 4, 5], from: 480, until: 960 } };

const directory: DirectoryView = {
  entriesLoaded: "loaded",
  profilesLoaded: "loaded",
  entries: {
    "authority/a1": words("authority/a1", {
      ...desk,
      languages: ["en"],
      competences: ["company", "vessels"],
    }),
    "authority/a2": words("authority/a2", {
      zone: "Etc/GMT-3",
      hours: { days: [7], from: 0, until: 1440 },
      languages: ["ar", "en"],
      competences: ["bank"],
      names: { ar: "هيئة النَّزاهة" },
    }),
    "authority/a3": words("authority/a3", null, "broken"),
    "state/XD": words("state/XD", {
      names: { en: "Ministry of Justice", es: "Ministerio de Justicia" },
      central: true,
    }),
  },
  profiles: {},
  institutions: [
    { id: 1, name: "Bureau indépendant", state: "MG", central: false, languages: ["fr"], zone: null },
  ],
};

const rows = rowsOf([norvik, qasrain, audit, gone], directory, "es");
const texts = new Map(
  rows.map((row) => [
    row.key,
    searchText(row, `State ${row.state}`, {
      competence: (code) => `acts on ${code}`,
      language: (code) => `speaks_${code}`,
    }),
  ]),
);
const find = (filters: Partial<typeof noFilters>) =>
  filtered(rows, { ...noFilters, ...filters }, texts, at).map(({ name }) => name);

it("shows who is in the Register, central authorities and institutions, and nobody who has left", () => {
  expect(rows.map(({ kind, proof, name }) => [kind, proof, name])).toEqual([
    ["member", "signed", "Economic Crime Authority"],
    ["member", "signed", "Integrity Commission"],
    ["observer", "broken", "Audit Court"],
    ["central", "signed", "Ministerio de Justicia"],
    ["institution", "unverified", "Bureau indépendant"],
  ]);
});

it("finds by name in any language, without accents and vowel signs", () => {
  expect(find({ text: "هيئة النزاهة" })).toEqual(["Integrity Commission"]);
  expect(find({ text: "ministry" })).toEqual(["Ministerio de Justicia"]);
  expect(find({ text: "independant" })).toEqual(["Bureau indépendant"]);
});

it("finds by State in whichever language, by code, by what it acts on and by language", () => {
  expect(find({ text: "马达加斯加" })).toEqual(["Bureau indépendant"]);
  expect(find({ text: "Мадагаскар" })).toEqual(["Bureau indépendant"]);
  expect(find({ text: "xg" })).toEqual(["Economic Crime Authority"]);
  expect(find({ text: "acts vessels" })).toEqual(["Economic Crime Authority"]);
  expect(find({ text: "speaks_ar" })).toEqual(["Integrity Commission"]);
  expect(find({ text: "nobody" })).toEqual([]);
});

it("filters by State, language, what it acts on and kind, all at once", () => {
  expect(find({ language: "en" })).toEqual(["Economic Crime Authority", "Integrity Commission"]);
  expect(find({ language: "en", competence: "bank" })).toEqual(["Integrity Commission"]);
  expect(find({ kind: "central" })).toEqual(["Ministerio de Justicia"]);
  expect(find({ kind: "institution", state: "MG" })).toEqual(["Bureau indépendant"]);
  expect(find({ kind: "institution", state: "XG" })).toEqual([]);
});

it("tells who can be reached at this moment, and never who is suspended or not verified", () => {
  expect(find({ now: true })).toEqual(["Economic Crime Authority"]);
  const suspended = rowsOf([{ ...norvik, status: "suspended" }], directory, "en");
  expect(filtered(suspended, { ...noFilters, now: true }, texts, at)).toEqual([]);
});

it("stands by State, one's own first, and within a State members before the others", () => {
  const more = rowsOf(
    [norvik, qasrain, audit],
    {
      ...directory,
      institutions: [{ ...directory.institutions[0], id: 2, name: "Alpha", state: "XG" } as never],
    },
    "en",
  );
  const groups = grouped(
    more,
    "a2",
    (code) => ({ XE: "Qasrain", XG: "Norvik", XF: "Tessaly", XD: "Belmara" })[code] ?? code,
    "en",
  );
  expect(groups.map(({ name, rows: of }) => [name, ...of.map(({ kind }) => kind)])).toEqual([
    ["Qasrain", "member"],
    ["Belmara", "central"],
    ["Norvik", "member", "institution"],
    ["Tessaly", "observer"],
  ]);
});
