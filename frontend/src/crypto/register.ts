/** Replays the Register and stops at the first sign that somebody was shown another log. */

import { type Checkpoint, cosignedAt, parseCheckpoint, timeCounts, verifyCheckpoint } from "./checkpoint.ts";
import { type Bytes, fromBase64, fromHex, Malformed, toBase64, toHex } from "./encoding.ts";
import {
  emptyRange,
  extend,
  leafHash,
  type Range,
  rootOf,
  Subtrees,
  verifyConsistency,
  wellFormedRange,
} from "./merkle.ts";
import { decide, type Prepared, prepare, type Reason } from "./rules.ts";
import * as is from "./shapes.ts";
import { emptyState, fromPlain, type PlainState, type State, toPlain } from "./state.ts";

export type Finding = "rolled_back" | "forked" | "bad_signature" | "other_network";

/** The Register is not the one it was, or not signed: whoever meets this stops talking and keeps the evidence. */
export class RegisterFinding extends Error {
  override readonly name = "RegisterFinding";
  readonly finding: Finding;
  /** The notes that prove it, to save as text. */
  readonly evidence: string;

  constructor(finding: Finding, evidence: string) {
    super(`the Register is not to be trusted: ${finding}`);
    this.finding = finding;
    this.evidence = evidence;
  }
}

export interface RejectedEntry {
  readonly index: number;
  readonly reason: Reason;
  readonly detail: string;
}

/** Where a replay stands, in the form that is sealed as a bookmark or kept in the vault. */
export interface Position {
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
  readonly range: readonly string[];
  readonly state: PlainState;
}

const batchSize = 256;

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += batchSize) yield items.slice(i, i + batchSize);
}

interface PreparedBatch {
  readonly leaves: readonly Bytes[];
  readonly entries: readonly Prepared[];
}

async function prepareBatch(batch: readonly Bytes[]): Promise<PreparedBatch> {
  const leaves = await Promise.all(batch.map(leafHash));
  const entries = await Promise.all(batch.map((entry, i) => prepare(entry, toHex(leaves[i] as Bytes))));
  return { leaves, entries };
}

export class Replay {
  /** Entries that do not apply; an alarm that does not stop the client. */
  readonly rejected: RejectedEntry[] = [];
  readonly network: string;
  private states: State[];
  private readonly first: number;
  private range: Range;
  private rootBytes: Bytes;
  private readonly subtrees: Subtrees;
  /** Roots that were asked for: many items name the same checkpoint. */
  private readonly roots = new Map<number, string>();
  private note: string | null;
  private confirmedAt: number | null = null;

  private constructor(network: string, state: State, range: Range, root: Bytes, note: string | null) {
    this.network = network;
    this.states = [state];
    this.first = state.size;
    this.range = range;
    this.rootBytes = root;
    this.subtrees = Subtrees.of(range);
    this.note = note;
  }

  /** From the beginning of the network with this id. */
  static async begin(network: string): Promise<Replay> {
    return new Replay(network, emptyState, emptyRange, await rootOf(emptyRange), null);
  }

  /** From a position that this person's browser verified before; throws `Malformed`. */
  static async resume(network: string, position: unknown, note: string | null = null): Promise<Replay> {
    if (!positionShape(position)) throw new Malformed("not a position in the Register");
    const range: Range = { size: position.size, hashes: position.range.map((one) => fromBase64(one, 32)) };
    const state = fromPlain(position.state);
    const root = await rootOf(range);
    const fits = wellFormedRange(range) && state.size === range.size && toHex(root) === position.root;
    if (!fits || (state.network !== network && range.size > 0))
      throw new Malformed("a position that does not add up");
    return new Replay(network, state, range, root, note);
  }

  get state(): State {
    return this.states[this.states.length - 1] ?? emptyState;
  }

  get size(): number {
    return this.range.size;
  }

  /** Hexadecimal. */
  get root(): string {
    return toHex(this.rootBytes);
  }

  /** The newest checkpoint that was accepted, as it was signed. */
  get checkpoint(): string | null {
    return this.note;
  }

  /** The newest time, in seconds, at which the Register key said that the log had a head that was accepted here. */
  get confirmed(): number | null {
    return this.confirmedAt;
  }

  /** Takes the time under the accepted note, or one that was kept, when it is newer and counts by this clock. */
  async confirm(now: number, kept: number | null = null): Promise<void> {
    const key = this.state.register_key;
    const stated =
      this.note === null || key === null
        ? null
        : await cosignedAt(parseCheckpoint(this.note), fromBase64(key, 32));
    const times = [this.confirmedAt, kept, stated].filter(
      (one): one is number => typeof one === "number" && timeCounts(one, now),
    );
    this.confirmedAt = times.length === 0 ? null : Math.max(...times);
  }

