/** What an officer looks for in the log, and how the server is asked for it. */
import type { Hex } from "../../sync/contract";
import { startOfDay } from "../members/handOver";
import type { Action } from "./actions";

export interface Filters {
  action: Action | null;
  person: Hex | null;
  authority: Hex | null;
  /** Days as `YYYY-MM-DD`, both included; empty where none is chosen. */
  from: string;
  to: string;
}

export const everything: Filters = { action: null, person: null, authority: null, from: "", to: "" };

export function filtersSomething(filters: Filters): boolean {
  return queryOf(filters) !== "";
}

/** The last day lies before the first: nothing can be found. */
export function turnedRound({ from, to }: Filters): boolean {
  const [first, last] = [startOfDay(from), startOfDay(to)];
  return first !== null && last !== null && last < first;
}

/** The query of the filters, without the mark of its beginning; days are those of the reader's zone. */
export function queryOf(filters: Filters, before: number | null = null): string {
  const { action, person, authority, from, to } = filters;
  const given = {
    action,
    person,
    authority,
    since: startOfDay(from),
    until: dayAfter(startOfDay(to)),
    before,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) {
    if (value !== null) query.set(name, String(value));
  }
  return query.toString();
}

/** When the next day begins: 23, 24 or 25 hours later. */
function dayAfter(begins: number | null): number | null {
  if (begins === null) return null;
  const day = new Date(begins);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
}
