/** How people are called on the screen: by the name that was signed, or by their role where there is none. */
import { useMemo } from "react";
import { useI18n } from "../../i18n";
import type { Authority, Hex, Person } from "../../sync/contract";
import { useSnapshot } from "../core";
import { type Lookup, lookup } from "./lookup";

export interface PersonNames {
  people: Lookup;
  /** The person's name; their role and State where the name is not confirmed; a word for nobody we know. */
  nameOf(account: Hex): string;
  personName(person: Person): string;
  /** “Financial Investigations Service, Belmara” */
  authorityName(authority: Authority): string;
}

export function useLookup(): Lookup {
  const authorities = useSnapshot((snapshot) => snapshot.authorities);
  const officers = useSnapshot((snapshot) => snapshot.officers);
  return useMemo(() => lookup({ authorities, officers }), [authorities, officers]);
}

export function usePersonNames(): PersonNames {
  const { t, stateName } = useI18n();
  const people = useLookup();
  return useMemo(() => {
    const personName = (person: Person) => person.name ?? t(`common.roles.${person.role}`);
    const ofState = (name: string, authority: Authority | null) =>
      authority === null
        ? name
        : t("members.authority_of_state", { name, state: stateName(authority.state) });
    return {
      people,
      personName,
      nameOf: (account) => {
        const person = people.person(account);
        if (person === null) return t("members.somebody");
        return person.name ?? ofState(personName(person), people.authorityOf(account));
      },
      authorityName: (authority) => ofState(authority.name, authority),
    };
  }, [people, t, stateName]);
}
