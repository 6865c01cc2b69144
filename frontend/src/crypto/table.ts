/** A map that never changes: `set` gives a new one that shares all but three small nodes with the old. */

type Leaf<V> = readonly (readonly [string, V])[];
type Branch<V> = readonly (Leaf<V> | undefined)[];

const emptyNode: readonly undefined[] = new Array<undefined>(32).fill(undefined);

/** FNV-1a: any spread will do, nothing secret or adversarial depends on it but speed. */
function spread(key: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) value = Math.imul(value ^ key.charCodeAt(i), 0x01000193);
  return (value ^ (value >>> 15)) & 1023;
}

export class Table<V> implements Iterable<readonly [string, V]> {
  private readonly branches: readonly (Branch<V> | undefined)[];
  readonly size: number;

  private constructor(branches: readonly (Branch<V> | undefined)[], size: number) {
    this.branches = branches;
    this.size = size;
  }

  static empty<V>(): Table<V> {
    return new Table<V>(emptyNode, 0);
  }

  static of<V>(entries: Iterable<readonly [string, V]>): Table<V> {
    let table = Table.empty<V>();
    for (const [key, value] of entries) table = table.set(key, value);
    return table;
  }

  get(key: string): V | undefined {
    const place = spread(key);
    const leaf = this.branches[place >> 5]?.[place & 31];
    return leaf?.find((pair) => pair[0] === key)?.[1];
  }

  has(key: string): boolean {
    const place = spread(key);
    return this.branches[place >> 5]?.[place & 31]?.some((pair) => pair[0] === key) ?? false;
  }

  set(key: string, value: V): Table<V> {
    return this.replaced(key, [[key, value]]);
  }

  without(key: string): Table<V> {
    return this.replaced(key, []);
  }

  private replaced(key: string, pairs: Leaf<V>): Table<V> {
    const place = spread(key);
    const branches = this.branches.slice();
    const branch = branches[place >> 5]?.slice() ?? emptyNode.slice();
    const before = branch[place & 31] ?? [];
    const leaf = [...before.filter((pair) => pair[0] !== key), ...pairs];
    branch[place & 31] = leaf;
    branches[place >> 5] = branch;
    return new Table<V>(branches, this.size + leaf.length - before.length);
  }

  *[Symbol.iterator](): Iterator<readonly [string, V]> {
    for (const branch of this.branches) {
      for (const leaf of branch ?? []) yield* leaf ?? [];
    }
  }

  *keys(): Generator<string> {
    for (const [key] of this) yield key;
  }

  *values(): Generator<V> {
    for (const [, value] of this) yield value;
  }
}
