/** The Merkle tree of RFC 6962, held as its compact range: one hash per bit of the size. */

import { type Bytes, equal } from "./encoding.ts";
import { hash } from "./seal.ts";

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

export function leafHash(entry: Uint8Array): Promise<Bytes> {
  return hash(leafPrefix, entry);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return hash(nodePrefix, left, right);
}

/** The roots of the maximal complete subtrees, left to right, largest first. */
export interface Range {
  readonly size: number;
  readonly hashes: readonly Bytes[];
}

export const emptyRange: Range = { size: 0, hashes: [] };

/** Whether the number of hashes is the one that the size asks for. */
export function wellFormedRange(range: Range): boolean {
  let bits = 0;
  for (let rest = range.size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return range.hashes.length === bits && range.hashes.every((one) => one.length === 32);
}

/** Every complete subtree seen so far, so that the root of any size since the beginning can be told. */
export class Subtrees {
  private readonly levels: Bytes[][] = [];

  static of(range: Range): Subtrees {
    const subtrees = new Subtrees();
    for (const { level, index, position } of places(range.size)) {
      const node = range.hashes[position];
      if (node !== undefined) subtrees.put(level, index, node);
    }
    return subtrees;
  }

  put(level: number, index: number, node: Bytes): void {
    let row = this.levels[level];
    if (row === undefined) {
      row = [];
      this.levels[level] = row;
    }
    row[index] = node;
  }

  /** All that another one holds, which went on from here. */
  take(further: Subtrees): void {
    further.levels.forEach((row, level) => {
      row.forEach((node, index) => {
        this.put(level, index, node);
      });
    });
  }

  /** Null when this size lies before the beginning of what is held. */
  range(size: number): Range | null {
    const hashes: Bytes[] = [];
    for (const { level, index } of places(size)) {
      const node = this.levels[level]?.[index];
      if (node === undefined) return null;
      hashes.push(node);
    }
    return { size, hashes };
  }
}

function places(size: number): { level: number; index: number; position: number }[] {
  const found: { level: number; index: number; position: number }[] = [];
  let done = 0;
  for (let level = Math.floor(Math.log2(Math.max(size, 1))); level >= 0; level--) {
    const width = 2 ** level;
    if (Math.floor(size / width) % 2 === 0) continue;
    found.push({ level, index: done / width, position: found.length });
    done += width;
  }
  return found;
}

/** The range with these leaves added. Hashes of one level are taken together, since each is asynchronous. */
export async function extend(range: Range, leaves: readonly Bytes[], subtrees?: Subtrees): Promise<Range> {
  if (leaves.length === 0) return range;
  const size = range.size + leaves.length;
  const waiting = [...range.hashes];
  const found: Bytes[] = [];
  let incoming = [...leaves];
  let first = range.size; // the place of the first incoming node in its level
  for (let level = 0; level < 53 && (incoming.length > 0 || waiting.length > 0); level++) {
    incoming.forEach((node, i) => {
      subtrees?.put(level, first + i, node);
    });
    if (Math.floor(range.size / 2 ** level) % 2 === 1) {
      const left = waiting.pop();
      if (left !== undefined) {
        incoming.unshift(left);
        first -= 1;
      }
    }
    const pairs: Promise<Bytes>[] = [];
    for (let i = 0; i + 1 < incoming.length; i += 2) {
      pairs.push(nodeHash(incoming[i] as Bytes, incoming[i + 1] as Bytes));
    }
    if (incoming.length % 2 === 1) found.unshift(incoming[incoming.length - 1] as Bytes);
    incoming = await Promise.all(pairs);
    first = Math.floor(first / 2);
  }
  return { size, hashes: found };
}

/** Folds the range from the right. */
export async function rootOf(range: Range): Promise<Bytes> {
  const reversed = [...range.hashes].reverse();
  let root = reversed[0];
  if (root === undefined) return hash(new Uint8Array(0));
  for (const left of reversed.slice(1)) root = await nodeHash(left, root);
  return root;
}

/** RFC 9162, 2.1.3.2. */
export async function verifyInclusion(
  index: number,
  size: number,
  leaf: Bytes,
  proof: readonly Bytes[],
  root: Uint8Array,
): Promise<boolean> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let [fn, sn, node] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      node = await nodeHash(sibling, node);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      node = await nodeHash(node, sibling);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && equal(node, root);
}

/** RFC 9162, 2.1.4.2; from the empty log, and between equal sizes, the proof is empty. */
export async function verifyConsistency(
  first: number,
  firstRoot: Uint8Array,
  second: number,
  secondRoot: Uint8Array,
  proof: readonly Bytes[],
): Promise<boolean> {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 0 || first > second)
    return false;
  if (first === second) return proof.length === 0 && equal(firstRoot, secondRoot);
  if (first === 0) return proof.length === 0 && equal(firstRoot, await hash(new Uint8Array(0)));
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : [...proof];
  const start = path.shift();
  if (start === undefined) return false;
  let [fn, sn] = [first - 1, second - 1];
  while (fn % 2 === 1) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  let [fr, sr]: [Uint8Array, Uint8Array] = [start, start];
  for (const node of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = await Promise.all([nodeHash(node, fr), nodeHash(node, sr)]);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      sr = await nodeHash(sr, node);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && equal(fr, firstRoot) && equal(sr, secondRoot);
}
