/** The one conversation that is on the screen: a window of its newest items, which grows towards the past. */
import { conversationRange } from "../../vault";
import type { Hands } from "../hands";
import { itemSchema, type StoredItem } from "./records";
import type { Thread } from "./thread";

const WINDOW = 60;
/** So many new items at once are a return after a long time: the window begins anew at the newest. */
const MANY = 4 * WINDOW;

export class OpenThread {
  readonly thread: Thread;
  readonly #hands: Hands;
  #items: StoredItem[] = [];
  #hasOlder = false;
  #loading = false;
  #firstUnread: number | null;

  private constructor(thread: Thread, hands: Hands) {
    this.thread = thread;
    this.#hands = hands;
    this.#firstUnread = thread.meta.unread[0] ?? null;
  }

  static async open(thread: Thread, hands: Hands): Promise<OpenThread> {
    const open = new OpenThread(thread, hands);
    await open.#loadBefore(Number.MAX_SAFE_INTEGER);
    return open;
  }

  get items(): readonly StoredItem[] {
    return this.#items;
  }

  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  get loading(): boolean {
    return this.#loading;
  }

  get firstUnread(): number | null {
    return this.#firstUnread;
  }

  async loadOlder(changed: () => void): Promise<void> {
    const oldest = this.#items[0]?.sequence;
    if (!this.#hasOlder || this.#loading || oldest === undefined) {
      return;
    }
    this.#loading = true;
    changed();
    try {
      await this.#loadBefore(oldest);
    } finally {
      this.#loading = false;
      changed();
    }
  }

  /** New items at the end, or items of the window that have another form now. */
  merge(items: readonly StoredItem[]): void {
    const oldest = this.#items[0]?.sequence ?? 0;
    const bySequence = new Map(this.#items.map((item) => [item.sequence, item]));
    for (const item of items) {
      if (item.sequence >= oldest || !this.#hasOlder) {
        bySequence.set(item.sequence, item);
      }
    }
    this.#items = [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
    if (items.length > MANY) {
      this.#items = this.#items.slice(-MANY);
      this.#hasOlder = true;
    }
    this.#firstUnread ??= this.thread.meta.unread[0] ?? null;
  }

  async #loadBefore(sequence: number): Promise<void> {
    const { id } = this.thread;
    const found = await this.#hands.vault.readMany("items", itemSchema, {
      range: conversationRange(id, 0, sequence - 1),
      fromEnd: true,
      limit: WINDOW + 1,
    });
    this.#hasOlder = found.length > WINDOW;
    const older = found.slice(0, WINDOW).map(({ value }) => value);
    const known = new Set(this.#items.map((item) => item.sequence));
    const fresh = older.filter((item) => !known.has(item.sequence)).reverse();
    this.#items = [...fresh, ...this.#items];
  }
}
