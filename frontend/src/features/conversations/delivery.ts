/** How far a message of ours has come: with the other side, or, where there is no other side, with anybody else. */
import type { ConversationView, Hex, ItemState } from "../../sync/contract";
import type { Lookup } from "../members/lookup";
import { statesOf } from "./participants";
import type { Message } from "./thread";

export interface Delivery {
  state: ItemState;
  /** The States of the other side where it was read. */
  readIn: readonly string[];
  /** A colleague has read it, and nobody of the other side. */
  byColleague: boolean;
}

export type Marked = Pick<ConversationView, "received" | "read" | "participants">;

interface Side {
  account: Hex;
  authority: Hex | null;
  received: number;
  read: number;
}

/** One object for all messages that have come equally far, so that those which did not move need no drawing. */
export function deliveries(
  { received, read, participants }: Marked,
  own: Hex | null,
  people: Lookup,
): (message: Message) => Delivery {
  const marks: Side[] = Object.keys(received).map((account) => ({
    account,
    authority: people.authorityOf(account)?.id ?? null,
    received: received[account] ?? 0,
    read: read[account] ?? 0,
  }));
  const alone = participants.every((authority) => authority === own);
  const theirs = marks.filter(({ authority }) => authority !== null && (alone || authority !== own));
  const ours = marks.filter(({ authority }) => authority === own);
  const known = new Map<string, Delivery>();
  return ({ state, sequence, account }) => {
    if (state === "pending" || state === "failed" || sequence === null) {
      return { state, readIn: [], byColleague: false };
    }
    const of = (side: readonly Side[], which: "received" | "read") =>
      side.filter((each) => each.account !== account && each[which] >= sequence);
    const readers = new Set(of(theirs, "read").map(({ authority }) => authority));
    const reached = of(theirs, "received").length > 0;
    const byColleague = readers.size === 0 && of(ours, "read").length > 0;
    const places = statesOf(
      [...readers].map((id) => people.authority(id ?? "")).filter((each) => each !== null),
    );
    const now: ItemState = readers.size > 0 ? "read" : reached ? "delivered" : "sent";
    const name = `${now} ${byColleague} ${places.join()}`;
    const held = known.get(name) ?? { state: now, readIn: alone ? [] : places, byColleague };
    known.set(name, held);
    return held;
  };
}

/** Who, of those that can read it, has read a message, has received it, and has not. */
export function whoHas(
  message: Pick<Message, "sequence" | "account">,
  { received, read, readers }: Pick<ConversationView, "received" | "read" | "readers">,
): { read: Hex[]; received: Hex[]; notYet: Hex[] } {
  const sequence = message.sequence ?? Number.POSITIVE_INFINITY;
  const others = [...new Set([...readers, ...Object.keys(received)])].filter(
    (account) => account !== message.account,
  );
  const hasRead = others.filter((account) => (read[account] ?? 0) >= sequence);
  const has = others.filter((account) => (received[account] ?? 0) >= sequence && !hasRead.includes(account));
  const notYet = readers.filter(
    (account) => account !== message.account && !hasRead.includes(account) && !has.includes(account),
  );
  return { read: hasRead, received: has, notYet };
}

export function sameDelivery(one: Delivery, other: Delivery): boolean {
  return (
    one === other ||
    (one.state === other.state &&
      one.byColleague === other.byColleague &&
      one.readIn.join() === other.readIn.join())
  );
}
