import { describe, expect, it } from "vitest";
import { ageOf, mostBytes, sameWords, sends, tooLong, worthSending } from "./writing";

const press = (more = {}) => ({
  key: "Enter",
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  ...more,
});

describe("which key sends", () => {
  it("is Enter, unless the person chose Ctrl+Enter", () => {
    expect(sends(press(), "enter")).toBe(true);
    expect(sends(press(), "ctrl_enter")).toBe(false);
  });

  it("is always Ctrl+Enter or Cmd+Enter", () => {
    for (const enter of ["enter", "ctrl_enter"] as const) {
      expect(sends(press({ ctrlKey: true }), enter)).toBe(true);
      expect(sends(press({ metaKey: true }), enter)).toBe(true);
    }
  });

  it("is never Shift+Enter, nor Enter while an input method composes, nor another key", () => {
    expect(sends(press({ shiftKey: true }), "enter")).toBe(false);
    expect(sends(press({ isComposing: true }), "enter")).toBe(false);
    expect(sends(press({ isComposing: true, ctrlKey: true }), "enter")).toBe(false);
    expect(sends(press({ key: "a" }), "enter")).toBe(false);
  });
});

describe("length", () => {
  it("counts bytes, not characters", () => {
    expect(tooLong("a".repeat(mostBytes - 2))).toBe(false);
    expect(tooLong("a".repeat(mostBytes - 1))).toBe(true);
    expect(tooLong("公".repeat(mostBytes / 3))).toBe(true);
    expect(tooLong("\u0001".repeat(mostBytes / 5))).toBe(true);
  });

  it("sends nothing that is only space", () => {
    expect(worthSending(" \n")).toBe(false);
    expect(worthSending("a")).toBe(true);
  });
});

describe("how old words are", () => {
  const now = Date.UTC(2026, 10, 25, 12, 0);
  const ago = (minutes: number) => ageOf(now - minutes * 60_000, now, "UTC");

  it("is said in minutes, then by the clock, then by the day", () => {
    expect(ago(0.5)).toEqual({ kind: "now" });
    expect(ago(3)).toEqual({ kind: "minutes", count: 3 });
    expect(ago(61)).toEqual({ kind: "today" });
    expect(ago(13 * 60)).toEqual({ kind: "yesterday" });
    expect(ago(48 * 60)).toEqual({ kind: "day" });
  });
});

describe("two drafts", () => {
  it("say the same also where one is absent and the other empty", () => {
    expect(sameWords(null, { text: "" })).toBe(true);
    expect(sameWords({ text: "a" }, { text: "a", subject: "" })).toBe(true);
    expect(sameWords({ text: "a" }, { text: "a", authorities: ["b"] })).toBe(false);
  });
});
