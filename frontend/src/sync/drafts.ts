/**
 * What this person has begun to write: kept in the vault first, then sealed at the server for their other browsers.
 * Two browsers that write at once lose nothing: what the server has instead is merged, never written over.
 */
import * as v from "valibot";
import {
  isSlot,
  mergeDrafts,
  newSlot,
  openDraft,
  type SealedDraft,
  sameDraft,
  sealDraft,
} from "../crypto/drafts";
import { fromBase64, Malformed, toBase64 } from "../crypto/encoding";
import { DoesNotOpen } from "../crypto/seal";
import { isTainted } from "../crypto/state";
import { VaultLocked } from "../vault";
import type { Draft, Snapshot } from "./contract";
import type { Hands } from "./hands";
import { get, Problem, put, remove } from "./http";
import type { KeyActs } from "./keyActs";
import { Queue } from "./queue";
import * as wire from "./wire";

const EVERY = 3_000;
const AGAIN_AFTER = 10_000;
const ATTEMPTS = 5;
const PLACE = "draft/";

const draftSchema = v.object({
  text: v.string(),
  subject: v.optional(v.string()),
  authorities: v.optional(v.array(v.string())),
});

const entrySchema = v.object({
  /** As it stands here; null where it was sent or emptied. */
  draft: v.nullable(draftSchema),
  /** As it lies at the server at this revision, which is 0 where nothing lies there. */
  synced: v.nullable(draftSchema),
  revision: v.number(),
  generation: v.number(),
  /** What the server was given last, where its answer did not come: if it lies there, it is of this browser. */
  given: v.optional(v.nullable(draftSchema), null),
});
type Stored = v.InferOutput<typeof draftSchema>;
type Entry = v.InferOutput<typeof entrySchema>;
type OnlyHere = Snapshot["draftsHere"][string];

const given = v.object({ generation: wire.count, sealed: v.nullable(wire.base64), revision: wire.count });
const listed = v.object({
  drafts: v.array(v.object({ slot: v.string(), ...given.entries })),
  present: v.record(v.string(), wire.count),
});
const kept = v.object({ revision: wire.count });

export class Drafts {
  readonly #hands: Hands;
  readonly #keyActs: KeyActs;
  readonly #entries = new Map<string, Entry>();
  /** What only this browser can keep, since the server does not take so much. */
  readonly #onlyHere = new Map<string, OnlyHere>();
  /** What the vault has not taken. */
  readonly #unkept = new Set<string>();
  readonly #queue = new Queue();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #again: ReturnType<typeof setTimeout> | null = null;
  #newest = 0;
  #closed = false;

  constructor(hands: Hands, keyActs: KeyActs) {
    this.#hands = hands;
    this.#keyActs = keyActs;
  }

