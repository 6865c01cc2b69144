/** The absences of the network, read once for all who draw them, and again after whatever was entered here. */
import { useEffect, useSyncExternalStore } from "react";
import type { Hex, Milliseconds } from "../../sync/contract";
import { get } from "../../sync/http";
import { useNow } from "../conversations/useNow";
import { useSnapshot } from "../core";
import { type Failure, failureOf } from "../members/errors";
import { type Absence, absencesSchema, awayAt } from "./absences";

interface Read {
  /** Whose reading it is: another person who signs in on this page reads their own. */
  of: Hex | null;
  absences: readonly Absence[] | null;
  failure: Failure | null;
  at: Milliseconds;
}

const FRESH = 60_000;

const nothing: Read = { of: null, absences: null, failure: null, at: 0 };

let read = nothing;
let reading: Promise<void> | null = null;
const listeners = new Set<() => void>();

function become(next: Read): void {
  read = next;
  for (const listener of listeners) listener();
}

/** Reads them anew; what was there stays until the answer is in. */
export function readAbsences(of: Hex | null = read.of): Promise<void> {
  reading ??= get("/api/absences", absencesSchema)
    .then(
      (absences) => become({ of, absences, failure: null, at: Date.now() }),
      (thrown: unknown) => become({ ...(read.of === of ? read : nothing), of, failure: failureOf(thrown) }),
    )
    .finally(() => {
      reading = null;
    });
  return reading;
}

export function useAbsences(): Read {
  const of = useSnapshot(({ me }) => me?.account ?? null);
  useEffect(() => {
    if (of !== null && (read.of !== of || Date.now() - read.at > FRESH)) void readAbsences(of);
  }, [of]);
  const held = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => read,
  );
  return held.of === of ? held : nothing;
}

/** Who is away now; nobody where it is not known. */
export function useAway(): Map<Hex, Absence> {
  const { absences } = useAbsences();
  return awayAt(absences ?? [], useNow());
}
