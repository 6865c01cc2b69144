/**
 * The Register as this browser knows it: replayed here, remembered in the vault, never taken back.
 * Whatever does not fit is an alarm, after which nothing is said any more.
 */
import * as v from "valibot";
import { type Freshness, freshnessOf, parseCheckpoint } from "../crypto/checkpoint";
import { type Bytes, fromBase64, fromHex, Malformed, toBase64 } from "../crypto/encoding";
import { type Position, RegisterFinding, Replay } from "../crypto/register";
import type { State } from "../crypto/state";
import type { Vault } from "../vault";
import { AlarmRaised } from "./alarm";
import { bundles } from "./bundles";
import { Changes, changesSchema } from "./changes";
import { get, getText } from "./http";
import { Coalesced } from "./queue";
import * as wire from "./wire";

export interface RegisterView {
  size: number;
  root: string;
  replaying: { done: number; total: number } | null;
  rejectedEntries: number;
  /** How long ago somebody who holds the Register key spoke; `fresh` until the server was asked. */
  freshness: Freshness;
  /** When that was, in milliseconds. */
  confirmed: number | null;
}

const rememberedSchema = v.object({
  position: v.unknown(),
  note: v.nullable(v.string()),
  rejected: v.number(),
  changes: changesSchema,
  confirmed: v.optional(v.nullable(v.number()), null),
});

const RECORD = "register";
/** The newest entries as they were signed, to give them back where a database was put back to an older copy. */
const NEWEST = "register-newest";
const newestSchema = v.object({
  /** Of the Register that they lead to: an older one than is remembered where there was no room for these. */
  size: v.number(),
  entries: v.array(v.string()),
});
const MOST_NEWEST = 200;
/** Below this many entries a replay is too short to show. */
const WORTH_SHOWING = 64;
/** The server says each hour anew that its Register is the newest; whoever has not heard it asks. */
const ASK_AFTER = 65 * 60 * 1000;

/**
 * Asked before it is said that the server shows less than it did; rejects with the finding where that is so. Null: what is
 * held stays, and it is judged later. Otherwise it is to be looked at once more, and told where all is there again.
 */
export type JudgeLess = (found: AlarmRaised) => Promise<null | (() => void)>;

export class RegisterSync {
  /**
   * The server shows less than it did, or is being completed after it was put back to an older copy: by what is held
   * here nothing is sealed and nothing signed.
   */
  holding = false;
  judgeLess: JudgeLess = (found) => Promise.reject(found);
  /** The raw entries that lead to the present size. */
  #newest: Bytes[] = [];
  #vault: Vault | null;
  #changed: (view: RegisterView) => void;
  readonly #listeners = new Set<() => void>();
  readonly #catching = new Coalesced(() => this.#catchUp());
  readonly #known = new Map<string, boolean>();
  #replay: Replay;
  #history: Promise<Replay> | null = null;
  #changes: Changes;
  #rejectedBefore: number;
  #asked = false;
  /** The vault did not take how far it was verified. */
  #unkept = false;

  private constructor(
    replay: Replay,
    vault: Vault | null,
    changes: Changes,
    rejectedBefore: number,
    changed: (view: RegisterView) => void,
  ) {
    this.#replay = replay;
    this.#vault = vault;
    this.#changes = changes;
    this.#rejectedBefore = rejectedBefore;
    this.#changed = changed;
  }

  /** From what the vault remembers, or from the beginning; without a vault nothing is remembered. */
  static async open(
    network: string,
    vault: Vault | null,
    changed: (view: RegisterView) => void,
  ): Promise<RegisterSync> {
    const remembered = await vault?.read("records", RECORD, rememberedSchema);
    if (remembered === undefined) {
      return new RegisterSync(await Replay.begin(network), vault, new Changes(), 0, changed);
    }
    const replay = await Replay.resume(network, remembered.position, remembered.note);
    const register = new RegisterSync(
      replay,
      vault,
      new Changes(remembered.changes),
      remembered.rejected,
      changed,
    );
    const kept = await vault?.readMany("records", newestSchema, {
      range: IDBKeyRange.only(NEWEST),
      broken: () => undefined, // what is not there cannot be given back, and that is all
    });
    const newest = kept?.[0]?.value;
    if (newest?.size === replay.size) {
      register.#newest = newest.entries.map((entry) => fromBase64(entry));
    }
    await replay.confirm(Date.now(), remembered.confirmed);
    register.#publish(null);
    return register;
  }

