import { describe, expect, it } from "vitest";
import { Drafts, mostBytes, sends, tooLong, worthSending } from "./writing";

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

describe("drafts", () => {
  it("are kept per conversation and go when they are emptied", () => {
    const drafts = new Drafts();
    drafts.set("a", "one");
    drafts.set("b", "two");
    expect([drafts.get("a"), drafts.get("b"), drafts.get("c")]).toEqual(["one", "two", ""]);
    drafts.set("a", "");
    expect(drafts.get("a")).toBe("");
    drafts.clear();
    expect(drafts.get("b")).toBe("");
  });

  it("are bounded, the oldest goes first", () => {
    const drafts = new Drafts(2);
    drafts.set("a", "1");
    drafts.set("b", "2");
    drafts.set("a", "3");
    drafts.set("c", "4");
    expect([drafts.get("a"), drafts.get("b"), drafts.get("c")]).toEqual(["3", "", "4"]);
  });
});
