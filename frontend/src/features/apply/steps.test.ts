import { expect, it } from "vitest";
import { madeUpApplication } from "./madeUp";
import { type OwnStep, ownWords, stagesOf } from "./steps";

const DAY = 86_400_000;
const step = (key: string, changes: Partial<OwnStep> = {}): OwnStep => ({
  key,
  kind: "check",
  days: null,
  officers: null,
  another: false,
  title: null,
  text: null,
  passed_at: null,
  ...changes,
});
const steps = [
  step("received", { kind: "receipt", passed_at: 2 * DAY }),
  step("completeness", { days: 5 }),
  step("objections", { kind: "objection", days: 14 }),
];

it("expects the present step so many days after the one before it, and no other", () => {
  const stages = stagesOf(
    madeUpApplication({ status: "vetting", steps, step: "completeness", submitted_at: DAY }),
  );
  expect(stages.map(({ state }) => state)).toEqual(["done", "present", "to_come"]);
  expect(stages.map(({ due }) => due)).toEqual([null, 7 * DAY, null]);
});

it("closes the window for objections when the server says so", () => {
  const stages = stagesOf(
    madeUpApplication({ status: "vetting", steps, step: "objections", objections_until: 30 * DAY }),
  );
  expect(stages.at(-1)?.due).toBe(30 * DAY);
});

it("shows what was done when it is over, and nothing as present", () => {
  const stages = stagesOf(madeUpApplication({ status: "declined", steps, step: null }));
  expect(stages.map(({ state }) => state)).toEqual(["done", "not_reached", "not_reached"]);
});

it("takes the network's own words in the language, else in English, else none", () => {
  expect(ownWords({ en: "Check", fr: "Contrôle" }, "fr")).toBe("Contrôle");
  expect(ownWords({ en: "Check" }, "fr")).toBe("Check");
  expect(ownWords({ en: "" }, "fr")).toBeNull();
  expect(ownWords(null, "fr")).toBeNull();
});
