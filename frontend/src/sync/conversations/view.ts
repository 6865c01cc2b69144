/** What the screens see of a conversation. Knows nothing of keys. */
import { readersOf } from "../../crypto/epochs";
import type { State } from "../../crypto/state";
import type { ConversationSummary, ConversationView, ItemState, ThreadItem, WaitReason } from "../contract";
import type { Meta, Pending, StoredItem } from "./records";

type Closed = ConversationSummary["closed"];
const closedBy = new WeakMap<State, Map<string, Closed>>();

/** Worked out once for each Register, person and set of participants. */
export function closedFor(state: State, meta: Meta, self: string): Closed {
  const known = closedBy.get(state) ?? new Map<string, Closed>();
  closedBy.set(state, known);
  const name = [self, ...meta.participants].join();
  const found = known.get(name);
  if (found !== undefined) {
    return found;
  }
  const closed = workOutClosed(state, meta, self);
  known.set(name, closed);
  return closed;
}

function workOutClosed(state: State, meta: Meta, self: string): Closed {
  const readers = readersOf(state, meta.participants).map(({ account }) => account);
  if (!readers.includes(self)) {
    return "not_member";
  }
  if (meta.participants.length < 2) {
    return null;
  }
  const own = state.accounts.get(self)?.authority ?? null;
  const others = readers.some((account) => state.accounts.get(account)?.authority !== own);
  return others ? null : "nobody_there";
}

export function summaryOf(state: State, meta: Meta, self: string): Omit<ConversationSummary, "typing"> {
  return {
    id: meta.id,
    subject: meta.subject,
    participants: meta.participants,
    administrators: meta.administrators,
    lastText: meta.last?.text ?? null,
    lastFrom: meta.last?.from ?? null,
    lastAt: meta.lastAt,
    unread: meta.unread.length,
    sequence: meta.sequence,
    readTo: meta.read,
    closed: closedFor(state, meta, self),
    lacks: meta.last === null ? lacksOf(meta) : null,
  };
}

/** Why there are no last words to show. */
function lacksOf({ unopened, ground, first }: Meta): NonNullable<ConversationSummary["lacks"]> {
  if (unopened !== undefined) {
    return unopened.closed ? "colleague" : "key";
  }
  return (first ?? ground ?? 1) > 1 ? "news" : "key";
}

export interface ViewInput {
  state: State;
  meta: Meta;
  self: string;
  device: string;
  items: readonly StoredItem[];
  pending: readonly Pending[];
  /** Why what is pending does not leave, where something keeps it. */
  waits: WaitReason | null;
  firstUnread: number | null;
  hasOlder: boolean;
  hasNewer: boolean;
  loadingOlder: boolean;
  loadingNewer: boolean;
  firstSequence: number;
  typing: string[];
  readsFrom: ConversationView["readsFrom"];
  sealing: ConversationView["sealing"];
}

export function viewOf(input: ViewInput): ConversationView {
  const { state, meta, self, device } = input;
  const received = furthest(meta.received, meta.read);
  const stateOf = (author: string, sequence: number): ItemState => {
    const reached = (marks: Readonly<Record<string, number>>) =>
      Object.entries(marks).some(([account, upTo]) => account !== author && upTo >= sequence);
    return reached(meta.read) ? "read" : reached(received) ? "delivered" : "sent";
  };
  const stored = inRows(input.items.flatMap((item) => toThreadItem(item, self, stateOf) ?? []));
  const pending = input.pending.map((one) => toPendingItem(one, self, device, input.waits));
  return {
    id: meta.id,
    subject: meta.subject,
    participants: meta.participants,
    administrators: meta.administrators,
    readers: readersOf(state, meta.participants).map(({ account }) => account),
    // What waits to be sent comes after the newest item, which the window may not reach.
    items: input.hasNewer ? stored : [...stored, ...pending],
    firstUnread: input.firstUnread,
    without: meta.without,
    hasOlder: input.hasOlder,
    hasNewer: input.hasNewer,
    loadingOlder: input.loadingOlder,
    loadingNewer: input.loadingNewer,
    firstSequence: input.firstSequence,
    newestSequence: meta.sequence,
    typing: input.typing,
    received,
    read: meta.read,
    readsFrom: input.readsFrom,
    closed: closedFor(state, meta, self),
    sealing: input.sealing,
  };
}

/** What nobody opens by themself, as one line however much it is. */
function inRows(items: readonly ThreadItem[]): ThreadItem[] {
  const rows: ThreadItem[] = [];
  for (const item of items) {
    const last = rows.at(-1);
    if (item.type === "closed" && last?.type === "closed") {
      rows[rows.length - 1] = { ...last, at: item.at };
    } else {
      rows.push(item);
    }
  }
  return rows;
}

/** Whoever has read has received. */
function furthest(received: Meta["received"], read: Meta["read"]): Record<string, number> {
  const all = { ...received };
  for (const [account, upTo] of Object.entries(read)) {
    all[account] = Math.max(upTo, all[account] ?? 0);
  }
  return all;
}

function toThreadItem(
  item: StoredItem,
  self: string,
  stateOf: (author: string, sequence: number) => ItemState,
): ThreadItem | null {
  const key = String(item.sequence);
  switch (item.type) {
    case "subject":
      return null;
    case "message": {
      const own = item.account === self;
      const { sequence, account, device, text, at, claimedAt } = item;
      return {
        type: "message",
        key,
        sequence,
        account,
        device,
        own,
        text,
        at,
        claimedAt,
        state: stateOf(account, sequence),
        failure: null,
      };
    }
    case "waiting":
      if (item.closed) {
        return { type: "closed", key, sequence: item.sequence, at: item.at };
      }
      return {
        type: "waiting_for_key",
        key,
        sequence: item.sequence,
        account: item.account,
        at: item.at,
      };
    default:
      return { ...item, key };
  }
}

function toPendingItem(pending: Pending, self: string, device: string, waits: WaitReason | null): ThreadItem {
  return {
    type: "message",
    key: pending.clientId,
    sequence: null,
    account: self,
    device,
    own: true,
    text: pending.text,
    at: pending.createdAt,
    claimedAt: pending.createdAt,
    state: pending.failure === null ? "pending" : "failed",
    failure: pending.failure,
    waits: pending.failure === null ? waits : null,
    attempted: pending.attempted,
  };
}
