import { describe, expect, it } from "vitest";
import { judge } from "./strength";

describe("an opinion on a password", () => {
  it("says what is wrong with a weak one", () => {
    expect(judge("short", [])).toEqual({ strength: "weak", reasons: ["too_short"] });
    expect(judge("83627392639263", [])).toEqual({ strength: "weak", reasons: ["only_digits"] });
    expect(judge("aaaaaaaaaaaaaaa", [])).toEqual({ strength: "weak", reasons: ["repeats"] });
    expect(judge("Mariposa2026", ["Ana Mariposa", "a.mariposa@example.org"])).toEqual({
      strength: "weak",
      reasons: ["like_you"],
    });
  });

  it("lets a name stand among other words", () => {
    expect(judge("ferry Mariposa lantern cliff", ["Ana Mariposa"]).strength).toBe("strong");
  });

  it("takes length for strength, in any script", () => {
    expect(judge("tall grey ox", []).strength).toBe("fair");
    expect(judge("lantern ferry mango cliff", []).strength).toBe("strong");
    expect(judge("фонарь паром манго утёс", []).strength).toBe("strong");
  });
});
