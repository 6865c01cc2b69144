/** Who a conversation is with, as lists and headers write it. */
import type { Authority, Hex } from "../../sync/contract";
import type { Lookup } from "../members/lookup";

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
