/** What changed between two texts is found word by word, in all kinds of writing. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Compared, compare } from "./compare";

const said = (found: Compared[]) =>
  found
    .filter(({ kind }) => kind !== "same")
    .map(({ pieces }) =>
      pieces
        .map(({ kind, text }) => (kind === "same" ? text : kind === "new" ? `{+${text}+}` : `{-${text}-}`))
        .join(""),
    );

it("shows a word that was exchanged, and nothing else of its paragraph", () => {
  const found = compare(
    "One.\n\nSays so soon, with a reason.",
    "One.\n\nSays so within ten days, with a reason.",
    "en",
  );
  expect(said(found)).toEqual(["Says so {-soon-}{+within ten days+}, with a reason."]);
  expect(found[0]?.kind).toBe("same");
});

it("shows a paragraph that was added as one, and leaves those around it alone", () => {
  const before = "**1. First**\n\nWe work together.\n\n**2. Second**\n\nNobody is compelled.";
  const after =
    "**1. First**\n\nWe work together.\n\nA visitor sees one room.\n\n**2. Second**\n\nNobody is compelled.";
  const found = compare(before, after, "en");
  expect(found.map(({ kind }) => kind)).toEqual(["same", "same", "new", "same", "same"]);
  expect(found.map(({ shape }) => shape)).toEqual([
    "heading",
    "paragraph",
    "paragraph",
    "heading",
    "paragraph",
  ]);
});

it("shows what was removed", () => {
  expect(said(compare("Stays.\n\nGoes away entirely.", "Stays.", "en"))).toEqual(["{-Goes away entirely.-}"]);
});

it("finds words where there are no spaces", () => {
  expect(said(compare("不能答复的，尽早说明。", "不能答复的，在十个工作日内说明。", "zh"))).toHaveLength(1);
  const [only] = compare("各机构指定联络人，保持条目真实。", "各机构指定联络人，保持条目准确。", "zh");
  expect(only?.kind).toBe("changed");
  expect(only?.pieces[0]?.kind).toBe("same");
});

it("follows items of a list", () => {
  const found = compare("- one thing\n- another thing", "- one thing\n- a further thing", "en");
  expect(found.map(({ shape, kind }) => [shape, kind])).toEqual([
    ["item", "same"],
    ["item", "changed"],
  ]);
});

it("loses no word of either text, whatever they are", () => {
  const text = fc.array(fc.constantFrom("law ", "we ", "give ", "نقدم ", "我们", "\n\n", "**x** "), {
    maxLength: 30,
  });
  const words = (value: string) => value.replace(/\s+/g, "");
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [before, after] = [one.join(""), other.join("")];
      const found = compare(before, after, "en");
      const side = (kind: "gone" | "new") =>
        words(
          found
            .flatMap(({ pieces }) => pieces.filter((each) => each.kind === kind || each.kind === "same"))
            .map(({ text }) => text)
            .join(""),
        );
      const plain = (value: string) =>
        words(
          compare(value, value, "en")
            .flatMap(({ pieces }) => pieces)
            .map(({ text }) => text)
            .join(""),
        );
      expect(side("gone")).toBe(plain(before));
      expect(side("new")).toBe(plain(after));
    }),
  );
});
