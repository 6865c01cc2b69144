import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type Bytes, toHex, utf8 } from "./encoding.ts";
import {
  emptyRange,
  extend,
  leafHash,
  nodeHash,
  rootOf,
  Subtrees,
  verifyConsistency,
  verifyInclusion,
  wellFormedRange,
} from "./merkle.ts";
import { hash } from "./seal.ts";

vi.setConfig({ testTimeout: 60_000 }); // two slow cores are shared with everything else

const leaves = await Promise.all(Array.from({ length: 70 }, (_, i) => leafHash(utf8(String(i)))));

function split(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** RFC 6962, 2.1, word for word: what the quick way must agree with. */
async function naiveRoot(some: readonly Bytes[]): Promise<Bytes> {
  const [first] = some;
  if (first === undefined) return hash(new Uint8Array(0));
  if (some.length === 1) return first;
  const k = split(some.length);
  return nodeHash(await naiveRoot(some.slice(0, k)), await naiveRoot(some.slice(k)));
}

async function inclusionProof(index: number, some: readonly Bytes[]): Promise<Bytes[]> {
  if (some.length <= 1) return [];
  const k = split(some.length);
  if (index < k) return [...(await inclusionProof(index, some.slice(0, k))), await naiveRoot(some.slice(k))];
  return [...(await inclusionProof(index - k, some.slice(k))), await naiveRoot(some.slice(0, k))];
}

async function consistencyProof(first: number, some: readonly Bytes[], whole = true): Promise<Bytes[]> {
  if (first === some.length) return whole ? [] : [await naiveRoot(some)];
  const k = split(some.length);
  if (first <= k) {
    return [...(await consistencyProof(first, some.slice(0, k), whole)), await naiveRoot(some.slice(k))];
  }
  return [...(await consistencyProof(first - k, some.slice(k), false)), await naiveRoot(some.slice(0, k))];
}

describe("the compact range", () => {
  it("gives the root of RFC 6962 for every size", async () => {
    let range = emptyRange;
    for (let size = 0; size <= leaves.length; size++) {
      expect(toHex(await rootOf(range))).toBe(toHex(await naiveRoot(leaves.slice(0, size))));
      expect(wellFormedRange(range)).toBe(true);
      range = await extend(range, leaves.slice(size, size + 1));
    }
  });

  it("is the same however the leaves come in, and every subtree is remembered", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 8 }), async (steps) => {
        const subtrees = new Subtrees();
        let range = emptyRange;
        for (const step of steps) {
          range = await extend(range, leaves.slice(range.size, range.size + step), subtrees);
        }
        expect(range).toEqual(await extend(emptyRange, leaves.slice(0, range.size)));
        for (const size of [0, 1, Math.floor(range.size / 2), range.size].filter(
          (one) => one <= range.size,
        )) {
          const then = subtrees.range(size);
          expect(then).toEqual(await extend(emptyRange, leaves.slice(0, size)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("begun in the middle knows the sizes from there on, and no earlier ones that it cannot", async () => {
    const middle = await extend(emptyRange, leaves.slice(0, 21));
    const subtrees = Subtrees.of(middle);
    await extend(middle, leaves.slice(21, 50), subtrees);
    for (const size of [21, 22, 32, 49, 50]) {
      expect(subtrees.range(size)).toEqual(await extend(emptyRange, leaves.slice(0, size)));
    }
    expect(subtrees.range(19)).toBeNull();
    expect(subtrees.range(51)).toBeNull();
  });

  it("has one hash for each bit of its size", async () => {
    const range = await extend(emptyRange, leaves.slice(0, 7));
    expect(wellFormedRange({ ...range, size: 8 })).toBe(false);
  });
});

describe("proofs", () => {
  it("of inclusion hold for their own leaf, index and size alone", async () => {
    for (const size of [1, 2, 3, 7, 8, 21, 64, 70]) {
      const some = leaves.slice(0, size);
      const root = await naiveRoot(some);
      for (const index of new Set([0, Math.floor(size / 2), size - 1])) {
        const leaf = some[index] as Bytes;
        const proof = await inclusionProof(index, some);
        expect(await verifyInclusion(index, size, leaf, proof, root)).toBe(true);
        expect(await verifyInclusion(index, size, leaf, [...proof, leaf], root)).toBe(false);
        expect(await verifyInclusion(index, size, await leafHash(utf8("x")), proof, root)).toBe(false);
        if (size > 1) expect(await verifyInclusion((index + 1) % size, size, leaf, proof, root)).toBe(false);
        if (size > 1) expect(await verifyInclusion(index, size, leaf, proof.slice(1), root)).toBe(false);
      }
      expect(await verifyInclusion(size, size, leaves[0] as Bytes, [], root)).toBe(false);
    }
  });

  it("of consistency hold for one history alone", async () => {
    for (const [first, second] of [
      [1, 2],
      [3, 7],
      [4, 7],
      [6, 8],
      [8, 21],
      [21, 64],
      [64, 70],
      [69, 70],
    ] as const) {
      const [a, b] = [await naiveRoot(leaves.slice(0, first)), await naiveRoot(leaves.slice(0, second))];
      const proof = await consistencyProof(first, leaves.slice(0, second));
      expect(await verifyConsistency(first, a, second, b, proof)).toBe(true);
      expect(await verifyConsistency(first, b, second, b, proof)).toBe(false);
      expect(await verifyConsistency(first, a, second, a, proof)).toBe(false);
      expect(await verifyConsistency(first, a, second, b, proof.slice(0, -1))).toBe(false);
      expect(await verifyConsistency(first, a, second, b, [...proof, a])).toBe(false);
      const other = [await leafHash(utf8("forged")), ...leaves.slice(1, first)];
      expect(await verifyConsistency(first, await naiveRoot(other), second, b, proof)).toBe(false);
    }
  });

  it("of consistency between equal sizes say that the roots are equal", async () => {
    const root = await naiveRoot(leaves);
    expect(await verifyConsistency(70, root, 70, root, [])).toBe(true);
    expect(await verifyConsistency(70, root, 70, leaves[0] as Bytes, [])).toBe(false);
    expect(await verifyConsistency(71, root, 70, root, [])).toBe(false);
  });
});