  get position(): Position {
    return {
      size: this.size,
      root: this.root,
      range: this.range.hashes.map(toBase64),
      state: toPlain(this.state),
    };
  }

  /** What the Register said at this size; null before the size where this replay began, or beyond its end. */
  stateAt(size: number): State | null {
    return this.states[size - this.first] ?? null;
  }

  /** Hexadecimal; null where this replay cannot know it. */
  async rootAt(size: number): Promise<string | null> {
    if (size > this.size) return null;
    const known = this.roots.get(size);
    const range = known === undefined ? this.subtrees.range(size) : null;
    if (range === null) return known ?? null;
    const root = toHex(await rootOf(range));
    this.roots.set(size, root);
    return root;
  }

  /**
   * Takes the entries that lead to a signed checkpoint, in order, and moves to it; or throws `RegisterFinding` and
   * stays where it was. `progress` hears the number of entries done.
   */
  async advance(
    note: string,
    entries: Iterable<readonly Bytes[]> | AsyncIterable<readonly Bytes[]>,
    progress?: (done: number) => void,
  ): Promise<readonly RejectedEntry[]> {
    const checkpoint = this.read(note);
    if (this.state.network !== null) {
      await this.checkSignature(checkpoint, note, this.state);
      if (checkpoint !== null && checkpoint.size < this.size) throw this.found("rolled_back", note);
    }
    const states: State[] = [];
    const leaves: Bytes[] = [];
    const rejected: RejectedEntry[] = [];
    let state = this.state;
    const take = (batch: PreparedBatch) => {
      if (this.size + leaves.length === 0 && batch.entries[0] && batch.entries[0].hash !== this.network) {
        throw this.found("other_network", note);
      }
      leaves.push(...batch.leaves);
      for (const one of batch.entries) {
        const outcome = decide(state, one);
        if (outcome.rejected) {
          rejected.push({ index: state.size, reason: outcome.reason, detail: outcome.detail });
        }
        state = outcome.state;
        states.push(state);
      }
      progress?.(this.size + leaves.length);
    };
    // signatures are checked beside this thread, which reads the next batch meanwhile
    let checked: Promise<PreparedBatch> | null = null;
    for await (const bundle of entries) {
      for (const batch of batches(bundle)) {
        const next = prepareBatch(batch);
        next.catch(() => undefined); // told where it is awaited, if it still is
        if (checked !== null) take(await checked);
        checked = next;
      }
    }
    if (checked !== null) take(await checked);
    if (this.state.network === null) {
      if (leaves.length === 0) throw this.found("forked", note);
      if (state.network !== this.network) throw this.found("other_network", note);
      await this.checkSignature(checkpoint, note, state);
    }
    const grown = new Subtrees();
    const range = await extend(this.range, leaves, grown);
    const root = await rootOf(range);
    if (range.size !== checkpoint?.size || toHex(root) !== checkpoint.root) throw this.found("forked", note);
    this.subtrees.take(grown);
    this.range = range;
    this.rootBytes = root;
    this.states.push(...states);
    this.rejected.push(...rejected);
    this.note = note;
    return rejected;
  }

  /**
   * Whether a checkpoint that somebody else holds belongs to this log, by the proof that the server gives where this
   * replay cannot tell itself. A larger one than this replay holds is for `advance`.
   */
  async belongs(size: number, root: string, proof: readonly Bytes[]): Promise<boolean> {
    const own = await this.rootAt(size);
    if (own !== null) return own === root;
    return size < this.size && verifyConsistency(size, fromHex(root, 32), this.size, this.rootBytes, proof);
  }

  /** Null when the note is no checkpoint of this log, which is as good as no signature. */
  private read(note: string): Checkpoint | null {
    try {
      const checkpoint = parseCheckpoint(note);
      return checkpoint.network === this.network ? checkpoint : null;
    } catch (error) {
      if (error instanceof Malformed) return null;
      throw error;
    }
  }

  private async checkSignature(checkpoint: Checkpoint | null, note: string, state: State): Promise<void> {
    const key = state.register_key;
    const signed =
      checkpoint !== null && key !== null && (await verifyCheckpoint(checkpoint, fromBase64(key, 32)));
    if (!signed) throw this.found("bad_signature", note);
  }

  private found(finding: Finding, note: string): RegisterFinding {
    const held = this.note ?? `size ${this.size}, root ${this.root}\n`;
    return new RegisterFinding(finding, `network ${this.network}\n\nheld:\n${held}\nshown:\n${note}`);
  }
}

export const positionShape = is.object({
  range: (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(is.anyText),
  root: is.hash,
  size: is.integer(0),
  state: (value: unknown): value is PlainState => typeof value === "object",
});
