import { expect, it } from "vitest";
import { step, steps } from "./madeUp";
import { added, faultsOf, isFaulty, moved, target, tidied } from "./pipeline";

const keys = (list: readonly { key: string }[]) => list.map(({ key }) => key);
const two = ["en", "fr"];

it("moves steps past each other, but none before the first or behind the last", () => {
  expect(target(steps, 1, -1)).toBeNull();
  expect(target(steps, 4, 1)).toBeNull();
  expect(target(steps, 0, 1)).toBeNull();
  expect(target(steps, 2, -1)).toBe(1);
  expect(keys(moved(steps, 2, 1)).slice(0, 3)).toEqual(["received", "eligibility", "completeness"]);
});

it("adds a step before the admission, with a key that is free", () => {
  const once = added(steps, "check");
  const twice = added(once, "check");
  expect(keys(twice).slice(-3)).toEqual(["check", "check_2", "admission"]);
});

it("wants days of a window, officers where some are named, and words in all languages or none", () => {
  const faults = (more: Parameters<typeof step>[2], standard = true) =>
    faultsOf(step("one", "check", more), standard, two);
  expect(isFaulty(faults({}))).toBe(false);
  expect(faultsOf(step("w", "objection"), true, two).days).toBe(true);
  expect(faults({ days: 366 }).days).toBe(true);
  expect(faults({ officers: [] }).officers).toBe(true);
  expect(faults({ title: { en: "Visit" } }).title).toEqual(["fr"]);
  expect(faults({ text: { en: " " } }).text).toEqual([]);
  expect(faults({}, false).title).toEqual(two);
});

it("saves words without space around them, none as null, and officers in order", () => {
  const saved = tidied(
    step("one", "check", { officers: ["b", "a"], title: { en: " Visit " }, text: { en: "" } }),
  );
  expect(saved).toMatchObject({ officers: ["a", "b"], title: { en: "Visit" }, text: null });
});
