/** The limits of a charter; its forms are judged by the vectors. */

import { expect, it } from "vitest";
import { charterHash } from "./charter.ts";
import { Malformed } from "./encoding.ts";

function version(zh: string) {
  return { number: "1.0", effective: 0, texts: { ar: "a", en: "a", es: "a", fr: "a", ru: "a", zh } };
}

it("takes a text of as many characters as there may be, and not one more", async () => {
  // characters are code points: each of these is two units of a JavaScript text
  const longest = "𝒶".repeat(40_000);
  await expect(charterHash(version(longest))).resolves.toMatch(/^[0-9a-f]{64}$/);
  await expect(charterHash(version(`${longest}a`))).rejects.toThrow(Malformed);
});

it("has another hash when any of the six texts is another", async () => {
  const { texts, ...rest } = version("a");
  const hashes = await Promise.all(
    Object.keys(texts).map((language) => charterHash({ ...rest, texts: { ...texts, [language]: "b" } })),
  );
  expect(new Set([...hashes, await charterHash(version("a"))]).size).toBe(7);
});
