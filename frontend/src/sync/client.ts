/**
 * The page's end of the core: method calls go to the worker, snapshots come back.
 * The worker starts at the first use, so that importing this module costs nothing.
 */
import { type Call, initialSnapshot, type Method, type Reply } from "./channel";
import { type Core, coreMethods, type Snapshot } from "./contract";
import { CoreFailure } from "./failure";
import { onSessionEnded } from "./http";
import workerAddress from "./worker.ts?worker&url";

interface TrustedTypesFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ): { createScriptURL: (address: string) => string };
}

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: CoreFailure) => void;
}

let worker: Worker | null = null;
let nextCall = 1;
let snapshot: Snapshot = initialSnapshot;
const pending = new Map<number, Pending>();
const listeners = new Set<() => void>();

/** The address as a trusted script URL: this policy passes the worker's own address and nothing else. */
function trustedAddress(): string {
  const factory = (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
  if (factory === undefined) {
    return workerAddress;
  }
  const policy = factory.createPolicy("entente-worker", {
    createScriptURL: (address) => {
      if (address !== workerAddress) {
        throw new TypeError("Only the worker of the core may be started.");
      }
      return address;
    },
  });
  return policy.createScriptURL(workerAddress);
}

function publish(changes: Partial<Snapshot>): void {
  snapshot = { ...snapshot, ...changes };
  for (const listener of listeners) {
    listener();
  }
}

function receive(reply: Reply): void {
  if (reply.kind === "snapshot") {
    publish(reply.changes);
    return;
  }
  const call = pending.get(reply.id);
  pending.delete(reply.id);
  if (reply.kind === "result") {
    call?.resolve(reply.value);
  } else {
    const { code, detail, ...more } = reply.error;
    call?.reject(new CoreFailure(code, detail, more));
  }
}

function fail(): void {
  for (const call of pending.values()) {
    call.reject(new CoreFailure("core_failed", "The part of this page that holds the keys stopped."));
  }
  pending.clear();
  publish({ connection: "offline" });
}

function start(): Worker {
  if (worker === null) {
    worker = new Worker(trustedAddress(), { type: "module", name: "entente-core" });
    worker.addEventListener("message", (event: MessageEvent<Reply>) => receive(event.data));
    worker.addEventListener("error", fail);
    // The page's own requests can be the first to learn that the session is over.
    onSessionEnded(() => void core.refresh(true).catch(() => undefined));
  }
  return worker;
}

function call(method: Method, parameters: unknown[]): Promise<unknown> {
  const id = nextCall++;
  const request: Call = { id, method, arguments: parameters };
  return new Promise((resolve, reject) => {
    pending.set(id, { resolve, reject });
    start().postMessage(request);
  });
}

/** Every method answers with what the worker's core answers, or rejects with a `CoreFailure`. */
export const core: Core = Object.fromEntries(
  coreMethods.map((method) => [method, (...parameters: unknown[]) => call(method, parameters)]),
) as unknown as Core;

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
