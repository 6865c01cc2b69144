/**
 * The one core as this page sees it: its methods, and the newest snapshot.
 * The worker starts at the first use, so that importing this module costs nothing.
 */
import { makeClientId } from "../crypto/clientId";
import { initialSnapshot, type Reply, type Request } from "./channel";
import type { Core, Snapshot } from "./contract";
import { watchTab } from "./election";
import { onSessionEnded } from "./http";
import { Link, type WorkerLike } from "./link";
import workerAddress from "./worker.ts?worker&url";

interface TrustedTypesFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ): { createScriptURL: (address: string) => string };
}

let snapshot: Snapshot = initialSnapshot;
let started = false;
let address: string | null = null;
let newestId = 0;
const listeners = new Set<() => void>();

/** The address as a trusted script URL: this policy passes the worker's own address and nothing else. */
function trustedAddress(): string {
  const factory = (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
  if (factory === undefined) {
    return workerAddress;
  }
  const policy = factory.createPolicy("entente-worker", {
    createScriptURL: (wanted) => {
      if (wanted !== workerAddress) {
        throw new TypeError("Only the worker of the core may be started.");
      }
      return wanted;
    },
  });
  return policy.createScriptURL(workerAddress);
}

function startWorker(reply: (reply: Reply) => void, failed: () => void): WorkerLike {
  address ??= trustedAddress();
  const worker = new Worker(address, { type: "module", name: "entente-core" });
  let heard = false;
  worker.addEventListener("message", (event: MessageEvent<Reply>) => {
    heard = true;
    reply(event.data);
  });
  worker.addEventListener("error", () => {
    if (!heard) {
      failed(); // an error later is one task's, and the worker goes on
    }
  });
  return {
    postMessage: (request: Request) => worker.postMessage(request),
    terminate: () => worker.terminate(),
  };
}

function publish(changes: Partial<Snapshot>): void {
  const { conversations } = changes;
  snapshot = {
    ...snapshot,
    ...changes,
    ...(conversations === undefined
      ? {}
      : { conversations: asBefore(snapshot.conversations, conversations) }),
  };
  for (const listener of listeners) {
    listener();
  }
}

/** What looks as before stays the same object, so that only the rows that changed are drawn again. */
export function asBefore<T extends { id: string }>(before: readonly T[], now: readonly T[]): T[] {
  const known = new Map(before.map((one) => [one.id, one]));
  return now.map((one) => {
    const former = known.get(one.id);
    return former !== undefined && JSON.stringify(former) === JSON.stringify(one) ? former : one;
  });
}

/** Loads the page anew as soon as nobody looks at it. */
function renew(): void {
  const look = () => {
    if (document.hidden) {
      globalThis.location.reload();
    }
  };
  document.addEventListener("visibilitychange", look);
  look();
}

const link = new Link({
  start: startWorker,
  watch: (tab, ended) => watchTab(navigator.locks, tab, ended),
  snapshot: () => snapshot,
  publish,
  visible: () => !document.hidden,
  superseded: renew,
});

function start(): void {
  if (!started) {
    started = true;
    document.addEventListener("visibilitychange", () => link.seen());
    // The page's own requests can be the first to learn that the session is over.
    onSessionEnded(() => void core.refresh(true).catch(() => undefined));
  }
  link.start();
}

/** The order of client ids is the order of writing. */
function nextClientId(): string {
  newestId = Math.max(Date.now(), newestId + 1);
  return makeClientId(newestId);
}

/** Every method answers with what the core answers, or rejects with a `CoreFailure`. */
export const core: Core = {
  ...link.core,
  // Born here, so that a message that must be handed over twice is still the same one.
  send: (id, text, clientId = nextClientId()) => link.core.send(id, text, clientId),
};

/** The newest snapshot; the same object until something changes. */
export function currentSnapshot(): Snapshot {
  return snapshot;
}

/** Calls `listener` after each change; gives the function that ends it. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (typeof Worker !== "undefined") {
    start();
  }
  return () => listeners.delete(listener);
}