  /** From what a bookmark says, or from the beginning where it does not add up; nothing is remembered yet. */
  static async from(
    network: string,
    position: Position,
    changed: (view: RegisterView) => void,
  ): Promise<RegisterSync> {
    try {
      const replay = await Replay.resume(network, position);
      return new RegisterSync(replay, null, new Changes(), 0, changed);
    } catch (error) {
      if (error instanceof Malformed || error instanceof TypeError) {
        return RegisterSync.open(network, null, changed);
      }
      throw error;
    }
  }

  get network(): string {
    return this.#replay.network;
  }
  get state(): State {
    return this.#replay.state;
  }
  get size(): number {
    return this.#replay.size;
  }
  get root(): string {
    return this.#replay.root;
  }
  get checkpoint(): { root: string; size: number } {
    return { root: this.#replay.root, size: this.#replay.size };
  }
  /** What the screens may know of it. */
  get view(): RegisterView {
    return this.#view(null);
  }
  /** By this computer's clock, at this moment. */
  get freshness(): Freshness {
    return freshnessOf(this.#replay.confirmed, Date.now());
  }
  get note(): string | null {
    return this.#replay.checkpoint;
  }
  /** The entries from this size on to the present one, as they were signed; null where not all of them are held. */
  entriesFrom(size: number): readonly Bytes[] | null {
    const first = this.size - this.#newest.length;
    return size < first || size > this.size ? null : this.#newest.slice(size - first);
  }
  get replay(): Replay {
    return this.#replay;
  }

  keysChanged(account: string): number | null {
    return this.#changes.of(account);
  }

  identityChanged(account: string): number | null {
    return this.#changes.identityOf(account);
  }

  /** Calls `listener` after each growth. */
  onGrown(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** From now on what is verified is remembered in this vault, beginning with what is held. */
  async keepIn(vault: Vault): Promise<void> {
    this.#vault = vault;
    await this.#keep();
  }

  /** Whoever follows this Register from now on. */
  showTo(changed: (view: RegisterView) => void): void {
    this.#changed = changed;
    this.#publish(null);
  }

  /** Says how fresh the Register is now, and asks where the last word is old. */
  async keepFresh(): Promise<void> {
    const { confirmed } = this.#replay;
    const old = confirmed === null || Math.abs(Date.now() - confirmed * 1000) > ASK_AFTER;
    try {
      await (old ? this.catchUp() : undefined);
    } finally {
      this.#publish(null);
    }
  }

  /** Resolves when this browser holds what the server showed after the call began; rejects with `AlarmRaised`. */
  catchUp(): Promise<void> {
    return this.#catching.run();
  }

  /** The Register at a size that a signed item names, or null when the server's log does not reach that far. */
  async stateAt(size: number): Promise<State | null> {
    if (size > this.size) {
      await this.catchUp();
    }
    if (size > this.size) {
      return null;
    }
    return this.#replay.stateAt(size) ?? (await this.#wholeHistory()).stateAt(size);
  }

  /** Whether a checkpoint seen in a signed item belongs to this log. */
  async belongs(size: number, root: string): Promise<boolean> {
    const name = `${size}:${root}`;
    const known = this.#known.get(name);
    if (known !== undefined) {
      return known;
    }
    if (size > this.size) {
      await this.catchUp();
    }
    const own = await this.#replay.rootAt(size);
    const answer = own === null ? await this.#proven(size, root) : own === root;
    if (size <= this.size) {
      this.#known.set(name, answer);
    }
    return answer;
  }

  /** Fails like a rolled-back or forked log when something verified earlier is not part of this one. */
  async require(size: number, root: string, origin: string): Promise<void> {
    if (size > this.size) {
      await this.catchUp();
    }
    if (size > this.size) {
      throw new AlarmRaised("rolled_back", {
        network: this.network,
        [origin]: { size, root },
        shown: this.note,
      });
    }
    if (!(await this.belongs(size, root))) {
      throw new AlarmRaised("forked", { network: this.network, [origin]: { size, root }, shown: this.note });
    }
  }

  async #proven(size: number, root: string): Promise<boolean> {
    if (size > this.size) {
      return false;
    }
    if (this.#history !== null) {
      return (await (await this.#history).rootAt(size)) === root;
    }
    const { proof } = await get(
      `/api/register/proof/consistency?first=${size}&second=${this.size}`,
      wire.consistency,
    );
    return this.#replay.belongs(
      size,
      root,
      proof.map((hash) => fromHex(hash, 32)),
    );
  }

  /** Everything since the beginning, for items older than what was remembered. Verified like the rest. */
  #wholeHistory(): Promise<Replay> {
    this.#history ??= (async () => {
      const note = this.#replay.checkpoint;
      const whole = await Replay.begin(this.network);
      if (note !== null) {
        await this.#advance(whole, note, new Changes());
      }
      return whole;
    })();
    this.#history.catch(() => {
      this.#history = null;
    });
    return this.#history;
  }

  async #catchUp(): Promise<void> {
    try {
      await this.#readOrJudge(this.judgeLess);
    } finally {
      this.#asked = true;
    }
  }

  async #readOrJudge(judge: JudgeLess): Promise<void> {
    try {
      await this.#read(await getText("/api/register/checkpoint"));
    } catch (error) {
      if (!(error instanceof AlarmRaised) || error.alarm.kind !== "rolled_back") {
        throw error;
      }
      const all = await judge(error);
      if (all !== null) {
        await this.#readOrJudge((found) => Promise.reject(found));
        all();
      }
    }
  }

  async #read(note: string): Promise<void> {
    if (note === this.#replay.checkpoint) {
      await this.#replay.confirm(Date.now());
      this.#publish(null);
      if (this.#unkept) {
        await this.#keep();
      }
      return;
    }
    const before = this.#replay.size;
    const changes = this.#changes.copy();
    const newest = [...this.#newest];
    await this.#advance(this.#replay, note, changes, (entry) => {
      newest.push(entry);
      if (newest.length > 2 * MOST_NEWEST) {
        newest.splice(0, MOST_NEWEST);
      }
    });
    await this.#replay.confirm(Date.now());
    this.#changes = changes;
    this.#newest = newest.slice(-MOST_NEWEST);
    try {
      await this.#keep();
    } finally {
      // Whoever was removed, or has other keys, is so whether there is room to remember it or not.
      this.#publish(null);
      if (this.#replay.size !== before) {
        for (const listener of this.#listeners) {
          listener();
        }
      }
    }
  }

  async #advance(
    replay: Replay,
    note: string,
    changes: Changes,
    seen?: (entry: Bytes) => void,
  ): Promise<void> {
    const from = replay.size;
    let to = from;
    try {
      to = parseCheckpoint(note).size;
    } catch {
      // `advance` says what is wrong with it.
    }
    const show = to - from >= WORTH_SHOWING;
    const progress = (done: number) => {
      if (show) {
        this.#publish({ done, total: to });
      }
    };
    try {
      progress(from);
      const rejected = await replay.advance(note, bundles(from, to, changes, seen), progress);
      changes.settle(new Set(rejected.map(({ index }) => index)));
    } catch (error) {
      if (error instanceof RegisterFinding) {
        const kind = error.finding === "other_network" ? "forked" : error.finding;
        throw new AlarmRaised(kind, { network: this.network, register: error.evidence });
      }
      throw error;
    } finally {
      this.#publish(null);
    }
  }

  async #keep(): Promise<void> {
    const value = {
      position: this.#replay.position,
      note: this.#replay.checkpoint,
      rejected: this.#rejected,
      changes: this.#changes.toJson(),
      confirmed: this.#replay.confirmed,
    };
    this.#unkept = true;
    const entries = this.#newest.map((entry) => toBase64(entry));
    await this.#vault?.writeWith(
      [{ store: "records", key: RECORD, value }],
      [{ store: "records", key: NEWEST, value: { size: this.#replay.size, entries } }],
    );
    this.#unkept = false;
  }

  get #rejected(): number {
    return this.#rejectedBefore + this.#replay.rejected.length;
  }

  #publish(replaying: RegisterView["replaying"]): void {
    this.#changed(this.#view(replaying));
  }

  #view(replaying: RegisterView["replaying"]): RegisterView {
    const { size, root, confirmed } = this.#replay;
    return {
      size,
      root,
      replaying,
      rejectedEntries: this.#rejected,
      freshness: this.#asked ? this.freshness : "fresh",
      confirmed: confirmed === null ? null : confirmed * 1000,
    };
  }
}
