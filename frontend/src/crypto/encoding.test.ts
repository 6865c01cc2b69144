import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { canonical, canonicalText, parse } from "./canonical.ts";
import {
  fromBase64,
  fromBase64Url,
  fromHex,
  Malformed,
  readU32,
  toBase64,
  toBase64Url,
  toHex,
  u32,
  utf8,
} from "./encoding.ts";

vi.setConfig({ testTimeout: 60_000 }); // two slow cores are shared with everything else

const bytes = fc.uint8Array({ maxLength: 300 });

describe("encodings", () => {
  it("give back what was written", () => {
    fc.assert(
      fc.property(bytes, (some) => {
        expect(fromHex(toHex(some))).toEqual(some);
        expect(fromBase64(toBase64(some))).toEqual(some);
        expect(fromBase64Url(toBase64Url(some))).toEqual(some);
      }),
    );
    expect(readU32(u32(0xfffffffe))).toBe(0xfffffffe);
  });

  it("write long byte strings", () => {
    const long = new Uint8Array(100_000).fill(7);
    expect(fromBase64(toBase64(long))).toEqual(long);
  });

  it.each(["AA", "AB==", "AA==\n", " AA==", "AA=", "A", "AA==AA==", "____"])(
    "refuse the base64 %j",
    (text) => {
      expect(() => fromBase64(text)).toThrow(Malformed);
    },
  );

  it.each(["A0", "0", "0g", " 00", "00\n"])("refuse the hexadecimal %j", (text) => {
    expect(() => fromHex(text)).toThrow(Malformed);
  });

  it("refuse another length", () => {
    expect(() => fromHex("00", 2)).toThrow(Malformed);
    expect(() => fromBase64("AA==", 2)).toThrow(Malformed);
  });
});

describe("canonical JSON", () => {
  it("parses to what was written, and to those bytes alone", () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constant(null),
        fc.boolean(),
        fc.maxSafeInteger(),
        fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(value, (some) => {
        const written = canonical(some);
        expect(canonical(parse(written))).toEqual(written);
      }),
    );
  });

  it("sorts keys by UTF-16 code units and writes no spaces", () => {
    expect(canonicalText({ "\u{1f600}": 1, "\ufb33": 2, a: [true, null], "": "é\n\u0007" })).toBe(
      '{"":"é\\n\\u0007","a":[true,null],"\u{1f600}":1,"\ufb33":2}',
    );
  });

  it.each([
    ["spaces", '{"a": 1}'],
    ["another order", '{"b":1,"a":2}'],
    ["a key twice", '{"a":1,"a":1}'],
    ["a fraction", "1.5"],
    ["an exponent", "1e2"],
    ["a number with a point", "1.0"],
    ["minus zero", "-0"],
    ["an integer of 2^53", "9007199254740992"],
    ["a large float", "1e21"],
    ["NaN", "NaN"],
    ["Infinity", "Infinity"],
    ["half a surrogate pair", '"\\ud800"'],
    ["an escape that is not needed", '"\\u0041"'],
    ["an upper case escape", '"\\u001F"'],
    ["an escaped solidus", '"\\/"'],
    ["a byte order mark", "\ufeff{}"],
    ["a newline at the end", "{}\n"],
    ["two values", "{}{}"],
    ["nothing", ""],
    ["a comment", "/**/{}"],
    ["a trailing comma", "[1,]"],
  ])("refuses %s", (_, text) => {
    expect(() => parse(utf8(text))).toThrow(Malformed);
  });

  it.each([
    ["a lone continuation byte", [0x22, 0x80, 0x22]],
    ["an overlong form", [0x22, 0xc0, 0xaf, 0x22]],
    ["a surrogate in UTF-8", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["a cut character", [0x22, 0xe2, 0x82, 0x22]],
  ])("refuses %s", (_, some) => {
    expect(() => parse(Uint8Array.from(some))).toThrow(Malformed);
  });

  it("treats __proto__ as a key like any other", () => {
    const parsed = parse(utf8('{"__proto__":{"a":1}}')) as object;
    expect(Object.keys(parsed)).toEqual(["__proto__"]);
    expect(canonicalText(parsed)).toBe('{"__proto__":{"a":1}}');
  });

  it("reads deep nesting without falling over", () => {
    const deep = "[".repeat(5000) + "]".repeat(5000);
    expect(canonicalText(parse(utf8(deep)))).toBe(deep);
  });

  it("refuses to write what JSON cannot say exactly", () => {
    for (const value of [1.5, Number.NaN, 2 ** 53, "\ud800", undefined]) {
      expect(() => canonical(value)).toThrow(Malformed);
    }
  });
});
