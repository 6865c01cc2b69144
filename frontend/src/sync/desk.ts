/**
 * The worker of one tab: it follows whoever leads, and leads when nobody does. Its page speaks to one core, and need not
 * know where that is.
 */
import { beginTerm, whenDeposed } from "../vault";
import type { Answer, OpenLine, Reply, Request } from "./channel";
import type { Phase } from "./contract";
import type { Cores } from "./core";
import { Election, holdTab, type Locks } from "./election";
import { Follow } from "./follow";
import { inherit } from "./heirloom";
import { Lead } from "./lead";
import type { SnapshotStore } from "./snapshot";

export interface DeskOptions {
  readonly tab: string;
  /** Of the program, so that two that differ are noticed. */
  readonly version: string;
  readonly locks: Locks;
  readonly open: OpenLine;
  readonly nextTerm: (floor: number) => Promise<number>;
  readonly createCores: (snapshots: SnapshotStore) => Cores;
  readonly reply: (reply: Reply) => void;
}

export class Desk {
  readonly #options: DeskOptions;
  readonly #election: Election;
  #follow: Follow | null = null;
  #lead: Lead | null = null;
  #fresh = true;
  #phase: Phase | null = null;
  /** How many cores have begun to serve the page of this worker. */
  #beginning = 0;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#election = new Election(options.locks, {
      won: () => void this.#begin(),
      deposed: () => this.#end(),
    });
    whenDeposed((term) => {
      // Whoever leads next, and does so rightly, must come after it.
      void options.nextTerm(term).catch(() => undefined);
      this.#end();
    });
  }

  get leads(): boolean {
    return this.#lead !== null;
  }

  async heard(request: Request): Promise<void> {
    switch (request.kind) {
      case "page":
        await this.#start(request);
        break;
      case "visible":
        this.#follow?.see(request.visible);
        break;
      case "call":
        if (request.beginning !== this.#beginning) {
          return; // it will be said again to the core that has begun since
        }
        if (this.#lead !== null) {
          this.#lead.call(this.#options.tab, request.call);
        } else {
          this.#follow?.call(request.call);
        }
    }
  }

  async #start({ fresh, visible, phase }: Extract<Request, { kind: "page" }>): Promise<void> {
    const { locks, open, tab, version } = this.#options;
    this.#fresh = fresh;
    this.#phase = fresh ? null : phase;
    await holdTab(locks, tab);
    this.#options.reply({ kind: "tab", tab });
    this.#follow = new Follow({
      tab,
      version,
      open,
      answer: (answer) => {
        if (answer.kind === "snapshot" && answer.changes.phase !== undefined) {
          this.#phase = answer.changes.phase;
        }
        this.#answer(answer);
      },
      heirloom: (heirloom) => inherit(heirloom),
      silent: () => this.#election.depose(),
      other: () => this.#meetOther(),
    });
    this.#election.stand();
    this.#follow.see(visible);
  }

  /** A page that was loaded just now is the newer one. */
  #meetOther(): void {
    if (this.#fresh) {
      this.#election.depose();
    } else {
      this.#options.reply({ kind: "superseded" });
    }
  }

  async #begin(): Promise<void> {
    const { tab, version, locks, open, nextTerm, createCores } = this.#options;
    this.#follow?.close();
    this.#follow = null;
    // Where storage fails altogether the vaults say so themselves.
    const term = await nextTerm(0).catch(() => Date.now());
    if (!(await this.#election.leads(tab))) {
      this.#end();
      return;
    }
    beginTerm(term);
    const answer = (one: Answer) => this.#answer(one);
    const inherited = this.#phase;
    this.#lead = new Lead({ tab, term, version, locks, open, createCores, answer, inherited });
  }

  #answer(answer: Answer): void {
    if (answer.kind === "began") {
      this.#beginning += 1;
    }
    this.#options.reply(answer);
  }

  /** Another leads: whatever this worker holds is dropped with it. */
  #end(): void {
    this.#lead?.close();
    this.#lead = null;
    this.#options.reply({ kind: "over" });
  }
}
