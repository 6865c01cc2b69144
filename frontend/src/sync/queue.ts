/** Runs tasks one after the other; a task that fails does not stop the next. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task, task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** Calls that come while a run is under way share one run after it. */
export class Coalesced<T = void> {
  #running: Promise<T> | null = null;
  #next: Promise<T> | null = null;
  readonly #task: () => Promise<T>;

  constructor(task: () => Promise<T>) {
    this.#task = task;
  }

  /** Resolves when a run that began after this call has ended. */
  run(): Promise<T> {
    if (this.#next === null && this.#running === null) {
      return this.#start();
    }
    // Between the end of a run and the beginning of the next there are moments in which whoever waited asks again.
    this.#next ??= (this.#running ?? Promise.resolve()).then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#next;
  }

  #start(): Promise<T> {
    this.#next = null;
    const run = this.#task().finally(() => {
      if (this.#running === run) {
        this.#running = null;
      }
    });
    this.#running = run;
    return run;
  }
}