  async load(): Promise<void> {
    const stored = await this.#hands.vault.readMany("records", entrySchema, {
      range: IDBKeyRange.bound(PLACE, `${PLACE}\uffff`),
    });
    for (const { key, value } of stored) {
      this.#entries.set(String(key).slice(PLACE.length), value);
    }
    this.#publish();
  }

  /** `seen` is what the writer had before: what came in meanwhile from elsewhere stays. */
  async save(slot: string, draft: Draft | null, seen: Draft | null, now = false): Promise<void> {
    if (!isSlot(slot)) {
      return;
    }
    const wanted = draft === null || isEmpty(draft) ? null : forSlot(slot, draft);
    const begunFrom = seen === null || isEmpty(seen) ? null : forSlot(slot, seen);
    const entry = this.#entry(slot);
    const merged = mergeDrafts(begunFrom, wanted, entry.draft);
    if (!sameDraft(merged, entry.draft) || this.#unkept.has(slot)) {
      this.#onlyHere.delete(slot);
      await this.#keep(slot, { ...entry, draft: merged });
    }
    this.#soon(slot, now ? 0 : EVERY);
  }

  /** These words went out as a message: as a draft they are done. */
  async sent(slot: string, text: string): Promise<void> {
    const entry = this.#entry(slot);
    if (entry.draft !== null && text.startsWith(entry.draft.text.trim())) {
      // The message is safe whatever becomes of its draft: nothing may say otherwise.
      await this.save(slot, null, asDraft(entry.draft), true).catch(() => undefined);
    }
  }

  /** Level with the server: what is newer there comes in, and what it lacks goes out. */
  level(): Promise<void> {
    return this.#try(async () => {
      for (const [slot, why] of [...this.#onlyHere]) {
        if (why === "too_many") {
          this.#onlyHere.delete(slot); // others may have gone out meanwhile
        }
      }
      for (const slot of this.#unkept) {
        await this.#keep(slot, this.#entry(slot));
      }
      await this.#fetch();
      await this.#reseal();
      for (const slot of [...this.#entries.keys()]) {
        await this.#push(slot);
      }
    });
  }

  /** There may be a newer generation to seal under, or one again that may be sealed under. */
  async registerGrown(): Promise<void> {
    const generation = this.#sealingKey()?.generation ?? 0;
    const behind = [...this.#entries.values()].some(
      (entry) =>
        !sameDraft(entry.draft, entry.synced) || (entry.revision > 0 && entry.generation < generation),
    );
    if (generation > 0 && behind) {
      await this.level();
    }
  }

  /** Another browser of this person has changed something. */
  heard(): Promise<void> {
    return this.#try(() => this.#fetch());
  }

  /** Into a vault that has lost them. */
  async keepAll(): Promise<void> {
    for (const [slot, entry] of [...this.#entries]) {
      await this.#keep(slot, entry);
    }
  }

  close(): void {
    this.#closed = true;
    for (const timer of [...this.#timers.values(), ...(this.#again === null ? [] : [this.#again])]) {
      clearTimeout(timer);
    }
    this.#timers.clear();
    this.#entries.clear();
  }

  #entry(slot: string): Entry {
    return this.#entries.get(slot) ?? { draft: null, synced: null, revision: 0, generation: 0, given: null };
  }

  async #keep(slot: string, entry: Entry): Promise<void> {
    if (this.#closed) {
      throw new VaultLocked(); // what stands here by now is not what the vault is to hold
    }
    const { draft, synced, revision, given: under } = entry;
    const done = draft === null && synced === null && revision === 0 && under === null;
    if (done) {
      this.#entries.delete(slot);
    } else {
      this.#entries.set(slot, entry);
    }
    this.#publish();
    const value = done ? undefined : entry;
    try {
      await this.#hands.vault.write([{ store: "records", key: `${PLACE}${slot}`, value }]);
      this.#unkept.delete(slot);
    } catch (error) {
      this.#unkept.add(slot);
      throw error;
    }
  }

  #publish(): void {
    if (this.#closed) {
      return;
    }
    const drafts: { [slot: string]: Draft } = {};
    for (const [slot, { draft }] of this.#entries) {
      if (draft !== null) {
        drafts[slot] = asDraft(draft);
      }
    }
    const draftsHere = Object.fromEntries([...this.#onlyHere].filter(([slot]) => slot in drafts));
    this.#hands.snapshots.set({ drafts, draftsHere });
  }

  #soon(slot: string, after: number): void {
    if (after > 0 && this.#timers.has(slot)) {
      return;
    }
    clearTimeout(this.#timers.get(slot));
    this.#timers.set(
      slot,
      setTimeout(() => {
        this.#timers.delete(slot);
        void this.#try(() => this.#push(slot));
      }, after),
    );
  }

  /** Never rejects: the vault has everything, and the server is told another time. */
  async #try(task: () => Promise<void>): Promise<void> {
    const { faults } = this.#hands.snapshots;
    try {
      await this.#queue.run(async () => (this.#closed ? undefined : task()));
      faults.passed("drafts");
    } catch (error) {
      if (!this.#closed && !(error instanceof VaultLocked)) {
        this.#again ??= setTimeout(
          () => {
            this.#again = null;
            void this.level();
          },
          faults.met("drafts", error, AGAIN_AFTER),
        );
      }
    }
  }

  async #fetch(): Promise<void> {
    let answer = await this.#fetchSince(this.#newest);
    const overlooked = Object.entries(answer.present)
      .filter(([slot, revision]) => isSlot(slot) && this.#entry(slot).revision < revision)
      .map(([, revision]) => revision);
    if (overlooked.length > 0) {
      // Put elsewhere before what this browser has put itself.
      answer = await this.#fetchSince(Math.min(...overlooked) - 1);
    }
    for (const [slot, { revision, given: under }] of [...this.#entries]) {
      if ((revision > 0 || under !== null) && answer.present[slot] === undefined) {
        await this.#take(slot, { generation: 0, sealed: null, revision: 0 });
      }
    }
  }

  async #fetchSince(since: number): Promise<v.InferOutput<typeof listed>> {
    const answer = await get(`/api/drafts?since=${since}`, listed);
    for (const { slot, ...one } of answer.drafts) {
      if (this.#entry(slot).revision < one.revision && isSlot(slot)) {
        await this.#take(slot, one);
      }
    }
    this.#newest = Math.max(this.#newest, ...answer.drafts.map(({ revision }) => revision));
    return answer;
  }

  /** What lies at the server now, merged with what stands here. */
  async #take(slot: string, { generation, sealed, revision }: v.InferOutput<typeof given>): Promise<void> {
    const theirs = sealed === null ? null : await this.#open(slot, generation, sealed);
    const entry = this.#entry(slot);
    const own = theirs !== null && sameDraft(theirs, entry.given);
    const draft = mergeDrafts(own ? theirs : entry.synced, entry.draft, theirs);
    await this.#keep(slot, { draft, synced: theirs, revision, generation, given: null });
    if (!sameDraft(draft, theirs)) {
      this.#soon(slot, EVERY);
    }
  }

  /** Null where it opens for nobody any more, as after a re-keying. */
  async #open(slot: string, generation: number, sealed: string): Promise<Stored | null> {
    const { keyring, register } = this.#hands;
    const present = register.state.accounts.get(keyring.whose.account)?.generation ?? 0;
    if (!keyring.readings.has(generation) && generation >= present) {
      await register.catchUp();
      await this.#keyActs.openNewGenerations();
    }
    const reading = keyring.readings.get(generation);
    if (reading === undefined) {
      return null;
    }
    try {
      return stored(await openDraft(reading.seed, keyring.whose, slot, fromBase64(sealed)));
    } catch (error) {
      if (error instanceof DoesNotOpen) {
        return null;
      }
      throw error;
    }
  }

  async #push(slot: string): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const entry = this.#entry(slot);
      if (sameDraft(entry.draft, entry.synced) || this.#onlyHere.has(slot)) {
        return;
      }
      try {
        await this.#give(slot, entry);
        return;
      } catch (error) {
        const why = refusedFor(error);
        if (why !== null) {
          this.#onlyHere.set(slot, why);
          this.#publish();
          return;
        }
        if (!(error instanceof Problem) || error.code !== "draft_changed") {
          throw error;
        }
        await this.#take(slot, v.parse(given, error.extra));
      }
    }
  }

  async #give(slot: string, { draft, revision }: Entry): Promise<void> {
    if (draft === null) {
      if (revision > 0) {
        await remove(`/api/drafts/${slot}?base=${revision}`);
      }
      await this.#settle(slot, null, 0, 0);
      return;
    }
    const key = this.#sealingKey();
    if (key === null) {
      return; // until there is a generation that nobody else may hold
    }
    const { whose } = this.#hands.keyring;
    const sealed = toBase64(await sealDraft(key.seed, whose, slot, sealedForm(slot, draft)));
    const body = { generation: key.generation, sealed, base: revision };
    // Kept with whatever is written next: until then what stands here is the same.
    this.#entries.set(slot, { ...this.#entry(slot), given: draft });
    const answer = await put(`/api/drafts/${slot}`, body, kept);
    this.#newest = Math.max(this.#newest, answer.revision);
    await this.#settle(slot, draft, answer.revision, key.generation);
  }

  /** The server has this; what was written meanwhile goes with the next. */
  async #settle(slot: string, synced: Stored | null, revision: number, generation: number): Promise<void> {
    const { draft } = this.#entry(slot);
    await this.#keep(slot, { draft, synced, revision, generation, given: null });
    if (!sameDraft(draft, synced)) {
      this.#soon(slot, EVERY);
    }
  }

  /** What lies there under an earlier generation is sealed under the newest one. */
  async #reseal(): Promise<void> {
    const key = this.#sealingKey();
    for (const [slot, entry] of [...this.#entries]) {
      const old = entry.generation > 0 && key !== null && entry.generation < key.generation;
      if (old && entry.draft !== null && sameDraft(entry.draft, entry.synced)) {
        await this.#give(slot, entry).catch(async (error: unknown) => {
          if (!(error instanceof Problem) || error.code !== "draft_changed") {
            throw error;
          }
          await this.#take(slot, v.parse(given, error.extra));
        });
      }
    }
  }

  #sealingKey(): { generation: number; seed: Uint8Array<ArrayBuffer> } | null {
    const { register, keyring } = this.#hands;
    const person = register.state.accounts.get(keyring.whose.account);
    const reading = keyring.readings.get(person?.generation ?? 0);
    if (person === undefined || reading === undefined || isTainted(person)) {
      return null;
    }
    return { generation: person.generation, seed: reading.seed };
  }
}

/** Why the server cannot be given this draft at all; null where another attempt may succeed. */
function refusedFor(error: unknown): OnlyHere | null {
  if (error instanceof Malformed) {
    return "too_long";
  }
  return error instanceof Problem && error.code === "too_many_drafts" ? "too_many" : null;
}

function isEmpty({ text, subject, authorities }: Draft): boolean {
  return text.trim() === "" && (subject ?? "").trim() === "" && (authorities ?? []).length === 0;
}

function forSlot(slot: string, { text, subject, authorities }: Draft): Stored {
  return slot === newSlot
    ? { text, subject: subject ?? "", authorities: [...new Set(authorities ?? [])].sort() }
    : { text };
}

function sealedForm(slot: string, { text, subject, authorities }: Stored): SealedDraft {
  return slot === newSlot ? { authorities: authorities ?? [], subject: subject ?? "", text } : { text };
}

function stored(draft: SealedDraft): Stored {
  return "subject" in draft ? { ...draft, authorities: [...draft.authorities] } : draft;
}

function asDraft({ text, subject, authorities }: Stored): Draft {
  return {
    text,
    ...(subject === undefined ? {} : { subject }),
    ...(authorities === undefined ? {} : { authorities }),
  };
}
