/** What crosses between the page and the worker that holds the core. */
import type { Core, CoreError, Snapshot } from "./contract";

export type Method = keyof Core;

/** Page to worker: call one method of the core. */
export interface Call {
  id: number;
  method: Method;
  arguments: unknown[];
}

/** Worker to page. */
export type Reply =
  | { kind: "result"; id: number; value: unknown }
  | { kind: "failure"; id: number; error: CoreError }
  | { kind: "snapshot"; changes: Partial<Snapshot> };

export const initialSnapshot: Snapshot = {
  phase: { name: "loading" },
  session: null,
  connection: "connecting",
  register: null,
  me: null,
  authorities: [],
  officers: [],
  conversations: [],
  open: null,
  invitations: [],
  proposals: [],
  founding: null,
  identityUnlockedUntil: null,
  waiting: null,
  drafts: {},
  undecryptable: 0,
};
