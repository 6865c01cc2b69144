/**
 * Older items of all conversations, brought in the background: the conversation that was written in last comes first, in
 * small steps, so that whatever the person does goes before. Can be paused, also beyond a reload.
 */
import * as v from "valibot";
import { type Vault, VaultFailure, VaultLocked } from "../../vault";
import { AlarmRaised } from "../alarm";
import type { Snapshot } from "../contract";
import type { Faults } from "../faults";
import type { Thread } from "./thread";

const STEP = 100;
/** While one conversation waits for the line or for storage, another is worked on. */
const LANES = 2;
/** After a failure of the line. */
const AGAIN_AFTER = 15_000;
/** The page has better to do than to follow each step. */
const SHOWN_EVERY = 300;
const RECORD = "history-paused";

export interface BackfillOptions {
  readonly vault: Vault;
  readonly threads: () => Iterable<Thread>;
  /** Whether somebody looks at this conversation. */
  readonly isOpen: (id: string) => boolean;
  readonly show: (history: Snapshot["history"]) => void;
  readonly alarm: (raised: AlarmRaised) => void;
  readonly failed: (failure: VaultFailure) => void;
  readonly faults: Faults;
}

export class Backfill {
  readonly #options: BackfillOptions;
  #paused = false;
  #running = false;
  /** Something came up while it ran. */
  #woken = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #shown: ReturnType<typeof setTimeout> | null = null;

  constructor(options: BackfillOptions) {
    this.#options = options;
  }

  async load(): Promise<void> {
    this.#paused = (await this.#options.vault.read("records", RECORD, v.boolean())) ?? false;
  }

  async pause(paused: boolean): Promise<void> {
    await this.#options.vault.write([{ store: "records", key: RECORD, value: paused }]);
    this.#paused = paused;
    this.show();
    this.wake();
  }

  /** There may be something to fetch. */
  wake(): void {
    this.show();
    this.#woken = true;
    if (!this.#running && !this.#stopped) {
      this.#running = true;
      this.#woken = false;
      void this.#run().finally(() => {
        this.#running = false;
        this.show();
        if (this.#woken) {
          this.wake();
        }
      });
    }
  }

  close(): void {
    this.#closed = true;
    if (this.#shown !== null) {
      clearTimeout(this.#shown);
    }
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
  }

  get #stopped(): boolean {
    return this.#paused || this.#closed;
  }

  async #run(): Promise<void> {
    const left = new Set<Thread>();
    await Promise.all(Array.from({ length: LANES }, () => this.#lane(left)));
  }

  /** Works on one conversation after the other; `left` are those that another lane has, or that give nothing now. */
  async #lane(left: Set<Thread>): Promise<void> {
    for (;;) {
      const next = this.#next(left);
      if (next === undefined || this.#stopped) {
        return;
      }
      left.add(next);
      try {
        if (await next.takeOlder(STEP)) {
          left.delete(next);
        }
        this.#options.faults.passed(nameOf(next));
      } catch (error) {
        if (error instanceof AlarmRaised) {
          this.#options.alarm(error);
          return;
        }
        if (error instanceof VaultLocked || this.#closed) {
          return;
        }
        if (error instanceof VaultFailure) {
          this.#options.failed(error);
        }
        this.#again(this.#options.faults.met(nameOf(next), error, AGAIN_AFTER));
      }
      this.#showSoon();
      await new Promise((resolve) => setTimeout(resolve)); // whatever waits goes first
    }
  }

  #next(left: ReadonlySet<Thread>): Thread | undefined {
    const { threads, isOpen } = this.#options;
    return [...threads()]
      .filter((thread) => thread.missing > 0 && !left.has(thread))
      .sort((a, b) => Number(isOpen(b.id)) - Number(isOpen(a.id)) || b.meta.lastAt - a.meta.lastAt)[0];
  }

  #again(after: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.wake();
    }, after);
  }

  #showSoon(): void {
    this.#shown ??= setTimeout(() => this.show(), SHOWN_EVERY);
  }

  /** How far it is. */
  show(): void {
    if (this.#shown !== null) {
      clearTimeout(this.#shown);
      this.#shown = null;
    }
    if (this.#closed) {
      return;
    }
    let total = 0;
    let missing = 0;
    for (const thread of this.#options.threads()) {
      if (thread.meta.sequence > 0) {
        total += thread.meta.sequence - thread.first + 1;
        missing += thread.missing;
      }
    }
    const history = missing === 0 ? null : { done: total - missing, total, paused: this.#paused };
    this.#options.show(history);
  }
}

/** A conversation that fails is counted by itself: the others go on. */
function nameOf(thread: Thread): string {
  return `history of ${thread.id.slice(0, 8)}`;
}
