/** The worker that holds the core: one per tab. It answers calls of the page and posts changed parts of the snapshot. */
import type { Call, Reply } from "./channel";
import { coreMethods } from "./contract";
import { createCore } from "./core";
import { toCoreError } from "./failure";
import { SnapshotStore } from "./snapshot";

const scope = globalThis as unknown as {
  postMessage(reply: Reply): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Call>) => void): void;
};

const snapshots = new SnapshotStore((changes) => scope.postMessage({ kind: "snapshot", changes }));
const core = createCore(snapshots);
const known = new Set<string>(coreMethods);

async function answer({ id, method, arguments: parameters }: Call): Promise<void> {
  try {
    if (!known.has(method)) {
      throw new TypeError(`The core has no method ${String(method)}.`);
    }
    const run = core[method] as (...given: unknown[]) => Promise<unknown>;
    const value = await run(...parameters);
    snapshots.flush();
    scope.postMessage({ kind: "result", id, value });
  } catch (error) {
    snapshots.flush();
    scope.postMessage({ kind: "failure", id, error: toCoreError(error) });
  }
}

scope.addEventListener("message", (event) => void answer(event.data));
