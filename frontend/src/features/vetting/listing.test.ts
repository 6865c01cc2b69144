import { expect, it } from "vitest";
import { countsOf, everything, type Filters, isIn, listed, onlyPrevents, perStep } from "./listing";
import { NOW, step, steps, summary } from "./madeUp";

const stateName = (code: string) => ({ XH: "Ulanbey", XF: "Tessaly Islands" })[code] ?? code;
const names = (filters: Partial<Filters>, applications: Parameters<typeof listed>[0]) =>
  listed(applications, { ...everything, ...filters }, stateName).map(({ name }) => name);

const mine = summary("Mine");
const late = summary("Late", { waits_for: "colleague", due_at: NOW - 1, overdue: true });
const asked = summary("Asked", { waits_for: "applicant", state: "XF", membership: "observer" });
const open = summary("Open", { waits_for: "members", step: "objections" });
const draft = summary("Draft", { status: "draft", step: null, waits_for: "applicant", submitted_at: null });
const declined = summary("Declined", { status: "declined", step: null, waits_for: "nobody", changed_at: 2 });
const admitted = summary("Admitted", { status: "admitted", step: null, waits_for: "nobody", changed_at: 3 });
const all = [mine, late, asked, open, draft, declined, admitted];

it("groups what is open by whom it waits for, and closed ones apart", () => {
  expect(countsOf(all)).toEqual({
    open: 5,
    me: 1,
    colleague: 1,
    applicant: 2,
    members: 1,
    overdue: 1,
    closed: 2,
  });
  expect(isIn("overdue", summary("Over", { overdue: true, status: "declined" }))).toBe(false);
});

it("puts first what is due first, and of the closed ones the latest", () => {
  const soon = summary("Soon", { due_at: NOW + 1 });
  const old = summary("Old", { changed_at: 1 });
  expect(names({}, [old, mine, soon, late])).toEqual(["Late", "Soon", "Old", "Mine"]);
  expect(names({ group: "closed" }, all)).toEqual(["Admitted", "Declined"]);
});

it("finds by name in either script, by State, membership and step", () => {
  const agency = summary("Агентство", { name_en: "Agency" });
  expect(names({ text: "агент" }, [agency, mine])).toEqual(["Агентство"]);
  expect(names({ text: "agen ulan" }, [agency, mine])).toEqual(["Агентство"]);
  expect(names({ state: "XF" }, all)).toEqual(["Asked"]);
  expect(names({ membership: "observer" }, all)).toEqual(["Asked"]);
  expect(names({ step: "objections" }, all)).toEqual(["Open"]);
  expect(names({ step: "draft" }, all)).toEqual(["Draft"]);
});

it("counts each step, drafts before them and steps of an earlier pipeline after them", () => {
  const former = summary("Former", { step: "interview" });
  const counted = perStep([...steps, step("visit", "check")], [...all, former]);
  expect(counted.map(({ key, count }) => [key, count])).toEqual([
    ["draft", 1],
    ["received", 0],
    ["completeness", 3],
    ["eligibility", 0],
    ["state_confirmation", 0],
    ["objections", 1],
    ["admission", 0],
    ["visit", 0],
    ["interview", 1],
  ]);
  expect(counted.find(({ key }) => key === "completeness")?.overdue).toBe(1);
});

it("knows a body that only prevents", () => {
  expect(onlyPrevents({ powers: ["prevent"] })).toBe(true);
  expect(onlyPrevents({ powers: ["investigate", "prevent"] })).toBe(false);
  expect(onlyPrevents({ powers: [] })).toBe(false);
});
