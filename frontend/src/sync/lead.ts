/**
 * The worker that leads: it has the only core of this browser, and serves every tab with it. A tab that appears gets the
 * whole snapshot and from then on what changes; a tab whose worker has ended is forgotten.
 */
import {
  type Answer,
  type Aside,
  CALLS,
  type Call,
  CORE,
  type Line,
  type Method,
  nameOfTab,
  type OpenLine,
  readToLeader,
  type ToAll,
  type ToTab,
} from "./channel";
import { type Core, coreMethods, type Phase, type Snapshot } from "./contract";
import type { Cores } from "./core";
import { type Locks, watchTab } from "./election";
import { toCoreError } from "./failure";
import { type Heirloom, heldKey } from "./heirloom";
import { type Emit, SnapshotStore } from "./snapshot";

/** A call that was on the way for longer was meant for a leader that this one may not be any more. */
export const LATE = 3_000;
const AGAIN_AFTER = 1_000;
const AGAIN_AT_MOST = 15_000;

export interface LeadOptions {
  readonly tab: string;
  readonly term: number;
  readonly version: string;
  readonly locks: Locks;
  readonly open: OpenLine;
  readonly createCores: (snapshots: SnapshotStore) => Cores;
  /** To the page of this very worker. */
  readonly answer: (answer: Answer) => void;
  /** What this tab showed when the leader before was lost; null when nobody led. */
  readonly inherited: Phase | null;
}

interface Served {
  /** It knows that this core serves it: what it says from then on is meant for this core. */
  greeted: boolean;
  answer(answer: Answer): void;
  /** To its worker alone; the leader needs nothing of the kind. */
  aside(aside: Aside): void;
  forget(): void;
}

const known = new Set<string>(coreMethods);

export class Lead {
  readonly #options: LeadOptions;
  readonly #tabs = new Map<string, Served>();
  readonly #snapshots: SnapshotStore;
  readonly #cores: Cores;
  readonly #calls: Line;
  readonly #all: Line;
  /** Until the core stands where the one before stood, pages go on showing what they show. */
  #ready: boolean;
  #again: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(options: LeadOptions) {
    const { tab, term, version, open, answer, inherited } = options;
    this.#options = options;
    this.#ready = inherited === null;
    const emit: Emit = (changes, to) => this.#emit(changes, to);
    this.#snapshots = new SnapshotStore(emit);
    if (inherited?.name === "alarm" || inherited?.name === "locked") {
      this.#snapshots.set({ phase: inherited }); // only the person leaves these
    }
    this.#cores = options.createCores(this.#snapshots);
    this.#calls = open(CALLS, (message) => this.#heard(message));
    this.#all = open(CORE);
    this.#add(tab, { greeted: false, answer, aside: () => undefined, forget: () => undefined });
    this.#all.tell({ term, version } satisfies ToAll);
    if (!this.#ready) {
      globalThis.addEventListener?.("online", this.#online);
      void this.#takeOver(AGAIN_AFTER);
    }
  }

