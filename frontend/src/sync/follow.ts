/**
 * A worker that follows: it hands the calls of its page to the leader, and what the leader says to its page. When the
 * leader does not answer, it says so.
 */
import {
  type Answer,
  CALLS,
  type Call,
  CORE,
  type Line,
  nameOfTab,
  type OpenLine,
  readToAll,
  readToTab,
  type ToAll,
  type ToLeader,
} from "./channel";
import type { Heirloom } from "./heirloom";

/** How often a page that is looked at makes sure that somebody leads. */
const ASK_EVERY = 2_000;
/** A leader that is silent for so long is held still, or hangs. */
export const PATIENCE = 3_000;
/** A question that was judged so much too late says nothing: this worker was held still itself. */
const DROWSY = 1_000;

export interface FollowOptions {
  readonly tab: string;
  readonly version: string;
  readonly open: OpenLine;
  readonly answer: (answer: Answer) => void;
  /** What this worker needs in order to lead next. */
  readonly heirloom: (heirloom: Heirloom | null) => void;
  readonly silent: () => void;
  /** The leader comes from another version of the page. */
  readonly other: () => void;
}

export class Follow {
  readonly #options: FollowOptions;
  readonly #all: Line;
  readonly #own: Line;
  readonly #calls: Line;
  #term = 0;
  #visible = false;
  #regular: ReturnType<typeof setTimeout> | null = null;
  #judging: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#all = options.open(CORE, (message) => this.#leads(message));
    this.#own = options.open(nameOfTab(options.tab), (message) => this.#heard(message));
    this.#calls = options.open(CALLS);
    this.#tell({ type: "hello", tab: options.tab });
  }

  /** Whether anybody was heard to lead. */
  get followed(): boolean {
    return this.#term > 0;
  }

  call(call: Call): void {
    this.#tell({ type: "call", tab: this.#options.tab, term: this.#term, at: Date.now(), call });
    this.#ask();
  }

  /** A page that is looked at must not wait for long. */
  see(visible: boolean): void {
    this.#visible = visible;
    if (visible) {
      this.#ask();
    }
  }

  close(): void {
    this.#closed = true;
    this.#rest();
    this.#all.close();
    this.#own.close();
    this.#calls.close();
  }

  #leads(message: unknown): void {
    const told = readToAll(message);
    if (told !== null && told.term > this.#term && !this.#closed) {
      this.#under(told);
      this.#tell({ type: "hello", tab: this.#options.tab });
    }
  }

  #heard(message: unknown): void {
    const told = readToTab(message);
    if (told === null || told.term < this.#term || this.#closed) {
      return; // a leader that does not know yet that it was deposed
    }
    this.#under(told);
    const { answer } = told;
    if (answer.kind === "heirloom") {
      this.#options.heirloom(answer.heirloom);
    } else if (answer.kind !== "pong") {
      this.#options.answer(answer);
    }
  }

  /** A sign of life of whoever leads. */
  #under({ term, version }: ToAll): void {
    const before = this.#term;
    this.#term = term;
    this.#answered();
    if (term > before && version !== this.#options.version) {
      this.#options.other();
    }
  }

  /** Asks for a sign of life, unless the last question is open. */
  #ask(): void {
    if (this.#judging !== null || this.#closed) {
      return;
    }
    const asked = Date.now();
    this.#tell({ type: "ping", tab: this.#options.tab });
    this.#judging = setTimeout(() => {
      this.#judging = null;
      if (Date.now() - asked > PATIENCE + DROWSY) {
        this.#ask();
      } else {
        this.#options.silent();
      }
    }, PATIENCE);
  }

  #answered(): void {
    this.#rest();
    if (this.#visible) {
      this.#regular = setTimeout(() => this.#ask(), ASK_EVERY);
    }
  }

  #rest(): void {
    for (const timer of [this.#regular, this.#judging]) {
      if (timer !== null) {
        clearTimeout(timer);
      }
    }
    this.#regular = null;
    this.#judging = null;
  }

  #tell(message: ToLeader): void {
    if (!this.#closed) {
      this.#calls.tell(message);
    }
  }
}
