/** Recovery codes: 160 bits in eight groups of five characters, where every slip shows at once and in its group. */

import type { Bytes } from "./encoding.ts";
import { Malformed } from "./encoding.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const groupCount = 8;

/** In GF(32) with x^5 + x^2 + 1. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 5; bit++) if ((b >> bit) & 1) product ^= a << bit;
  for (let bit = 9; bit >= 5; bit--) if ((product >> bit) & 1) product ^= 0b100101 << (bit - 5);
  return product;
}

function power(exponent: number): number {
  let value = 1;
  for (let i = 0; i < exponent; i++) value = times(value, 2);
  return value;
}

function checkOf(group: number, data: readonly number[]): number {
  return data.reduce((sum, value, place) => sum ^ times(power(place + 1), value), power(group));
}

/** The groups of a code of 20 bytes. */
export function writeCode(secret: Bytes): string[] {
  if (secret.length !== 20) throw new Malformed("a recovery code holds 20 bytes");
  const bits = secret.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  return Array.from({ length: groupCount }, (_, group) => {
    const word = Number((bits >> BigInt(20 * (groupCount - 1 - group))) & 0xfffffn);
    const data = [15, 10, 5, 0].map((shift) => (word >> shift) & 31);
    return [...data, checkOf(group, data)].map((value) => alphabet[value]).join("");
  });
}

/** What a person typed, without spaces and hyphens and with look-alikes read as what they look like. */
export function readCharacters(text: string): string {
  return text
    .replaceAll(/[ -]/g, "")
    .replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
}

export type GroupReading = "ok" | "incomplete" | "wrong";

/** Reads one group by its place (0 to 7), as somebody types it. */
export function readGroup(group: number, text: string): GroupReading {
  const values = [...readCharacters(text)].map((character) => alphabet.indexOf(character));
  if (values.includes(-1) || values.length > 5) return "wrong";
  if (values.length < 5) return "incomplete";
  return checkOf(group, values.slice(0, 4)) === values[4] ? "ok" : "wrong";
}

export type CodeReading =
  | { readonly ok: true; readonly secret: Bytes; readonly groups: string[] }
  /** The first group that is not right; the last one when all are and something follows them. */
  | { readonly ok: false; readonly group: number };

export function readCode(text: string): CodeReading {
  const characters = readCharacters(text);
  const groups = Array.from({ length: groupCount }, (_, group) => characters.slice(5 * group, 5 * group + 5));
  const wrong = groups.findIndex((group, place) => readGroup(place, group) !== "ok");
  if (wrong !== -1) return { ok: false, group: wrong };
  if (characters.length !== 5 * groupCount) return { ok: false, group: groupCount - 1 };
  let bits = 0n;
  for (const group of groups) {
    for (const character of group.slice(0, 4)) bits = (bits << 5n) | BigInt(alphabet.indexOf(character));
  }
  const secret = new Uint8Array(20);
  for (let i = 19; i >= 0; i--, bits >>= 8n) secret[i] = Number(bits & 0xffn);
  return { ok: true, secret, groups };
}