  call(tab: string, call: Call): void {
    const served = this.#tabs.get(tab);
    if (served?.greeted === true) {
      served.answer({ kind: "taken", id: call.id });
      void this.#run(tab, call).then((answer) => {
        this.#snapshots.flush();
        served.answer(answer);
      });
    }
  }

  close(): void {
    this.#closed = true;
    globalThis.removeEventListener?.("online", this.#online);
    if (this.#again !== null) {
      clearTimeout(this.#again);
    }
    this.#cores.close();
    this.#calls.close();
    this.#all.close();
    for (const { forget } of this.#tabs.values()) {
      forget();
    }
    this.#tabs.clear();
  }

  async #run(tab: string, { id, method, arguments: parameters }: Call): Promise<Answer> {
    try {
      if (!known.has(method)) {
        throw new TypeError(`The core has no method ${String(method)}.`);
      }
      const run = this.#cores.of(tab)[method as Method] as (...given: unknown[]) => Promise<unknown>;
      return { kind: "result", id, value: await run(...parameters) };
    } catch (error) {
      return { kind: "failure", id, error: toCoreError(error) };
    }
  }

  /** Goes where the core before stood; without a line it tries again, and pages wait. */
  async #takeOver(pause: number): Promise<void> {
    const core: Core = this.#cores.of(this.#options.tab);
    try {
      await core.refresh(true);
    } catch {
      this.#tell({ connection: "offline" });
      if (!this.#closed) {
        this.#again = setTimeout(() => {
          void this.#takeOver(Math.min(pause * 2, AGAIN_AT_MOST));
        }, pause);
      }
      return;
    }
    globalThis.removeEventListener?.("online", this.#online);
    this.#snapshots.flush();
    this.#ready = true;
    for (const [tab, served] of this.#tabs) {
      this.#greet(tab, served);
    }
  }

  readonly #online = () => {
    if (this.#again !== null) {
      clearTimeout(this.#again);
      this.#again = null;
      void this.#takeOver(AGAIN_AFTER);
    }
  };

  #heard(message: unknown): void {
    const told = readToLeader(message);
    if (told === null) {
      return;
    }
    const { tab } = told;
    const served = this.#tabs.get(tab) ?? this.#meet(tab);
    if (told.type === "ping") {
      served.aside({ kind: "pong" });
    } else if (told.type === "call" && told.term === this.#options.term) {
      const call = told.call as Call;
      if (Date.now() - told.at > LATE) {
        served.answer({ kind: "late", id: call.id });
      } else {
        this.call(tab, call);
      }
    }
  }

  #meet(tab: string): Served {
    const { locks, open, term, version } = this.#options;
    const line = open(nameOfTab(tab));
    const stop = watchTab(locks, tab, () => this.#forget(tab));
    const served: Served = {
      greeted: false,
      answer: (answer) => line.tell({ term, version, answer } satisfies ToTab),
      aside: (answer) => {
        try {
          line.tell({ term, version, answer } satisfies ToTab);
        } catch {
          // A browser that does not pass keys on: the next leader asks the server.
        }
      },
      forget: () => {
        stop();
        line.close();
      },
    };
    this.#add(tab, served);
    return served;
  }

  #add(tab: string, served: Served): void {
    this.#tabs.set(tab, served);
    if (this.#ready) {
      this.#greet(tab, served);
    }
  }

  /** What it has open it says itself, and keeps on its screen until then if it may be seen at all. */
  #greet(tab: string, served: Served): void {
    const { open, ...changes } = this.#snapshots.seenBy(tab);
    served.answer({
      kind: "snapshot",
      changes: changes.phase.name === "ready" ? changes : { ...changes, open },
    });
    served.aside({ kind: "heirloom", heirloom: this.#heirloom });
    served.answer({ kind: "began" });
    served.greeted = true;
  }

  get #heirloom(): Heirloom | null {
    const { phase, session } = this.#snapshots.current;
    const key = heldKey();
    return phase.name === "ready" && session !== null && key !== null ? { session, key } : null;
  }

  #forget(tab: string): void {
    this.#tabs.get(tab)?.forget();
    this.#tabs.delete(tab);
    this.#snapshots.drop(tab);
    this.#cores.left(tab);
  }

  #emit(changes: Partial<Snapshot>, to: string | null): void {
    if (this.#closed || !this.#ready) {
      return;
    }
    if (to === null) {
      this.#tell(changes);
      if (changes.phase !== undefined || changes.session !== undefined) {
        for (const { aside } of this.#tabs.values()) {
          aside({ kind: "heirloom", heirloom: this.#heirloom });
        }
      }
    } else {
      this.#tabs.get(to)?.answer({ kind: "snapshot", changes });
    }
  }

  #tell(changes: Partial<Snapshot>): void {
    for (const { answer } of this.#tabs.values()) {
      answer({ kind: "snapshot", changes });
    }
  }
}
