import { expect, it } from "vitest";
import { applicationForm } from "../../sync/applications";
import {
  addressProblem,
  differences,
  looksPrivate,
  newFocalPoint,
  sectionOf,
  shownFocalPoints,
} from "./form";
import { emptyForm } from "./madeUp";

const point = (email: string) => ({ ...newFocalPoint("member", "en"), email });

it("knows a section for every field and for every code that is no field", () => {
  for (const field of Object.keys(applicationForm.entries)) {
    expect(sectionOf(field), field).not.toBeNull();
  }
  for (const code of ["lead", "lead_email", "documents.mandate", "documents.other"]) {
    expect(sectionOf(code), code).not.toBeNull();
  }
  expect(sectionOf("something_new")).toBeNull();
});

it("offers a lead and one more before anybody is named, and keeps those who are", () => {
  expect(shownFocalPoints(emptyForm, "fr").map(({ role }) => role)).toEqual(["lead", "deputy"]);
  expect(shownFocalPoints(emptyForm, "fr")[0]?.language).toBe("fr");
  const three = [point("a@a.example"), point("b@a.example"), point("c@a.example")];
  expect(shownFocalPoints({ ...emptyForm, focal_points: three }, "fr")).toEqual(three);
});

it("tells which fields differ, whatever the order in which powers and members of a person are written", () => {
  const one = { ...emptyForm, powers: ["investigate", "prosecute"] as const, name: "One" };
  const lead = newFocalPoint("lead", "en");
  const turned = { language: "en", email: "", function: "", name: "", role: "lead" } as const;
  expect(
    differences(
      { ...one, powers: ["investigate", "prosecute"], focal_points: [lead] },
      { ...one, powers: ["prosecute", "investigate"], focal_points: [turned] },
    ),
  ).toEqual([]);
  expect(differences({ ...one, powers: [] }, { ...one, name: "Two", powers: ["prevent"] })).toEqual([
    "name",
    "powers",
  ]);
});

it("finds addresses that are none or stand twice, and says nothing of an empty one", () => {
  const points = [
    point("lead@agency.example"),
    point("LEAD@agency.example "),
    point("no address"),
    point(""),
  ];
  expect(points.map((_, index) => addressProblem(points, index))).toEqual(["same", "same", "wrong", null]);
});

it("recognizes mailboxes that everybody can have", () => {
  expect(looksPrivate("Somebody@Gmail.com")).toBe(true);
  expect(looksPrivate("lead@agency.example")).toBe(false);
  expect(looksPrivate("")).toBe(false);
});
