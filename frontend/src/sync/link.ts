/**
 * The page's end of the core: keeps every call until it is answered. When the core moves to another worker, or the
 * page's own worker ends, what was not taken yet is said again, and so is what may be carried out twice.
 */
import { type Call, type Method, type Reply, type Request, repeatable } from "./channel";
import { type Core, coreMethods, type FormerWindow, type Phase, type Snapshot } from "./contract";
import { CoreFailure } from "./failure";

export interface WorkerLike {
  postMessage(request: Request): void;
  terminate(): void;
}

export interface LinkOptions {
  /** Starts a worker whose replies, and whose failure to start, come to these functions. */
  start(reply: (reply: Reply) => void, failed: () => void): WorkerLike;
  /** Calls `ended` when the worker of this tab has ended by itself; gives the function that stops watching. */
  watch(tab: string, ended: () => void): () => void;
  snapshot(): Snapshot;
  publish(changes: Partial<Snapshot>): void;
  visible(): boolean;
  /** The core comes from a newer version of this page. */
  superseded(): void;
}

interface Waiting {
  readonly call: Call;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CoreFailure) => void;
  taken: boolean;
}

/** A worker that ended is replaced at once, but one that ends again and again not without a pause. */
const AT_ONCE = 3;
const PAUSE = 1_000;
const PAUSE_AT_MOST = 30_000;
const SETTLED_AFTER = 10_000;

export class Link {
  readonly core: Core;
  readonly #options: LinkOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: WorkerLike | null = null;
  #unwatch: () => void = () => undefined;
  #next = 1;
  /** How often a core began to serve this worker; 0 while none does. */
  #beginning = 0;
  #fresh = true;
  /** The conversation on the screen. */
  #open: string | null = null;
  #startedAt = 0;
  /** How many workers ended soon after they had begun, one after the other. */
  #shortLived = 0;
  #restart: ReturnType<typeof setTimeout> | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.core = Object.fromEntries(
      coreMethods.map((method) => [method, (...parameters: unknown[]) => this.#call(method, parameters)]),
    ) as unknown as Core;
  }

  start(): void {
    if (this.#worker !== null || this.#restart !== null) {
      return;
    }
    const { start, snapshot, visible } = this.#options;
    this.#beginning = 0;
    this.#startedAt = Date.now();
    const worker = start(
      (reply) => {
        if (worker === this.#worker) {
          this.#heard(reply);
        }
      },
      () => {
        if (worker === this.#worker) {
          this.#failed();
        }
      },
    );
    this.#worker = worker;
    const phase: Phase = snapshot().phase;
    worker.postMessage({ kind: "page", fresh: this.#fresh, visible: visible(), phase });
  }

  /** The page was brought to the front, or put aside. */
  seen(): void {
    this.#worker?.postMessage({ kind: "visible", visible: this.#options.visible() });
  }

  #call(method: Method, parameters: unknown[]): Promise<unknown> {
    if (method === "openConversation") {
      this.#open = (parameters[0] as string | null | undefined) ?? null;
    }
    const call: Call = { id: this.#next++, method, arguments: parameters };
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { call, resolve, reject, taken: false };
      this.#waiting.set(call.id, waiting);
      this.start();
      this.#say(waiting);
    });
  }

  #say({ call }: Waiting): void {
    if (this.#beginning > 0) {
      this.#worker?.postMessage({ kind: "call", beginning: this.#beginning, call });
    }
  }

  #heard(reply: Reply): void {
    switch (reply.kind) {
      case "tab":
        this.#unwatch = this.#options.watch(reply.tab, () => this.#again());
        break;
      case "over":
        this.#again();
        break;
      case "superseded":
        this.#options.superseded();
        break;
      case "began":
        this.#began();
        break;
      case "snapshot":
        this.#options.publish(reply.changes);
        break;
      case "taken":
      case "late": {
        const waiting = this.#waiting.get(reply.id);
        if (waiting !== undefined) {
          waiting.taken = reply.kind === "taken";
          if (!waiting.taken) {
            this.#say(waiting);
          }
        }
        break;
      }
      default:
        this.#answered(reply);
    }
  }

  #answered(reply: Extract<Reply, { kind: "result" | "failure" }>): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === "result") {
      waiting?.resolve(reply.value);
    } else {
      const { code, detail, ...more } = reply.error;
      waiting?.reject(new CoreFailure(code, detail, more));
    }
  }

  /** Another core serves this page from now on, and knows nothing of it. */
  #began(): void {
    this.#beginning += 1;
    const first = this.#fresh;
    this.#fresh = false;
    const waiting = [...this.#waiting.values()];
    if (!first && this.#open !== null && !waiting.some(({ call }) => call.method === "openConversation")) {
      // Where it cannot be opened any more there is nothing to show.
      this.#call("openConversation", [this.#open, ...this.#former()]).catch(() =>
        this.#options.publish({ open: null }),
      );
    }
    for (const one of waiting) {
      if (!one.taken || repeatable.has(one.call.method)) {
        one.taken = false;
        this.#say(one);
      } else {
        this.#waiting.delete(one.call.id);
        one.reject(new CoreFailure("core_moved", "The core moved to another tab before it had answered."));
      }
    }
  }

  /** Where the reader is in the open conversation, as the next core must know it. */
  #former(): FormerWindow[] {
    const { open } = this.#options.snapshot();
    const sequences = open?.items.flatMap(({ sequence }) => sequence ?? []) ?? [];
    const [first, last] = [sequences[0], sequences.at(-1)];
    if (open === null || open.id !== this.#open || first === undefined || last === undefined) {
      return [];
    }
    return [{ first, last: open.hasNewer ? last : null, firstUnread: open.firstUnread }];
  }

  /** The worker has ended, or leads no more: another takes its place. */
  #again(): void {
    this.#stop();
    this.#shortLived = Date.now() - this.#startedAt > SETTLED_AFTER ? 0 : this.#shortLived + 1;
    if (this.#shortLived <= AT_ONCE) {
      this.start();
      return;
    }
    const pause = Math.min(PAUSE * 2 ** (this.#shortLived - AT_ONCE - 1), PAUSE_AT_MOST);
    this.#restart = setTimeout(() => {
      this.#restart = null;
      this.start();
    }, pause);
  }

  /** It did not even start. */
  #failed(): void {
    this.#stop();
    for (const { reject } of this.#waiting.values()) {
      reject(new CoreFailure("core_failed", "The part of this page that holds the keys stopped."));
    }
    this.#waiting.clear();
    this.#options.publish({ connection: "offline" });
  }

  #stop(): void {
    this.#unwatch();
    this.#unwatch = () => undefined;
    this.#worker?.terminate();
    this.#worker = null;
    this.#beginning = 0;
  }
}
