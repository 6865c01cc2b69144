/**
 * Collects changes of the snapshot and hands on only the changed top-level keys, at most once per 16 ms. What a tab has
 * open is its own; everything else is the same for all tabs.
 */
import { initialSnapshot } from "./channel";
import type { ConversationView, Snapshot } from "./contract";
import { Faults } from "./faults";

const INTERVAL = 16;
/** The tab of a core that serves one tab alone, as in tests. */
export const HERE = "here";

/** `tab` is null for what all tabs see. */
export type Emit = (changes: Partial<Snapshot>, tab: string | null) => void;

export class SnapshotStore {
  /** Where work in the background tells of what fails. */
  readonly faults = new Faults((fault) => this.set({ fault }));
  #current: Snapshot = initialSnapshot;
  #changes: Partial<Snapshot> = {};
  readonly #open = new Map<string, ConversationView>();
  readonly #opened = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #emit: Emit;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  get current(): Snapshot {
    return this.seenBy(HERE);
  }

  seenBy(tab: string): Snapshot {
    return { ...this.#current, open: this.#open.get(tab) ?? null };
  }

  set(changes: Partial<Omit<Snapshot, "open">>): void {
    this.#current = { ...this.#current, ...changes };
    Object.assign(this.#changes, changes);
    this.#soon();
  }

  /** Whether it came; what was there once stays there when a later attempt fails. */
  setLoaded(what: keyof Snapshot["loaded"], came: boolean): void {
    const { loaded } = this.#current;
    const now = came ? "loaded" : "failed";
    if (loaded[what] !== now && loaded[what] !== "loaded") {
      this.set({ loaded: { ...loaded, [what]: now } });
    }
  }

  /** What this tab has open, and nobody else sees. */
  show(tab: string, open: ConversationView | null): void {
    if (open === null) {
      this.#open.delete(tab);
    } else {
      this.#open.set(tab, open);
    }
    this.#opened.add(tab);
    this.#soon();
  }

  /** The tab is gone. */
  drop(tab: string): void {
    this.#open.delete(tab);
    this.#opened.delete(tab);
  }

  /** Everything a signed-out page must not see any more. */
  clear(kept: Partial<Omit<Snapshot, "open">>): void {
    this.#open.clear();
    this.#opened.clear();
    this.faults.forget();
    this.#current = { ...initialSnapshot, ...kept };
    this.#changes = this.#current;
    this.flush();
  }

  flush(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    if (Object.keys(this.#changes).length > 0) {
      const changes = this.#changes;
      this.#changes = {};
      this.#emit(changes, null);
    }
    const opened = [...this.#opened];
    this.#opened.clear();
    for (const tab of opened) {
      this.#emit({ open: this.#open.get(tab) ?? null }, tab);
    }
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.flush(), INTERVAL);
  }
}
