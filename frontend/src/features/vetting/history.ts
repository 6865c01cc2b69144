/** Which of the things that happened are decisions, who did them, and which objections still stand. */
import type { VettingCase } from "../../sync/applications";

export type Event = VettingCase["events"][number];

const decisions: ReadonlySet<Event["act"]> = new Set([
  "passed",
  "went_back",
  "returned",
  "observer_offered",
  "observer_accepted",
  "observer_refused",
  "objection_settled",
  "window_closed",
  "signed",
  "unsigned",
  "declined",
  "withdrawn",
  "admitted",
]);

export function isDecision({ act }: Pick<Event, "act">): boolean {
  return decisions.has(act);
}

const byApplicant: ReadonlySet<Event["act"]> = new Set([
  "submitted",
  "answered",
  "observer_accepted",
  "observer_refused",
  "withdrawn",
]);

export type Doer =
  | { by: "officer"; account: string }
  | { by: "authority"; authority: string }
  | { by: "applicant" | "portal" };

export function doerOf({ act, officer, authority }: Pick<Event, "act" | "officer" | "authority">): Doer {
  // What an officer did about an objection names its authority too.
  if (officer !== null) return { by: "officer", account: officer };
  if (authority !== null) return { by: "authority", authority };
  return { by: byApplicant.has(act) ? "applicant" : "portal" };
}

/** Whether this signature follows another that still stood: it is the one that admits. */
export function isSecondSignature(events: readonly Event[], { id }: Event): boolean {
  const before = events.filter((each) => each.id < id && (each.act === "signed" || each.act === "unsigned"));
  return before.at(-1)?.act === "signed";
}

/** The objections that were not withdrawn: of each authority the last one alone. */
export function standingObjections(events: readonly Event[]): Event[] {
  const last = new Map<string, Event>();
  for (const event of events) {
    if (event.authority === null) continue;
    if (event.act === "objected") last.set(event.authority, event);
    if (event.act === "objection_withdrawn") last.delete(event.authority);
  }
  return [...last.values()];
}

/** How an objection was settled, in the words of the officer who did it; null as long as it was not. */
export function settlement(events: readonly Event[], objection: Event): Event | null {
  const settled = (event: Event) =>
    event.act === "objection_settled" && event.authority === objection.authority && event.id > objection.id;
  return events.find(settled) ?? null;
}
