/** A browser with several tabs, each with a page and a worker, whose core only notes what is asked of it; for tests. */
import type { Line, Listen, OpenLine, Reply, Request } from "./channel";
import { initialSnapshot } from "./channel";
import type { ConversationView, Core, Snapshot, ThreadItem } from "./contract";
import { coreMethods } from "./contract";
import type { Cores } from "./core";
import { Desk } from "./desk";
import { type Locks, watchTab } from "./election";
import { CoreFailure } from "./failure";
import { Link } from "./link";
import type { SnapshotStore } from "./snapshot";

type Callback = (lock: Lock | null) => unknown;
interface Wish {
  client: string;
  name: string;
  mode: LockMode;
  run: Callback;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

/** Web Locks, as far as they are used, with clients that can be killed. */
class MadeUpLocks {
  #held: Wish[] = [];
  #queue: Wish[] = [];
  readonly #reach: (client: string, what: () => void) => void;

  /** A client that is held still learns later that it was robbed. */
  constructor(reach: (client: string, what: () => void) => void) {
    this.#reach = reach;
  }

  of(client: string): Locks {
    const request = (name: string, given: LockOptions | Callback, callback?: Callback) =>
      this.#request(client, name, typeof given === "function" ? {} : given, callback ?? (given as Callback));
    const info = ({ name, mode, client: clientId }: Wish): LockInfo => ({ name, mode, clientId });
    return {
      request: request as Locks["request"],
      query: async () => ({ held: this.#held.map(info), pending: this.#queue.map(info) }),
    };
  }

  kill(client: string): void {
    this.#held = this.#held.filter((one) => one.client !== client);
    this.#queue = this.#queue.filter((one) => one.client !== client);
    this.#grant();
  }

  #request(client: string, name: string, options: LockOptions, run: Callback): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const wish: Wish = { client, name, mode: options.mode ?? "exclusive", run, resolve, reject };
      options.signal?.addEventListener("abort", () => {
        if (this.#queue.includes(wish)) {
          this.#queue = this.#queue.filter((one) => one !== wish);
          reject(new DOMException("given up", "AbortError"));
        }
      });
      if (options.steal === true) {
        for (const robbed of this.#held.filter((one) => one.name === name)) {
          this.#release(robbed);
          this.#reach(robbed.client, () => robbed.reject(new DOMException("stolen", "AbortError")));
        }
        this.#queue.unshift(wish);
      } else {
        this.#queue.push(wish);
      }
      this.#grant();
    });
  }

  #release(wish: Wish): void {
    this.#held = this.#held.filter((one) => one !== wish);
  }

  #grant(): void {
    for (const wish of [...this.#queue]) {
      const first = this.#queue.find((one) => one.name === wish.name) === wish;
      const others = this.#held.filter((one) => one.name === wish.name);
      const free = others.length === 0 || (wish.mode === "shared" && others[0]?.mode === "shared");
      if (first && free) {
        this.#queue = this.#queue.filter((one) => one !== wish);
        this.#held.push(wish);
        void Promise.resolve()
          .then(() => wish.run(null))
          .then(wish.resolve, wish.reject)
          .finally(() => {
            this.#release(wish);
            this.#grant();
          });
      }
    }
  }
}

interface Asked {
  /** The number of the core, in the order in which they began. */
  core: number;
  tab: string;
  method: string;
  arguments: unknown[];
}

export class MadeUpBrowser {
  readonly locks = new MadeUpLocks((client, what) => this.reach(client, what));
  /** What any core was asked, in order. */
  readonly asked: Asked[] = [];
  readonly stores: SnapshotStore[] = [];
  readonly closedCores: number[] = [];
  readonly leftTabs: string[] = [];
  /** What a core does when it is asked; by default it answers with nothing. */
  answer: (asked: Asked, snapshots: SnapshotStore) => unknown = () => undefined;
  offline = false;
  #lines: { name: string; client: string; listen: Listen }[] = [];
  readonly #frozen = new Map<string, (() => void)[]>();
  readonly #dead = new Set<string>();
  #clients = 0;
  #term = 0;

  nextClient(): string {
    this.#clients += 1;
    return `client-${this.#clients}`;
  }

  /** Only of this client's worker it takes as long as a test wants. */
  slow: { client: string; until: Promise<void> } | null = null;

