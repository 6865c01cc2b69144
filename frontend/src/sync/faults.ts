/**
 * What fails where nobody waits for an answer. The line and the storage have their own words and pass quietly here; what
 * is a fault of this page is never swallowed: it is written to the console once for each kind, tried again at a growing
 * distance, and said on the page when the same task has failed three times in a row.
 */
import type { Fault } from "./contract";
import { isOurs, report } from "./failure";

/** So often in a row, and the person is told. */
const TOLD_AFTER = 3;
const FIRST_AGAIN = 5_000;
const LAST_AGAIN = 5 * 60_000;

export class Faults {
  readonly #show: (fault: Fault | null) => void;
  readonly #tell: (message: string, error: unknown) => void;
  /** What fails now, by task, the latest last. */
  readonly #failing = new Map<string, Fault>();
  readonly #told = new Set<string>();
  #shown: string | null = null;

  constructor(show: (fault: Fault | null) => void, tell: (message: string, error: unknown) => void = report) {
    this.#show = show;
    this.#tell = tell;
  }

  /** A task has failed: how long to wait before it is tried again. */
  met(task: string, error: unknown, otherwise = FIRST_AGAIN): number {
    if (!isOurs(error)) {
      return otherwise;
    }
    const times = (this.#failing.get(task)?.times ?? 0) + 1;
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const kind = `${task}: ${what}`;
    if (!this.#told.has(kind)) {
      this.#told.add(kind);
      this.#tell(`A task in the background failed (${task}).`, error);
    }
    const fault = { task, detail: what, times, at: Date.now() };
    this.#failing.delete(task);
    this.#failing.set(task, fault);
    if (times >= TOLD_AFTER) {
      this.#shown = task;
      this.#show(fault);
    }
    return Math.min(LAST_AGAIN, Math.max(otherwise, FIRST_AGAIN * 2 ** (times - 1)));
  }

  /** These tasks have succeeded, so whatever failed in them before is made good; what still fails is said instead. */
  passed(...tasks: string[]): void {
    for (const task of tasks) {
      this.#failing.delete(task);
    }
    if (this.#shown !== null && !this.#failing.has(this.#shown)) {
      const left = [...this.#failing.values()].filter(({ times }) => times >= TOLD_AFTER).at(-1) ?? null;
      this.#shown = left?.task ?? null;
      this.#show(left);
    }
  }

  /** Another stay begins: nothing of the last one counts. */
  forget(): void {
    this.#failing.clear();
    this.#shown = null;
  }
}
