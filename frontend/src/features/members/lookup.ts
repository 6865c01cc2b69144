/** Finds people and authorities by their identifiers, and says in one word how far a person is proved. */
import type { Authority, Hex, Milliseconds, Person, Snapshot } from "../../sync/contract";

export interface Lookup {
  person(account: Hex): Person | null;
  authority(id: Hex | null): Authority | null;
  /** The authority that a person speaks for; null for officers and for people nobody knows. */
  authorityOf(account: Hex): Authority | null;
}

export function lookup({ authorities, officers }: Pick<Snapshot, "authorities" | "officers">): Lookup {
  const people = new Map<Hex, Person>();
  const byId = new Map<Hex, Authority>();
  for (const officer of officers) people.set(officer.account, officer);
  for (const authority of authorities) {
    byId.set(authority.id, authority);
    for (const person of authority.people) people.set(person.account, person);
  }
  const authority = (id: Hex | null) => (id === null ? null : (byId.get(id) ?? null));
  return {
    person: (account) => people.get(account) ?? null,
    authority,
    authorityOf: (account) => authority(people.get(account)?.authority ?? null),
  };
}

export type Standing = "you" | "vouched" | "changed" | "held" | "ended" | "no_keys";

/** For how long a new identity stands out beside a name. */
const changeStandsOut = 30 * 86_400_000;

export function standing(person: Person, now: Milliseconds): Standing {
  if (!person.active) return "ended";
  if (person.self) return "you";
  if (person.held) return "held";
  if (!person.hasKeys) return "no_keys";
  if (person.identityChanged !== null && now - person.identityChanged < changeStandsOut) return "changed";
  return "vouched";
}

const order = { officer: 0, lead: 1, deputy: 2, member: 3 } as const;

/** Leads first, then deputies, then by name; people who left stand last. */
export function byRank(one: Person, other: Person): number {
  if (one.active !== other.active) return one.active ? -1 : 1;
  if (one.role !== other.role) return order[one.role] - order[other.role];
  return (one.name ?? "").localeCompare(other.name ?? "");
}

/** Who of an authority can read what is written to it now. */
export function canRead(person: Person, authority: Authority): boolean {
  return (
    authority.status === "active" &&
    authority.kind === "member" &&
    person.active &&
    !person.held &&
    person.hasKeys
  );
}

const marks = /\p{M}/gu;

/** Text as it is compared in a search: without case, accents and Arabic vowel signs. */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(marks, "").toLocaleLowerCase();
}

/** Every word of the search must begin somewhere in one of the texts. */
export function matches(search: string, texts: readonly (string | null)[]): boolean {
  const where = folded(texts.filter((text) => text !== null).join(" \u0000 "));
  return folded(search)
    .split(/\s+/)
    .every((word) => where.includes(word));
}
