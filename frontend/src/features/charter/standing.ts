/** Where an authority stands to the charter: what it has accepted, what waits, and whether it may only read. */
import type { Charter, CharterVersion, Hex, Snapshot } from "../../sync/contract";

const DAY = 86_400_000;
/** So near to the date a waiting version is said louder. */
export const NEAR = 7 * DAY;

export function acceptedBy(version: CharterVersion, authority: Hex): boolean {
  return version.acceptances.some((one) => one.authority === authority);
}

/** The version that binds now; null before the first. */
export function inForce({ versions }: Charter, now: number): CharterVersion | null {
  return versions.findLast(({ effective }) => effective <= now) ?? null;
}

/** The newest version that this authority has accepted. */
export function lastAccepted({ versions }: Charter, authority: Hex): CharterVersion | null {
  return versions.findLast((version) => acceptedBy(version, authority)) ?? null;
}

/** What the authority is asked to accept: the newest version, unless it has; null where there is nothing. */
export function waitsFor(charter: Charter, authority: Hex): CharterVersion | null {
  const newest = charter.versions.at(-1);
  return newest === undefined || acceptedBy(newest, authority) ? null : newest;
}

/** The version whose coming into force makes this authority a reader until it accepts; null where none does. */
function bindingFirst({ required, versions }: Charter, authority: Hex): CharterVersion | null {
  if (!required) return null;
  const accepted = versions.findLastIndex((version) => acceptedBy(version, authority));
  return versions[accepted + 1] ?? null;
}

export function mayOnlyRead(charter: Charter | null, authority: Hex | null, now: number): boolean {
  if (charter === null || authority === null) return false;
  const first = bindingFirst(charter, authority);
  return first !== null && first.effective <= now;
}

/** What to accept so that one writes again: the version in force, or the newest where it is accepted early. */
export function toAccept(charter: Charter, authority: Hex, now: number): CharterVersion | null {
  const present = inForce(charter, now);
  if (present !== null && !covered(charter, present, authority)) return present;
  return waitsFor(charter, authority);
}

/** Whether this version or a later one is accepted. */
export function covered({ versions }: Charter, version: CharterVersion, authority: Hex): boolean {
  return versions.some((one) => one.effective >= version.effective && acceptedBy(one, authority));
}

/** A person whose authority is asked, which observers and officers are not. */
export function ownMember({ me, authorities }: Pick<Snapshot, "me" | "authorities">): Hex | null {
  const own = authorities.find((one) => one.id === me?.authority);
  return own !== undefined && own.kind === "member" && own.status === "active" ? own.id : null;
}
