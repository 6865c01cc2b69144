/**
 * Handing earlier messages over: a person gives a colleague, who may read now, keys of epochs that were made without them.
 * Only what this browser can open itself, only to a reader of the newest Register, and never by itself.
 */
import { type Reader, readersOf } from "../../crypto/epochs";
import { conversationRange } from "../../vault";
import type { ConversationView, HandOverChoice, HandOverOffer } from "../contract";
import { CoreFailure } from "../failure";
import type { Hands } from "../hands";
import { Problem } from "../http";
import { inParts, LateBoxes } from "./lateBoxes";
import { firstGeneration, type Held, type Reach, reachOf } from "./readable";
import { epochSchema, itemSchema, type StoredEpoch, type StoredItem } from "./records";
import type { Thread } from "./thread";

type ReadsFrom = ConversationView["readsFrom"];

/** Others may hand the same over in the meantime; then what is still lacking is worked out anew. */
const ATTEMPTS = 4;

interface Known {
  held: Held;
  /** The epochs whose keys are here, with the item that they begin at. */
  own: ReadonlyMap<number, number>;
}

export interface HandingOptions {
  readonly hands: Hands;
  readonly threads: () => Iterable<Thread>;
  readonly pull: () => Promise<void>;
  /** What is known of this conversation has changed, so that it is shown anew. */
  readonly changed: (conversation: string) => void;
}

export class Handing {
  readonly #options: HandingOptions;
  readonly #late: LateBoxes;
  readonly #views = new Map<string, { value: ReadsFrom; size: number }>();
  readonly #stale = new Set<string>();
  readonly #working = new Set<string>();

  constructor(options: HandingOptions) {
    this.#options = options;
    this.#late = new LateBoxes(options.hands);
  }

