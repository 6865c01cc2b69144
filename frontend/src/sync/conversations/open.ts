/**
 * The one conversation that is on the screen of a tab: a window of its items, which moves and never grows beyond its
 * size. It lies wholly within what was verified in one piece up to the newest item; what is below that is fetched first.
 */
import { conversationRange } from "../../vault";
import type { FormerWindow, ThreadPlace } from "../contract";
import type { Hands } from "../hands";
import { itemSchema, type StoredItem } from "./records";
import type { Thread } from "./thread";

const STEP = 60;
const MOST = 4 * STEP;
/** What is shown before the place of a jump. */
const BEFORE = 30;

export class OpenThread {
  readonly thread: Thread;
  readonly #hands: Hands;
  #items: StoredItem[] = [];
  /** The sequences that the window covers, whether they have something to show or not; empty when `to` is smaller. */
  #from = 1;
  #to = 0;
  /** Older items are on their way into the window. */
  #running: Promise<void> | null = null;
  #loadingNewer = false;
  #firstUnread: number | null;
  /** It began with the first that this person could read: what is handed over belongs before it. */
  #whole = false;
  /** The reader stays with what is new, and did not go back. */
  #follows = true;
  /** The newest sequence when the window was last looked after. */
  #seen = 0;
  #jumps = 0;

  private constructor(thread: Thread, hands: Hands) {
    this.thread = thread;
    this.#hands = hands;
    this.#firstUnread = thread.firstUnread;
  }

  static async open(thread: Thread, hands: Hands, former?: FormerWindow): Promise<OpenThread> {
    const open = new OpenThread(thread, hands);
    if (former === undefined || former.first <= thread.floor) {
      await open.#toNewest();
    } else {
      await open.#again(former);
    }
    return open;
  }

  get items(): readonly StoredItem[] {
    return this.#items;
  }

  get hasOlder(): boolean {
    return this.#to > 0 && this.#from > this.thread.first;
  }

  get hasNewer(): boolean {
    return this.#to < this.thread.meta.sequence;
  }

  get loadingOlder(): boolean {
    return this.#running !== null;
  }

  get loadingNewer(): boolean {
    return this.#loadingNewer;
  }

  get firstUnread(): number | null {
    return this.#firstUnread;
  }

