import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex } from "./encoding.ts";
import { readCode, readGroup, writeCode } from "./recovery.ts";

const secrets = fc.uint8Array({ minLength: 20, maxLength: 20 });
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

describe("recovery codes", () => {
  it("are read as they were written", () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const groups = writeCode(secret);
        expect(readCode(groups.join("-"))).toEqual({ ok: true, secret, groups });
        groups.forEach((group, place) => {
          expect(readGroup(place, group)).toBe("ok");
        });
      }),
    );
  });

  it("have the check characters of the document", () => {
    expect(writeCode(new Uint8Array(20))).toEqual([
      "00001",
      "00002",
      "00004",
      "00008",
      "0000G",
      "00005",
      "0000A",
      "0000M",
    ]);
  });

  it("forgive spaces, hyphens, small letters and look-alikes", () => {
    const groups = writeCode(fromHex("00443214c74254b635cf84653a56d7c675be77df"));
    const typed = groups.join(" - ").toLowerCase().replaceAll("0", "o").replaceAll("1", "l");
    expect(readCode(typed)).toMatchObject({ ok: true, groups });
    expect(readCode(groups.join("").replaceAll("1", "I").replaceAll("0", "O"))).toMatchObject({
      ok: true,
      groups,
    });
  });

  it("show every wrong character in its group", () => {
    fc.assert(
      fc.property(secrets, fc.nat(39), fc.constantFrom(...alphabet), (secret, place, wrong) => {
        const characters = [...writeCode(secret).join("")];
        fc.pre(characters[place] !== wrong);
        characters[place] = wrong;
        expect(readCode(characters.join(""))).toEqual({ ok: false, group: Math.floor(place / 5) });
      }),
    );
  });

  it("show every exchange of two neighbours in a group", () => {
    fc.assert(
      fc.property(secrets, fc.nat(7), fc.nat(3), (secret, group, place) => {
        const groups = writeCode(secret).map((one) => [...one]);
        const [a, b] = [groups[group]?.[place], groups[group]?.[place + 1]];
        fc.pre(a !== b);
        groups[group]?.splice(place, 2, b ?? "", a ?? "");
        expect(readCode(groups.flat().join(""))).toEqual({ ok: false, group });
      }),
    );
  });

  it("show every exchange of two groups", () => {
    fc.assert(
      fc.property(secrets, fc.nat(7), fc.nat(7), (secret, a, b) => {
        fc.pre(a < b);
        const groups = writeCode(secret);
        const [first = "", second = ""] = [groups[a], groups[b]];
        groups[a] = second;
        groups[b] = first;
        expect(readCode(groups.join(""))).toEqual({ ok: false, group: a });
      }),
    );
  });

  it.each([
    ["AB", "incomplete"],
    ["", "incomplete"],
    ["ABU", "wrong"],
    ["ÀBCDE", "wrong"],
    ["00001X", "wrong"],
    ["00001", "ok"],
    ["00002", "wrong"],
    ["ooool", "ok"],
  ])("a first group %j is %s", (text, reading) => {
    expect(readGroup(0, text)).toBe(reading);
  });

  it("are refused when too short or too long", () => {
    const code = writeCode(new Uint8Array(20)).join("");
    expect(readCode(code.slice(0, 38))).toEqual({ ok: false, group: 7 });
    expect(readCode(code.slice(0, 12))).toEqual({ ok: false, group: 2 });
    expect(readCode(`${code}0`)).toEqual({ ok: false, group: 7 });
  });
});
