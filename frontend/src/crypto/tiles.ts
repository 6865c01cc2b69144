/** C2SP tlog-tiles: where the entries of the Register lie, and how a bundle of them reads. */

import { type Bytes, Malformed } from "./encoding.ts";

const width = 256;

function pathOfIndex(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g) ?? [];
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join("/");
}

/** `tile/<level>/<index>` or `tile/entries/<index>`, with `.p/<width>` for a partial one. */
export function tilePath(level: number | "entries", index: number, partial?: number): string {
  const path = `tile/${level}/${pathOfIndex(index)}`;
  return partial === undefined || partial === width ? path : `${path}.p/${partial}`;
}

export interface BundlePlan {
  readonly path: string;
  readonly index: number;
  /** How many entries the bundle holds. */
  readonly width: number;
  /** How many of them at its beginning are held already. */
  readonly skip: number;
}

/** The bundles that lead from a log of `from` entries to one of `to`, in order. */
export function planBundles(from: number, to: number): BundlePlan[] {
  const plan: BundlePlan[] = [];
  for (let index = Math.floor(from / width); from < to && index * width < to; index++) {
    const held = Math.min(width, to - index * width);
    plan.push({
      path: tilePath("entries", index, held),
      index,
      width: held,
      skip: Math.max(0, from - index * width),
    });
  }
  return plan;
}

/** The entries in a bundle; each is preceded by its length in two bytes. */
export function readBundle(bytes: Uint8Array, expected?: number): Bytes[] {
  const entries: Bytes[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  while (offset < bytes.length) {
    const end = offset + 2 <= bytes.length ? offset + 2 + view.getUint16(offset) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw new Malformed("a bundle that ends within an entry");
    entries.push(new Uint8Array(bytes.subarray(offset + 2, end)));
    offset = end;
  }
  if (entries.length > width || (expected !== undefined && entries.length !== expected)) {
    throw new Malformed("a bundle with another number of entries");
  }
  return entries;
}