  async nextTerm(client: string): Promise<number> {
    this.#term += 1;
    const term = this.#term;
    if (this.slow?.client === client) {
      await this.slow.until;
    }
    return term;
  }

  /** Messages reach all others later, as in a browser; a client that is held still gets them when it goes on. */
  open(client: string): OpenLine {
    return (name, listen): Line => {
      const own = { name, client, listen: listen ?? (() => undefined) };
      this.#lines.push(own);
      return {
        tell: (message) => {
          for (const line of this.#lines.filter((one) => one.name === name && one !== own)) {
            this.reach(
              line.client,
              () => this.#lines.includes(line) && line.listen(structuredClone(message)),
            );
          }
        },
        close: () => {
          this.#lines = this.#lines.filter((one) => one !== own);
        },
      };
    };
  }

  reach(client: string, what: () => void): void {
    queueMicrotask(() => {
      const held = this.#frozen.get(client);
      if (held !== undefined) {
        held.push(what);
      } else if (!this.#dead.has(client)) {
        what();
      }
    });
  }

  freeze(client: string): void {
    this.#frozen.set(client, []);
  }

  thaw(client: string): void {
    const held = this.#frozen.get(client) ?? [];
    this.#frozen.delete(client);
    for (const what of held) {
      what();
    }
  }

  kill(client: string): void {
    this.#dead.add(client);
    this.#lines = this.#lines.filter((one) => one.client !== client);
    this.locks.kill(client);
  }

  createCores(snapshots: SnapshotStore): Cores {
    this.stores.push(snapshots);
    const core = this.stores.length;
    const act =
      (tab: string, method: string) =>
      async (...parameters: unknown[]) => {
        const asked = { core, tab, method, arguments: parameters };
        this.asked.push(asked);
        if (this.offline) {
          throw new CoreFailure("offline", "There is no line.");
        }
        if (method === "refresh") {
          snapshots.set({ phase: { name: "ready" } });
        }
        if (method === "openConversation") {
          if (snapshots.current.phase.name !== "ready") {
            throw new CoreFailure("not_ready", "Nobody is signed in.");
          }
          snapshots.show(tab, { id: parameters[0], items: [] as ThreadItem[] } as ConversationView);
        }
        return this.answer(asked, snapshots);
      };
    return {
      of: (tab) =>
        Object.fromEntries(coreMethods.map((method) => [method, act(tab, method)])) as unknown as Core,
      left: (tab) => void this.leftTabs.push(tab),
      close: () => void this.closedCores.push(core),
    };
  }
}

export class MadeUpTab {
  snapshot: Snapshot = initialSnapshot;
  superseded = false;
  /** The kinds of everything that its worker told its page. */
  readonly heard = new Set<string>();
  readonly page: string;
  /** The client that its present worker is. */
  worker = "";
  desk: Desk | null = null;
  readonly link: Link;

  constructor(browser: MadeUpBrowser, version = "1") {
    const page = browser.nextClient();
    this.page = page;
    this.link = new Link({
      start: (reply) => {
        const client = browser.nextClient();
        const toPage = (one: Reply) => {
          this.heard.add(one.kind);
          browser.reach(page, () => reply(one));
        };
        const desk = new Desk({
          tab: client,
          version,
          locks: browser.locks.of(client),
          open: browser.open(client),
          nextTerm: () => browser.nextTerm(client),
          createCores: (snapshots) => browser.createCores(snapshots),
          reply: toPage,
        });
        this.worker = client;
        this.desk = desk;
        return {
          postMessage: (request: Request) => browser.reach(client, () => void desk.heard(request)),
          terminate: () => browser.kill(client),
        };
      },
      watch: (tab, ended) => watchTab(browser.locks.of(page), tab, ended),
      snapshot: () => this.snapshot,
      publish: (changes) => {
        this.snapshot = { ...this.snapshot, ...changes };
      },
      visible: () => true,
      superseded: () => {
        this.superseded = true;
      },
    });
    this.link.start();
    this.close = () => {
      browser.kill(page);
      browser.kill(this.worker);
    };
  }

  readonly close: () => void;

  get core(): Core {
    return this.link.core;
  }

  get leads(): boolean {
    return this.desk?.leads === true;
  }
}
