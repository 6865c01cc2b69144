/** Keeps the identity seed for an act, for ten minutes at most, and wipes it at the end or when told. */
import { CoreFailure } from "./failure";

export const UNLOCKED_FOR = 10 * 60 * 1000;

export class IdentityLock {
  #seed: Uint8Array<ArrayBuffer> | null = null;
  #until = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #changed: (until: number | null) => void;

  constructor(changed: (until: number | null) => void) {
    this.#changed = changed;
  }

  /** Takes the seed over; the caller's copy is its own affair. */
  open(seed: Uint8Array<ArrayBuffer>): void {
    this.close();
    this.#seed = seed.slice();
    this.#until = Date.now() + UNLOCKED_FOR;
    this.#timer = setTimeout(() => this.close(), UNLOCKED_FOR);
    this.#changed(this.#until);
  }

  close(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    if (this.#seed !== null) {
      this.#seed.fill(0);
      this.#seed = null;
      this.#changed(null);
    }
  }

  /** Runs an act with the seed; rejects with `identity_locked` when it is not there. */
  async use<T>(act: (seed: Uint8Array<ArrayBuffer>) => Promise<T>): Promise<T> {
    // A timer sleeps with the computer; the clock does not.
    if (this.#seed === null || Date.now() >= this.#until) {
      this.close();
      throw new CoreFailure("identity_locked", "Your recovery code is needed for this act.");
    }
    const seed = this.#seed.slice();
    try {
      return await act(seed);
    } finally {
      seed.fill(0);
    }
  }
}
