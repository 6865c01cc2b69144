/** Who a conversation is with, as lists and headers write it. */
import type { Authority, Hex, ItemState } from "../../sync/contract";
import type { Lookup } from "../members/lookup";
import type { Message } from "./thread";

/** The authorities on the other side; our own alone when there is no other. */
export function others(participants: readonly Hex[], own: Hex | null, people: Lookup): Authority[] {
  const known = participants.map((id) => people.authority(id)).filter((each) => each !== null);
  const foreign = known.filter((authority) => authority.id !== own);
  return foreign.length > 0 ? foreign : known;
}

/** Each State once, in the order of the authorities. */
export function statesOf(authorities: readonly Authority[]): string[] {
  return [...new Set(authorities.map((authority) => authority.state))];
}

/** The authorities of those who read a message, without our own. */
function readElsewhere(readBy: readonly Hex[], own: Hex | null, people: Lookup): Authority[] {
  const found = new Map<Hex, Authority>();
  for (const account of readBy) {
    const authority = people.authorityOf(account);
    if (authority !== null && authority.id !== own) found.set(authority.id, authority);
  }
  return [...found.values()];
}

/** What a message of our side says of its way: read means read by the other side, a colleague's look does not count. */
export function deliveryOf(
  { state, readBy }: Pick<Message, "state" | "readBy">,
  own: Hex | null,
  people: Lookup,
): { state: ItemState; readIn: Authority[] } {
  const readIn = state === "pending" || state === "failed" ? [] : readElsewhere(readBy, own, people);
  if (readIn.length > 0) return { state: "read", readIn };
  return { state: state === "read" ? "sent" : state, readIn };
}