  /** A screen of the newest, where the first answer brought less than that. */
  async fill(changed: () => void): Promise<void> {
    const { thread } = this;
    const wanted = Math.max(thread.first, thread.meta.sequence - STEP + 1);
    if (thread.floor < wanted || thread.missing === 0) {
      return;
    }
    const jumps = this.#jumps;
    await this.#older(changed, async () => {
      await this.#reach(wanted, changed);
      if (jumps === this.#jumps && this.#follows && this.thread.floor + 1 < this.#from) {
        await this.#toNewest();
      }
    });
  }

  async loadOlder(changed: () => void): Promise<void> {
    if (this.#running !== null) {
      return this.#running.catch(() => undefined); // what comes with it is older as well
    }
    if (!this.hasOlder) {
      return;
    }
    const jumps = this.#jumps;
    await this.#older(changed, async () => {
      const from = Math.max(this.thread.first, this.#from - STEP);
      await this.#reach(from, changed);
      if (jumps !== this.#jumps) {
        return;
      }
      const before = this.#from;
      const found = await this.#read(from, before - 1);
      if (jumps === this.#jumps && this.#from === before) {
        this.#follows = false;
        this.#set([...found, ...this.#items], from, Math.min(this.#to, from + MOST - 1));
      }
    });
  }

  async loadNewer(changed: () => void): Promise<void> {
    if (!this.hasNewer || this.#loadingNewer) {
      return;
    }
    const jumps = this.#jumps;
    this.#loadingNewer = true;
    changed();
    try {
      await this.thread.reach(this.#to + 1, () => jumps !== this.#jumps);
      if (jumps !== this.#jumps) {
        return;
      }
      const before = this.#to;
      const to = Math.min(this.thread.meta.sequence, before + STEP);
      const found = await this.#read(before + 1, to);
      if (jumps === this.#jumps && this.#to === before) {
        this.#set([...this.#items, ...found], Math.max(this.#from, to - MOST + 1), to);
        this.#follows = !this.hasNewer;
      }
    } finally {
      this.#loadingNewer = false;
      changed();
    }
  }

  /** Gives the sequence that the reader is to be brought to. */
  async jumpTo(place: ThreadPlace, changed: () => void): Promise<number | null> {
    this.#jumps += 1;
    const jumps = this.#jumps;
    const given = () => jumps !== this.#jumps;
    if (place === "newest") {
      await this.#toNewest();
      changed();
      return this.#items.at(-1)?.sequence ?? null;
    }
    let target: number | null = null;
    await this.#older(changed, async () => {
      target = await this.#find(place, changed, given);
      if (target === null || given()) {
        return;
      }
      const from = Math.max(this.thread.first, target - BEFORE);
      await this.#reach(from, changed);
      const to = Math.min(this.thread.meta.sequence, from + 2 * STEP - 1);
      const found = await this.#read(from, to);
      if (!given()) {
        this.#set(found, from, to);
        this.#follows = !this.hasNewer;
        target = this.#items.find(({ sequence }) => sequence >= (target ?? 0))?.sequence ?? target;
      }
    });
    return target;
  }

  /** New items at the end, or items of the window that have another form now. */
  merge(items: readonly StoredItem[]): void {
    const { sequence: newest } = this.thread.meta;
    const atEnd = this.#to >= this.#seen;
    this.#seen = newest;
    if (newest > this.#to && this.thread.floor > this.#to) {
      // A return after a long time: what lies between is not here yet.
      if (this.#follows) {
        this.#jumps += 1;
        this.#set([], Math.max(this.thread.floor + 1, newest - STEP + 1), newest);
      }
    } else if (newest > this.#to && atEnd && (this.#follows || newest - this.#from < MOST)) {
      this.#set(this.#items, Math.max(this.#from, newest - MOST + 1), newest);
    }
    if (this.#whole && items.some(({ sequence }) => sequence < this.#from)) {
      this.#from = Math.min(this.#from, Math.max(this.thread.floor + 1, this.#to - MOST + 1));
    }
    const bySequence = new Map(this.#items.map((item) => [item.sequence, item]));
    for (const item of items) {
      if (item.sequence >= this.#from && item.sequence <= this.#to) {
        bySequence.set(item.sequence, item);
      }
    }
    this.#items = [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
    this.#firstUnread ??= this.thread.firstUnread;
  }

  #set(items: readonly StoredItem[], from: number, to: number): void {
    this.#whole = from <= this.thread.first || (this.#whole && from <= this.#from);
    this.#from = from;
    this.#to = to;
    this.#items = items.filter(({ sequence }) => sequence >= from && sequence <= to);
    this.#seen = this.thread.meta.sequence;
  }

  /** What the page shows already, and nothing of it taken away. */
  async #again({ first, last, firstUnread }: FormerWindow): Promise<void> {
    const newest = this.thread.meta.sequence;
    const to = Math.min(last ?? newest, newest);
    const from = Math.max(first, to - MOST + 1);
    const found = await this.#read(from, to);
    this.#set(found, from, to);
    this.#follows = last === null;
    this.#firstUnread = firstUnread;
  }

  async #toNewest(): Promise<void> {
    const jumps = this.#jumps;
    for (;;) {
      const to = this.thread.meta.sequence;
      const from = Math.max(this.thread.floor + 1, to - STEP + 1, 1);
      const found = await this.#read(from, to);
      if (jumps !== this.#jumps) {
        return;
      }
      if (to === this.thread.meta.sequence) {
        this.#follows = true;
        this.#set(found, from, to);
        return;
      }
    }
  }

  async #find(
    place: Exclude<ThreadPlace, "newest">,
    changed: () => void,
    given: () => boolean,
  ): Promise<number | null> {
    const { first, meta } = this.thread;
    const within = (sequence: number) => Math.min(Math.max(sequence, first), meta.sequence);
    if (meta.sequence === 0) {
      return null;
    }
    if (place === "unread") {
      await this.#reach(within(this.thread.firstUnread ?? meta.sequence), changed);
      return this.thread.meta.unread[0] ?? meta.sequence;
    }
    if ("sequence" in place) {
      return within(place.sequence);
    }
    for (;;) {
      const from = this.thread.floor + 1;
      const oldest = await this.#itemFrom(from);
      if (given() || from <= first || (oldest !== null && oldest.at <= place.at)) {
        return this.#search(place.at, from);
      }
      await this.#reach(Math.max(first, from - 1), changed);
    }
  }

  /** The first item at or after a time; the times of the server grow with the sequence. */
  async #search(at: number, from: number): Promise<number> {
    let [low, high] = [from, this.thread.meta.sequence];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const item = await this.#itemFrom(middle);
      if (item !== null && item.at < at) {
        low = Math.max(item.sequence, middle) + 1;
      } else {
        high = middle;
      }
    }
    return Math.min(low, this.thread.meta.sequence);
  }

  /** The first item at or after a sequence that has something to show. */
  async #itemFrom(sequence: number): Promise<StoredItem | null> {
    const near = await this.#read(sequence, sequence + 3);
    return near[0] ?? null;
  }

  #reach(sequence: number, changed: () => void): Promise<void> {
    const jumps = this.#jumps;
    return this.thread.reach(sequence, () => {
      changed();
      return jumps !== this.#jumps;
    });
  }

  async #older(changed: () => void, load: () => Promise<void>): Promise<void> {
    const running = load();
    this.#running = running;
    changed();
    try {
      await running;
    } finally {
      if (this.#running === running) {
        this.#running = null;
      }
      changed();
    }
  }

  /** In one request: what the vault has between two sequences. */
  async #read(first: number, last: number): Promise<StoredItem[]> {
    if (last < first) {
      return [];
    }
    const range = conversationRange(this.thread.id, first, last);
    const found = await this.#hands.vault.readMany("items", itemSchema, { range });
    return found.map(({ value }) => value);
  }
}
