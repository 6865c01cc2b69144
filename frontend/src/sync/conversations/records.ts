/** What the vault keeps of conversations: each item as it was understood, never to be verified twice. */
import * as v from "valibot";
import type { Epoch } from "../../crypto/conversation";

const place = {
  sequence: v.number(),
  account: v.string(),
  /** The server's time. */
  at: v.number(),
};

export const itemSchema = v.variant("type", [
  v.object({
    type: v.literal("message"),
    ...place,
    device: v.string(),
    claimedAt: v.number(),
    epoch: v.number(),
    text: v.string(),
  }),
  /** A message whose epoch key is not here yet; what is needed to open it later. */
  v.object({
    type: v.literal("waiting"),
    ...place,
    device: v.string(),
    claimedAt: v.number(),
    epoch: v.number(),
    header: v.string(),
    content: v.string(),
    /** No key of it was ever boxed to this person as they are now: nobody hands it over by themself. */
    closed: v.optional(v.boolean(), false),
  }),
  v.object({ type: v.literal("created"), ...place }),
  /** It has no place of its own in the thread. */
  v.object({ type: v.literal("subject"), ...place }),
  v.object({
    type: v.literal("key_changed"),
    ...place,
    reason: v.picklist(["members", "keys", "renewed"]),
    joined: v.array(v.string()),
    left: v.array(v.string()),
  }),
  v.object({
    type: v.literal("late_box"),
    ...place,
    forAccount: v.string(),
    epochs: v.number(),
    since: v.optional(v.nullable(v.number()), null),
  }),
  v.object({
    type: v.literal("refused"),
    sequence: v.number(),
    at: v.number(),
    by: v.nullable(v.string()),
    reason: v.string(),
  }),
]);
export type StoredItem = v.InferOutput<typeof itemSchema>;
export type StoredOf<T extends StoredItem["type"]> = Extract<StoredItem, { type: T }>;

const lateBoxSchema = v.object({
  epoch: v.number(),
  account: v.string(),
  generation: v.number(),
  box: v.string(),
  author: v.string(),
  sequence: v.number(),
});

export const metaSchema = v.object({
  id: v.string(),
  sequence: v.number(),
  head: v.string(),
  /** Everything above it was verified in one piece; what is readable below it is still to come. */
  firstKnown: v.number(),
  /** The sequence that the pages of heads are counted from. */
  origin: v.optional(v.number()),
  /** The number of the newest epoch: its record must be there. */
  epoch: v.optional(v.number()),
  /** The epochs from this sequence on are known. */
  ground: v.optional(v.number()),
  /** What was verified before a long absence, below a gap. */
  islands: v.optional(v.array(v.object({ first: v.number(), last: v.number() })), []),
  /** The oldest sequence that this person may read, as the server last said. */
  first: v.optional(v.number()),
  created: v.nullable(v.object({ participants: v.array(v.string()), administrators: v.array(v.string()) })),
  participants: v.array(v.string()),
  administrators: v.array(v.string()),
  lateBoxes: v.array(lateBoxSchema),
  subject: v.nullable(v.string()),
  subjectAt: v.optional(v.number(), 0),
  last: v.nullable(v.object({ text: v.string(), from: v.string(), sequence: v.number() })),
  lastAt: v.number(),
  /** Sequences of others' messages that this person has not read. */
  unread: v.array(v.number()),
  read: v.record(v.string(), v.number()),
  /** How far each of the others has received; whoever has read has received. */
  received: v.optional(v.record(v.string(), v.number()), {}),
  /** How many messages could not be opened although this person was a member with a box. */
  undecryptable: v.number(),
  /** Whether some member was tainted when an epoch was made, or their box was lost, and may still lack its key. */
  emptyRows: v.boolean(),
  /** What was written under epochs that do not name this person: handed over to them, and never unread. */
  without: v.optional(v.array(v.object({ first: v.number(), last: v.number() })), []),
  /** The newest message that does not open: whether only somebody who decides to hand it over helps. */
  unopened: v.optional(v.object({ sequence: v.number(), closed: v.boolean() })),
});
export type Meta = v.InferOutput<typeof metaSchema>;

export const epochSchema = v.object({
  epoch: v.unknown(),
  key: v.nullable(v.string()),
  /** When it was received, by the server's time. */
  at: v.optional(v.nullable(v.number()), null),
});
/** Written by this code alone and sealed: its form is that of `Epoch`. */
export interface StoredEpoch {
  epoch: Epoch;
  key: string | null;
  at: number | null;
}

/** What the verifier still has to compare when older items come. */
export const belowSchema = v.object({
  later: v.array(
    v.object({
      item: v.number(),
      by: v.string(),
      seen: v.object({ head: v.string(), sequence: v.number() }),
    }),
  ),
  skeleton: v.array(v.tuple([v.number(), v.string()])),
});

export const historySchema = v.object({ heads: v.array(v.string()), clientIds: v.array(v.string()) });

export const outboxSchema = v.object({
  clientId: v.string(),
  conversation: v.string(),
  text: v.string(),
  createdAt: v.number(),
  failure: v.nullable(v.string()),
  /** Whether the server may have these words: set before an attempt, taken back when it certainly has not. */
  attempted: v.optional(v.boolean(), false),
});
export type Pending = v.InferOutput<typeof outboxSchema>;

export function emptyMeta(id: string): Meta {
  return {
    id,
    sequence: 0,
    head: "0".repeat(64),
    firstKnown: 0,
    origin: 0,
    ground: 1,
    islands: [],
    first: undefined,
    created: null,
    participants: [],
    administrators: [],
    lateBoxes: [],
    subject: null,
    subjectAt: 0,
    last: null,
    lastAt: 0,
    unread: [],
    read: {},
    received: {},
    undecryptable: 0,
    emptyRows: false,
    without: [],
    unopened: undefined,
  };
}
