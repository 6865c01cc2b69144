/** What is typed becomes what is signed, and what cannot be signed is named where it stands. */
import { expect, it } from "vitest";
import { type DirectoryEntry, emptyEntry, emptyProfile } from "../../crypto/directory";
import { checkEntry, checkProfile, formOf, minutesOf, profileFormOf, restored } from "./form";

const full: DirectoryEntry = {
  ...emptyEntry,
  address: "1 Harbour Road\nQasr",
  competences: ["bank", "travel"],
  duty: { telephone: "+000 555 0100", hours: { days: [6, 7], from: 0, until: 1440 } },
  electronic: { accepted: false, how: "By post" },
  email: "desk@integrity.example",
  formal: [{ code: "bank", note: "By a court" }],
  hours: { days: [1, 2, 7], from: 450, until: 900 },
  informal: [
    { code: "company", note: "" },
    { code: "property", note: "In a week" },
  ],
  interpol: false,
  languages: ["ar", "en"],
  names: { ar: "هيئة النزاهة" },
  switchboard: "+000 (555) 01-01",
  zone: "Etc/GMT-3",
};
const faultsOf = (changed: object, named = false) =>
  checkEntry({ ...formOf(emptyEntry), ...changed }, named).faults;

it("gives back what it was given", () => {
  for (const entry of [full, emptyEntry]) {
    expect(checkEntry(formOf(entry), false)).toEqual({ entry, faults: {} });
  }
  const profile = { ...emptyProfile, title: "Analyst", hours: full.hours, zone: "Asia/Riyadh" };
  expect(checkProfile(profileFormOf(profile))).toEqual({ profile, faults: {} });
});

it("sorts, trims and takes out what is there twice", () => {
  const form = { ...formOf(emptyEntry), languages: ["fr", "en", "fr"], note: "  a note \n" };
  expect(checkEntry(form, false).entry).toMatchObject({ languages: ["en", "fr"], note: "a note" });
  expect(checkEntry({ ...form, names: { en: " ", fr: "Bureau " } }, true).entry?.names).toEqual({
    fr: "Bureau",
  });
});

it("names each fault at its field, all at once", () => {
  expect(
    faultsOf({
      email: "no address",
      switchboard: "call me",
      address: "a".repeat(501),
      informal: { bank: "a".repeat(301) },
      hasDuty: true,
      hasHours: true,
      hours: { days: [], from: "8", until: "25:00" },
    }),
  ).toEqual({
    email: { what: "email" },
    switchboard: { what: "telephone" },
    address: { what: "long", most: 500 },
    "informal.bank": { what: "long", most: 300 },
    dutyTelephone: { what: "telephone_missing" },
    zone: { what: "zone_missing" },
    "hours.days": { what: "days" },
    "hours.from": { what: "time" },
    "hours.until": { what: "time" },
  });
  expect(
    faultsOf({ zone: "Etc/GMT", hasHours: true, hours: { days: [1], from: "16:00", until: "8:00" } }),
  ).toEqual({
    "hours.until": { what: "order" },
  });
});

it("asks a central authority for a name, and others for none", () => {
  expect(faultsOf({}, true)).toEqual({ "names.en": { what: "name" } });
  expect(faultsOf({}, false)).toEqual({});
});

it("says nothing of hours and of a duty line that are not wanted", () => {
  const form = { hours: { days: [], from: "", until: "" }, dutyTelephone: "nonsense" };
  expect(checkEntry({ ...formOf(emptyEntry), ...form }, false).entry).toEqual(emptyEntry);
});

it("reads times as people write them", () => {
  expect([minutesOf("8:30"), minutesOf("08.30"), minutesOf("24:00")]).toEqual([510, 510, 1440]);
  expect([minutesOf("8"), minutesOf("24:01"), minutesOf("08:60"), minutesOf("")]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

it("restores what was kept, also by a version that knew fewer fields", () => {
  const form = formOf(full);
  expect(restored(JSON.stringify(form))).toEqual(form);
  expect(restored('{"note":"kept"}')).toEqual({ ...formOf(emptyEntry), note: "kept" });
  expect(restored("no form")).toBeNull();
});
