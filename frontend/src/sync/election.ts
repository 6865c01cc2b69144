/**
 * Which worker of this browser leads: the one that holds the lock `entente-core`. Locks are freed by the browser itself
 * when a worker ends, however it ends; one that is merely held still loses its lock to whoever takes it by force.
 */
import { CORE, nameOfTab } from "./channel";

export type Locks = Pick<LockManager, "request" | "query">;

export interface Outcome {
  /** This worker leads from now on. */
  won(): void;
  /** Another took the lead by force. */
  deposed(): void;
}

const forever = () => new Promise<never>(() => undefined);

export class Election {
  readonly #locks: Locks;
  readonly #outcome: Outcome;
  #queued: AbortController | null = null;
  #leads = false;
  #over = false;

  constructor(locks: Locks, outcome: Outcome) {
    this.#locks = locks;
    this.#outcome = outcome;
  }

  /** Leads as soon as nobody else does. */
  stand(): void {
    const queued = new AbortController();
    this.#queued = queued;
    this.#request({ signal: queued.signal });
  }

  /** Leads at once: whoever does so now does not answer. */
  depose(): void {
    if (this.#leads || this.#over) {
      return;
    }
    this.#queued?.abort();
    this.#request({ steal: true });
  }

  /** Whether the browser, too, says that this tab leads: a worker that was held still may not have been told otherwise. */
  async leads(tab: string): Promise<boolean> {
    const { held } = await this.#locks.query();
    const holder = (name: string) => held?.find((lock) => lock.name === name)?.clientId;
    return this.#leads && holder(CORE) !== undefined && holder(CORE) === holder(nameOfTab(tab));
  }

  #request(options: LockOptions): void {
    let granted = false;
    this.#locks
      .request(CORE, options, () => {
        if (this.#leads || this.#over) {
          return; // the lock came while it was being taken by force
        }
        granted = true;
        this.#leads = true;
        this.#outcome.won();
        return forever();
      })
      .catch(() => {
        // Given up before it came, or lost after it came.
        if (granted && !this.#over) {
          this.#leads = false;
          this.#over = true;
          this.#outcome.deposed();
        }
      });
  }
}

/** Calls `ended` when the worker of this tab has ended; gives the function that stops watching. */
export function watchTab(locks: Locks, tab: string, ended: () => void): () => void {
  const watching = new AbortController();
  locks
    .request(nameOfTab(tab), { mode: "shared", signal: watching.signal }, () => {
      if (!watching.signal.aborted) {
        ended();
      }
    })
    .catch(() => undefined); // nobody watches any more
  return () => watching.abort();
}

/** Resolves once the lock of this tab is held, which it is until the worker ends. */
export function holdTab(locks: Locks, tab: string): Promise<void> {
  return new Promise((resolve, reject) => {
    locks
      .request(nameOfTab(tab), () => {
        resolve();
        return forever();
      })
      .catch(reject);
  });
}
