/** Canonical JSON (RFC 8785) without fractions: what is read is exactly what would be written. */

import canonicalize from "canonicalize";
import { type Bytes, fromUtf8, Malformed, utf8 } from "./encoding.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Every number in it must be an integer whose absolute value is below 2^53. */
function onlyIntegers(value: unknown): boolean {
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === "number") {
      if (!Number.isSafeInteger(next)) return false;
    } else if (typeof next === "object" && next !== null) {
      for (const inner of Object.values(next)) waiting.push(inner);
    }
  }
  return true;
}

export function canonicalText(value: unknown): string {
  if (!onlyIntegers(value)) throw new Malformed("a number that is not an integer below 2^53");
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch {
    throw new Malformed("a text with half a surrogate pair");
  }
  if (text === undefined) throw new Malformed("nothing that JSON can say");
  return text;
}

export function canonical(value: unknown): Bytes {
  return utf8(canonicalText(value));
}

/** Refuses bytes that are not their own canonical form, whatever the reason. */
export function parse(bytes: Uint8Array): unknown {
  return parseText(fromUtf8(bytes));
}

export function parseText(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Malformed("not JSON");
  }
  if (canonicalText(value) !== text) throw new Malformed("not in canonical form");
  return value;
}
