import { describe, expect, it } from "vitest";
import { createI18n, loadMessages, preferredLanguage } from ".";
import { formatDate, formatDay, formatMessage, formatNumber, formatTime, isolate } from "./format";
import { languages } from "./types";

const hours = { one: "{count} hour", other: "{count} hours" };
const day = new Date(2026, 10, 24, 7, 5).getTime();

describe("a message", () => {
  it("takes its values", () => {
    expect(formatMessage("en", "Group {group} does not match", { group: 6 })).toBe("Group 6 does not match");
  });

  it("keeps a name without a value visible", () => {
    expect(formatMessage("en", "Signed by {name}")).toBe("Signed by {name}");
  });

  it("chooses its form by the count", () => {
    expect(formatMessage("en", hours, { count: 1 })).toBe("1 hour");
    expect(formatMessage("en", hours, { count: 0 })).toBe("0 hours");
  });

  it("says nothing in words where there is such a form", () => {
    expect(formatMessage("en", { zero: "No hours", ...hours }, { count: 0 })).toBe("No hours");
  });

  it("has six forms in Arabic and three in Russian", () => {
    const arabic = { zero: "0", one: "1", two: "2", few: "3-10", many: "11-99", other: "100" };
    expect([0, 1, 2, 3, 11, 100].map((count) => formatMessage("ar", arabic, { count }))).toEqual(
      Object.values(arabic),
    );
    const russian = { one: "{count} запрос", few: "{count} запроса", many: "{count} запросов", other: "" };
    expect([21, 24, 11].map((count) => formatMessage("ru", russian, { count }))).toEqual([
      "21 запрос",
      "24 запроса",
      "11 запросов",
    ]);
  });

  it("isolates what runs the other way, and nothing else", () => {
    expect(isolate("en", "قصرين")).toBe("\u2068قصرين\u2069");
    expect(isolate("en", "Norvik")).toBe("Norvik");
    expect(isolate("ar", "Norvik")).toBe("\u2068Norvik\u2069");
    expect(isolate("ar", "قصرين")).toBe("قصرين");
    expect(isolate("ru", "Norvik")).toBe("Norvik");
  });
});

describe("numbers and times", () => {
  it.each(languages)("have Latin digits in %s", (language) => {
    const shown = [
      formatNumber(language, 1234567),
      formatDate(language, day),
      formatTime(language, day),
      formatDay(language, day, day - 5 * 86_400_000),
    ].join(" ");
    expect(shown).toMatch(/\d/);
    expect(shown).not.toMatch(/[\u0660-\u0669]/);
  });

  it.each(languages)("have 24 hours in %s", (language) => {
    expect(formatTime(language, day)).toBe("07:05");
    expect(formatTime(language, new Date(2026, 10, 24, 0, 5).getTime())).toBe("00:05");
  });

  it("keep the day and its month on one line", () => {
    expect(formatDate("en", day)).toBe("24\u00a0November 2026");
  });

  it("name today and yesterday, then the weekday, then the year", () => {
    expect(formatDay("en", day, day)).toBe("Today");
    expect(formatDay("en", day, day + 86_400_000)).toBe("Yesterday");
    expect(formatDay("fr", day, day)).toBe("Aujourd’hui");
    expect(formatDay("en", day, day + 5 * 86_400_000)).toBe("Tuesday 24\u00a0November");
    expect(formatDay("en", day, day + 400 * 86_400_000)).toContain("2026");
  });
});

describe("the interface to the screens", () => {
  it("translates, looks up codes of the server, and names States", async () => {
    const french = createI18n("fr", await loadMessages("fr"));
    expect(french.t("common.actions.send")).toBe("Envoyer");
    expect(french.lookup("common.errors.wrong_code")).toContain("code");
    expect(french.lookup("common.errors.toString")).toBeNull();
    expect(french.lookup("common.errors")).toBeNull();
    expect(french.lookup("common.actions.send.length")).toBeNull();
    expect(french.stateName("XF")).toBe("Îles Tessaly");
    expect(french.stateName("ES")).toBe("Espagne");
    expect(french.stateName("not a code")).toBe("not a code");
    expect(french.direction).toBe("ltr");
  });

  it("reads Arabic from right to left", async () => {
    expect(createI18n("ar", await loadMessages("ar")).direction).toBe("rtl");
  });

  it("starts in the first language of the browser that it speaks", () => {
    expect(preferredLanguage(["nb-NO", "es-MX", "en"])).toBe("es");
    expect(preferredLanguage(["zh-Hant-TW"])).toBe("zh");
    expect(preferredLanguage(["nb-NO"])).toBe("en");
    expect(preferredLanguage([])).toBe("en");
  });
});
