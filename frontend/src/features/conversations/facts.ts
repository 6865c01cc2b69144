/** What every line of a thread needs to know, asked for once and not by each of a thousand messages. */
import { createContext, useContext, useMemo } from "react";
import type { Hex } from "../../sync/contract";
import { useSnapshot } from "../core";
import type { Lookup } from "../members/lookup";
import { usePersonNames } from "../members/names";

export interface Facts {
  people: Lookup;
  nameOf(account: Hex): string;
  me: Hex | null;
  /** Our own authority. */
  own: Hex | null;
  online: boolean;
}

const FactsContext = createContext<Facts | null>(null);

export const FactsProvider = FactsContext.Provider;

export function useFacts(): Facts {
  const facts = useContext(FactsContext);
  if (facts === null) throw new Error("useFacts needs a FactsProvider above it.");
  return facts;
}

export function useCollectedFacts(): Facts {
  const { people, nameOf } = usePersonNames();
  const me = useSnapshot((snapshot) => snapshot.me?.account ?? null);
  const own = useSnapshot((snapshot) => snapshot.me?.authority ?? null);
  const online = useSnapshot((snapshot) => snapshot.connection === "online");
  return useMemo(() => ({ people, nameOf, me, own, online }), [people, nameOf, me, own, online]);
}