  /** Readers who cannot read all that this person can; worked out aside where it may have changed. */
  of(thread: Thread): ReadsFrom {
    const { id } = thread;
    const known = this.#views.get(id);
    const { register, snapshots } = this.#options.hands;
    const { size } = register;
    const { faults } = snapshots;
    if ((known?.size !== size || this.#stale.has(id)) && !this.#working.has(id)) {
      this.#working.add(id);
      void this.#workOut(thread, size)
        .then(
          () => faults.passed("readers"),
          (error: unknown) => {
            // Not at each redrawing: the next item that may change it, or the next Register, works it out.
            this.#views.set(id, { value: known?.value ?? {}, size });
            faults.met("readers", error);
          },
        )
        .finally(() => this.#working.delete(id));
    }
    return known?.value ?? {};
  }

  /** New items: a key, or somebody who was given one, may be among them. */
  grown(conversation: string, items: readonly StoredItem[]): void {
    if (items.some(({ type }) => type !== "message" && type !== "waiting")) {
      this.#stale.add(conversation);
    }
  }

  /** What this person could hand over to somebody, by conversation; nothing to whoever may not read, or lacks nothing. */
  async offers(account: string): Promise<HandOverOffer[]> {
    const found: HandOverOffer[] = [];
    for (const thread of this.#options.threads()) {
      const reader = this.#readerOf(thread, account);
      if (reader === null) {
        continue;
      }
      const known = await this.#know(thread);
      const reach = this.#reach(known.held, [account]).get(account);
      const starts = startsOf(known, reach);
      if (reach === undefined || starts.length === 0) {
        continue;
      }
      const steps: HandOverOffer["steps"] = [];
      for (const from of starts) {
        steps.push({ from, at: (await this.#timeAt(thread.id, from)) ?? thread.meta.lastAt });
      }
      found.push({
        conversation: thread.id,
        subject: thread.meta.subject,
        participants: thread.meta.participants,
        lastAt: thread.meta.lastAt,
        readsFrom: reach.from > thread.meta.sequence ? null : await this.#timeAt(thread.id, reach.from),
        steps,
      });
    }
    return found.sort((a, b) => b.lastAt - a.lastAt);
  }

  async handOver(account: string, choices: readonly HandOverChoice[]): Promise<void> {
    await this.#options.hands.register.catchUp();
    const threads = new Map([...this.#options.threads()].map((thread) => [thread.id, thread]));
    const chosen = choices.map(({ conversation, from }) => ({ thread: threads.get(conversation), from }));
    for (const { thread } of chosen) {
      if (thread === undefined || this.#readerOf(thread, account) === null) {
        throw new CoreFailure(
          "not_a_reader",
          "Earlier messages are handed over only to whoever may read now.",
        );
      }
    }
    for (const { thread, from } of chosen) {
      if (thread !== undefined) {
        await this.#give(thread, account, from ?? 0);
      }
    }
  }

  async #give(thread: Thread, account: string, from: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const verifier = await thread.verifier();
      const reader = this.#readerOf(thread, account);
      if (reader === null) {
        throw new CoreFailure(
          "not_a_reader",
          "Earlier messages are handed over only to whoever may read now.",
        );
      }
      const known = await this.#know(thread);
      const lacks = this.#reach(known.held, [account]).get(account)?.lacks ?? [];
      // The newest first: what the colleague can read grows from where they stand.
      const numbers = lacks.filter((number) => known.own.has(number) && endOf(known.held, number) > from);
      try {
        for (const some of inParts(numbers)) {
          await this.#late.post(verifier, reader, some);
        }
        await this.#options.pull();
        return;
      } catch (error) {
        if (!(error instanceof Problem && error.code === "late_box_exists") || attempt === ATTEMPTS) {
          throw error;
        }
        await this.#options.pull();
      }
    }
  }

  /** Somebody else who may read now and has a key to box to. */
  #readerOf(thread: Thread, account: string): (Reader & { readingKey: string }) | null {
    const { register, keyring } = this.#options.hands;
    const readers = readersOf(register.state, thread.meta.participants);
    const here = readers.some((one) => one.account === keyring.whose.account);
    const reader = readers.find((one) => one.account === account);
    if (!here || reader === undefined || account === keyring.whose.account || reader.readingKey === null) {
      return null;
    }
    return { ...reader, readingKey: reader.readingKey };
  }

  async #workOut(thread: Thread, size: number): Promise<void> {
    const { id } = thread;
    this.#stale.delete(id);
    const known = await this.#know(thread);
    const { state } = this.#options.hands.register;
    const others = readersOf(state, thread.meta.participants)
      .filter(({ account, readingKey }) => this.#readerOf(thread, account) !== null && readingKey !== null)
      .map(({ account }) => account);
    const value: ReadsFrom = {};
    for (const [account, reach] of this.#reach(known.held, others)) {
      if (startsOf(known, reach).length > 0) {
        const at = reach.from > known.held.sequence ? null : await this.#timeAt(id, reach.from);
        value[account] = { sequence: reach.from, at };
      }
    }
    this.#views.set(id, { value, size });
    this.#options.changed(id);
  }

  #reach(held: Held, accounts: readonly string[]): Map<string, Reach> {
    const { state } = this.#options.hands.register;
    return reachOf(held, new Map(accounts.map((account) => [account, firstGeneration(state, account)])));
  }

  async #know(thread: Thread): Promise<Known> {
    const { vault } = this.#options.hands;
    const stored = await vault.readMany("epochs", epochSchema, { range: conversationRange(thread.id) });
    const epochs = stored.map(({ value }) => value as StoredEpoch);
    const own = epochs
      .filter(({ key }) => key !== null)
      .map(({ epoch }) => [epoch.number, epoch.sequence] as const);
    const { lateBoxes, sequence } = thread.meta;
    return { held: { epochs: epochs.map(({ epoch }) => epoch), lateBoxes, sequence }, own: new Map(own) };
  }

  /** When the first item from this one on was received. */
  async #timeAt(id: string, sequence: number): Promise<number | null> {
    const range = conversationRange(id, sequence);
    const [found] = await this.#options.hands.vault.readMany("items", itemSchema, { range, limit: 1 });
    return found?.value.at ?? null;
  }
}

/** Where what can be handed over may begin, from the earliest on. */
function startsOf({ own }: Known, reach: Reach | undefined): number[] {
  return (reach?.lacks ?? []).flatMap((number) => own.get(number) ?? []).sort((a, b) => a - b);
}

/** The item that the next epoch begins with: what lies under an epoch lies before it. */
function endOf({ epochs }: Held, number: number): number {
  return epochs.find((epoch) => epoch.number === number + 1)?.sequence ?? Number.POSITIVE_INFINITY;
}
