/** What crosses between a page and its worker, and between the workers of one browser. */
import * as v from "valibot";
import type { Core, CoreError, Phase, Snapshot } from "./contract";
import type { Heirloom } from "./heirloom";

export type Method = keyof Core;

/** Page to worker: call one method of the core. */
export interface Call {
  id: number;
  method: Method;
  arguments: unknown[];
}

/** Page to worker. */
export type Request =
  /** First of all. `fresh`: this page was loaded just now. `phase` is what it shows. */
  | { kind: "page"; fresh: boolean; visible: boolean; phase: Phase }
  | { kind: "visible"; visible: boolean }
  /** `beginning`: how many cores had begun to serve this worker when it was said. */
  | { kind: "call"; beginning: number; call: Call };

/** From the core to a page, by way of the page's own worker. */
export type Answer =
  /** The core that answers from now on knows nothing of this page yet: what it wants must be said again. */
  | { kind: "began" }
  /** The call has arrived, and is carried out. */
  | { kind: "taken"; id: number }
  /** The call was on the way for so long that it was put aside. */
  | { kind: "late"; id: number }
  | { kind: "result"; id: number; value: unknown }
  | { kind: "failure"; id: number; error: CoreError }
  | { kind: "snapshot"; changes: Partial<Snapshot> };

/** Worker to page. */
export type Reply =
  | Answer
  /** The lock with this tab's name is held until this worker ends. */
  | { kind: "tab"; tab: string }
  /** This worker's core was deposed: another worker must be started in its place. */
  | { kind: "over" }
  /** The core that answers comes from a newer version of this page. */
  | { kind: "superseded" };

/**
 * Calls that may be carried out again by the next core when the one before was lost with them: they only read, or come
 * to the same. Every other call is answered with `core_moved` then.
 */
export const repeatable: ReadonlySet<Method> = new Set<Method>([
  "refresh",
  "signOut",
  "checkFreshness",
  "openInvitation",
  "checkGroup",
  "unlockIdentity",
  "unlockWithPasskey",
  "lockIdentity",
  "leaveOtherNetwork",
  "repairStorage",
  "storageSeen",
  "openConversation",
  "loadOlder",
  "loadNewer",
  "jumpTo",
  "pauseHistory",
  "send", // under the client id that the page gave it
  "retry",
  "discard",
  "saveDraft",
  "markRead",
  "typing",
  "handOverOffers",
  "readCharter",
  "acceptCharter", // the first of an authority counts
  "charterDraft",
  "charterTemplate",
  "readDirectory",
  "entryHistory",
  "entryDraft",
  "keepEntryDraft",
]);

export const initialSnapshot: Snapshot = {
  phase: { name: "loading" },
  session: null,
  connection: "connecting",
  register: null,
  withheld: [],
  me: null,
  authorities: [],
  officers: [],
  threshold: null,
  conversations: [],
  open: null,
  invitations: [],
  resets: [],
  unlockKeys: null,
  proposals: [],
  founding: null,
  charter: null,
  directory: null,
  identityUnlockedUntil: null,
  waiting: null,
  drafts: {},
  draftsHere: {},
  history: null,
  loaded: { conversations: "not_yet", toSign: "not_yet" },
  stalled: [],
  storage: null,
  restoration: null,
  fault: null,
  undecryptable: 0,
};

/** Follower to leader. */
const toLeader = v.variant("type", [
  v.object({ type: v.literal("hello"), tab: v.string() }),
  v.object({ type: v.literal("ping"), tab: v.string() }),
  v.object({
    type: v.literal("call"),
    tab: v.string(),
    /** The leader that it is meant for. */
    term: v.number(),
    /** When it was sent: whoever finds it much later is not the one it was meant for. */
    at: v.number(),
    call: v.object({ id: v.number(), method: v.string(), arguments: v.array(v.unknown()) }),
  }),
]);
export type ToLeader = v.InferOutput<typeof toLeader>;

/** Leader to the worker of one tab; `answer` is handed on to the page as it is. */
const toTab = v.object({
  term: v.number(),
  version: v.string(),
  answer: v.looseObject({ kind: v.string() }),
});
/** What only the worker of the tab hears, and not its page. */
export type Aside =
  | { kind: "pong" }
  /** For the case that this worker leads next; null when nothing is open any more. */
  | { kind: "heirloom"; heirloom: Heirloom | null };
export interface ToTab {
  term: number;
  version: string;
  answer: Answer | Aside;
}

/** A worker has begun to lead. */
const toAll = v.object({ term: v.number(), version: v.string() });
export type ToAll = v.InferOutput<typeof toAll>;

export const CORE = "entente-core";
export const CALLS = "entente-calls";
export const nameOfTab = (tab: string): string => `entente-tab-${tab}`;

/** A broadcast channel of which only messages of the expected form are heard. */
export interface Line {
  tell(message: unknown): void;
  close(): void;
}
export type Listen = (message: unknown) => void;
export type OpenLine = (name: string, listen?: Listen) => Line;

export const readToLeader = (message: unknown): ToLeader | null => read(toLeader, message);
export const readToAll = (message: unknown): ToAll | null => read(toAll, message);
export const readToTab = (message: unknown): ToTab | null => read(toTab, message) as ToTab | null;

function read<T>(schema: v.GenericSchema<unknown, T>, message: unknown): T | null {
  const result = v.safeParse(schema, message);
  return result.success ? result.output : null;
}

export function openLine(name: string, listen?: Listen): Line {
  const channel = new BroadcastChannel(name);
  if (listen !== undefined) {
    channel.addEventListener("message", (event: MessageEvent<unknown>) => listen(event.data));
  }
  return { tell: (message) => channel.postMessage(message), close: () => channel.close() };
}
