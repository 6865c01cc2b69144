import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, Malformed, utf8 } from "./encoding.ts";
import { planBundles, readBundle, tilePath } from "./tiles.ts";

describe("the bundles that lead from one size to another", () => {
  it("hold every entry between them once", () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(1000), (from, more) => {
        const entries = planBundles(from, from + more).flatMap(({ index, width, skip }) =>
          Array.from({ length: width - skip }, (_, i) => index * 256 + skip + i),
        );
        expect(entries).toEqual(Array.from({ length: more }, (_, i) => from + i));
      }),
    );
  });

  it("are full but for the last", () => {
    expect(planBundles(255, 600)).toEqual([
      { path: "tile/entries/000", index: 0, width: 256, skip: 255 },
      { path: "tile/entries/001", index: 1, width: 256, skip: 0 },
      { path: "tile/entries/002.p/88", index: 2, width: 88, skip: 0 },
    ]);
    expect(planBundles(256, 256)).toEqual([]);
  });

  it("have paths in groups of three digits", () => {
    expect(tilePath(0, 1_234_067)).toBe("tile/0/x001/x234/067");
    expect(tilePath("entries", 1000, 17)).toBe("tile/entries/x001/000.p/17");
  });
});

describe("a bundle", () => {
  const two = concat(Uint8Array.of(0, 3), utf8("abc"), Uint8Array.of(0, 0));

  it("gives its entries", () => {
    expect(readBundle(two, 2)).toEqual([utf8("abc"), new Uint8Array(0)]);
  });

  it("is refused when cut off, or with another number of entries", () => {
    for (const length of [1, 2, 4, 6]) expect(() => readBundle(two.subarray(0, length))).toThrow(Malformed);
    expect(() => readBundle(two, 3)).toThrow(Malformed);
    expect(() => readBundle(new Uint8Array(2 * 257))).toThrow(Malformed);
  });
});
