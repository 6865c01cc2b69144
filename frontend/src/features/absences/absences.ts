/** Absences as the server tells them, and who of some people is away. Days are those of the zone of each absence. */
import * as v from "valibot";
import type { Hex, Milliseconds, Person } from "../../sync/contract";

const day = v.pipe(v.string(), v.isoDate());

export const absenceSchema = v.looseObject({
  id: v.string(),
  account: v.string(),
  first: day,
  last: day,
  zone: v.string(),
  stand_in: v.nullable(v.string()),
  entered_by: v.string(),
});
export type Absence = v.InferOutput<typeof absenceSchema>;
export const absencesSchema = v.array(absenceSchema);

/** The zone of this browser. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `2026-12-01`: the day that it is in a zone; that of this browser where the zone is not known here. */
export function dayIn(zone: string, at: Milliseconds): string {
  const options = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  try {
    return new Intl.DateTimeFormat("en-CA", { ...options, timeZone: zone }).format(at);
  } catch {
    return new Intl.DateTimeFormat("en-CA", options).format(at);
  }
}

export function isNow({ first, last, zone }: Absence, at: Milliseconds): boolean {
  const today = dayIn(zone, at);
  return first <= today && today <= last;
}

/** The absence that covers this moment, of each who is away. */
export function awayAt(absences: readonly Absence[], at: Milliseconds): Map<Hex, Absence> {
  return new Map(absences.filter((one) => isNow(one, at)).map((one) => [one.account, one]));
}

/** A time on that day in this browser, for showing it: noon, so that no change of clocks moves it. */
export function noonOf(date: string): Milliseconds {
  const [year = 0, month = 1, dayOfMonth = 1] = date.split("-").map(Number);
  return new Date(year, month - 1, dayOfMonth, 12).getTime();
}

export type Fault = "missing" | "order" | "over" | "long";

/** What is wrong with days that somebody has typed; null for an absence that can be entered. */
export function faultOf(first: string, last: string, today: string): Fault | null {
  if (first === "" || last === "") return "missing";
  if (last < first) return "order";
  if (last < today) return "over";
  return noonOf(last) - noonOf(first) > 365.5 * 86_400_000 ? "long" : null;
}

/** Whether this person may enter an absence of that one, a colleague of theirs. */
export function mayEnter(me: Person, person: Person, active: boolean): boolean {
  return person.self || (active && !me.held && (me.role === "lead" || me.role === "deputy"));
}
