/** On how few people an authority depends: whose loss would close everything that was written to it. */
import type { Authority, Person } from "../../sync/contract";
import { canRead } from "./lookup";

/** The only person of an active member authority who holds its keys; null where there are more, or none. */
export function loneHolder(authority: Authority): Person | null {
  const holders = authority.people.filter((person) => canRead(person, authority));
  return holders.length === 1 ? (holders[0] ?? null) : null;
}

/** Whether several hold the keys and the lead has no deputy. */
export function lacksDeputy(authority: Authority): boolean {
  const holders = authority.people.filter((person) => canRead(person, authority));
  return (
    holders.length > 1 &&
    holders.some((person) => person.role === "lead") &&
    !holders.some((person) => person.role === "deputy")
  );
}
