/** Collects changes of the snapshot and hands on only the changed top-level keys, at most once per 16 ms. */
import { initialSnapshot } from "./channel";
import type { Snapshot } from "./contract";

const INTERVAL = 16;

export class SnapshotStore {
  #current: Snapshot = initialSnapshot;
  #changes: Partial<Snapshot> = {};
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #emit: (changes: Partial<Snapshot>) => void;

  constructor(emit: (changes: Partial<Snapshot>) => void) {
    this.#emit = emit;
  }

  get current(): Snapshot {
    return this.#current;
  }

  set(changes: Partial<Snapshot>): void {
    this.#current = { ...this.#current, ...changes };
    Object.assign(this.#changes, changes);
    this.#timer ??= setTimeout(() => this.flush(), INTERVAL);
  }

  /** Everything a signed-out page must not see any more. */
  clear(kept: Partial<Snapshot>): void {
    this.set({ ...initialSnapshot, ...kept });
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
      this.#emit(changes);
    }
  }
}
