/** Puts the parts of the engine together behind the `Core` contract. */
import type { Core } from "./contract";
import { coreMethods } from "./contract";
import { CoreFailure } from "./failure";
import type { SnapshotStore } from "./snapshot";

export function createCore(_snapshots: SnapshotStore): Core {
  const refuse = () =>
    Promise.reject(new CoreFailure("not_ready", "This part of the core does not run yet."));
  return Object.fromEntries(coreMethods.map((method) => [method, refuse])) as unknown as Core;
}
