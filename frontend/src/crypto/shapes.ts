/**
 * Closed shapes: a missing field, an unknown one or one of another form refuses the object.
 *
 * Written by hand rather than with a schema library, since these run for every entry of the Register at each replay
 * and need strict keys, sorted lists and exact field sets; the whole of it is this file.
 */

import { fromBase64, fromHex } from "./encoding.ts";
import { acceptablePoint } from "./signing.ts";

export type Check<T> = (value: unknown) => value is T;
export type Checked<C> = C extends Check<infer T> ? T : never;
type Fields = { readonly [name: string]: Check<unknown> };
export type ObjectOf<F extends Fields> = { readonly [K in keyof F]: Checked<F[K]> };

export const hash: Check<string> = (value): value is string =>
  typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

export const id: Check<string> = (value): value is string =>
  typeof value === "string" && /^[0-9a-f]{32}$/.test(value);

export const bool: Check<boolean> = (value): value is boolean => typeof value === "boolean";

export const anyText: Check<string> = (value): value is string => typeof value === "string";

export function integer(least: number): Check<number> {
  return (value): value is number => Number.isSafeInteger(value) && (value as number) >= least;
}

/** Milliseconds since 1970. */
export const time = integer(0);

/** An Ed25519 public key in base64 that passes the strict checks. */
export const signingKey: Check<string> = (value): value is string => {
  if (typeof value !== "string" || value.length !== 44) return false;
  try {
    return acceptablePoint(fromBase64(value, 32));
  } catch {
    return false;
  }
};

/** The same in hexadecimal. */
export const signingKeyHex: Check<string> = (value): value is string =>
  hash(value) && acceptablePoint(fromHex(value, 32));

/** Characters are code points; the control characters are U+0000 to U+001F and U+007F to U+009F. */
export const nameText: Check<string> = (value): value is string => {
  if (typeof value !== "string") return false;
  const length = [...value].length;
  return length >= 1 && length <= 200 && !/\p{Cc}/u.test(value);
};

/** Text of a number of characters (code points) in this range. */
export function text(least: number, most: number): Check<string> {
  return (value): value is string => {
    if (typeof value !== "string" || value.length > 2 * most) return false; // not even counted
    const length = [...value].length;
    return length >= least && length <= most;
  };
}

export const reasonText = text(0, 500);

export const stateCode: Check<string> = (value): value is string =>
  typeof value === "string" && /^[A-Z]{2}$/.test(value);

export function oneOf<const T extends string>(...choices: readonly T[]): Check<T> {
  return (value): value is T => (choices as readonly unknown[]).includes(value);
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

export function object<F extends Fields>(fields: F): Check<ObjectOf<F>> {
  const names = Object.keys(fields);
  return (value): value is ObjectOf<F> => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    if (Object.keys(value).length !== names.length) return false;
    const held = value as { [name: string]: unknown };
    return names.every((name) => Object.hasOwn(held, name) && fields[name]?.(held[name]) === true);
  };
}

/** A list in strictly rising order of what `by` names (UTF-16 order, the same as of bytes for these texts). */
export function sorted<T>(check: Check<T>, by: (one: T) => string | number): Check<readonly T[]> {
  return (value): value is readonly T[] => {
    if (!Array.isArray(value)) return false;
    let last: string | number | undefined;
    for (const one of value as unknown[]) {
      if (!check(one)) return false;
      const here = by(one);
      if (last !== undefined && here <= last) return false;
      last = here;
    }
    return true;
  };
}

export function record<T>(key: Check<string>, check: Check<T>): Check<{ readonly [key: string]: T }> {
  return (value): value is { readonly [key: string]: T } =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(([name, inner]) => key(name) && check(inner));
}
