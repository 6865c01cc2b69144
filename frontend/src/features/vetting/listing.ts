/** What an officer sees of the applications: which wait for whom, what a search finds, in what order. */
import type { VettingList, VettingStep } from "../../sync/applications";
import { matches } from "../members/lookup";

export type Summary = VettingList["applications"][number];

export const groups = ["open", "me", "colleague", "applicant", "members", "overdue", "closed"] as const;
export type Group = (typeof groups)[number];

/** Where those stand that nobody has submitted yet: before every step. */
export const DRAFT = "draft";

export interface Filters {
  group: Group;
  /** The key of a step, or `DRAFT`. */
  step: string | null;
  state: string | null;
  membership: Summary["membership"] | null;
  text: string;
}

export const everything: Filters = { group: "open", step: null, state: null, membership: null, text: "" };

export function isOpen({ status }: Pick<Summary, "status">): boolean {
  return status === "draft" || status === "vetting" || status === "returned" || status === "offered";
}

export function isIn(group: Group, application: Summary): boolean {
  if (group === "closed") return !isOpen(application);
  if (!isOpen(application)) return false;
  if (group === "open") return true;
  return group === "overdue" ? application.overdue : application.waits_for === group;
}

/** The step at which it stands; null once it is closed. */
export function placeOf(application: Summary): string | null {
  if (!isOpen(application)) return null;
  return application.status === "draft" ? DRAFT : application.step;
}

export function countsOf(applications: readonly Summary[]): Record<Group, number> {
  const counted = groups.map((group) => [group, applications.filter((one) => isIn(group, one)).length]);
  return Object.fromEntries(counted) as Record<Group, number>;
}

export interface StepCount {
  key: string;
  /** Null for drafts, and for a step that only running applications still have. */
  step: VettingStep | null;
  count: number;
  overdue: number;
}

/** How many stand at each step of the present pipeline, and at those that earlier pipelines had. */
export function perStep(steps: readonly VettingStep[], applications: readonly Summary[]): StepCount[] {
  const at = new Map<string, Summary[]>();
  for (const application of applications) {
    const place = placeOf(application);
    if (place !== null) at.set(place, [...(at.get(place) ?? []), application]);
  }
  const known = new Map(steps.map((step) => [step.key, step]));
  const keys = [
    ...(at.has(DRAFT) ? [DRAFT] : []),
    ...known.keys(),
    ...[...at.keys()].filter((key) => key !== DRAFT && !known.has(key)),
  ];
  return keys.map((key) => ({
    key,
    step: known.get(key) ?? null,
    count: at.get(key)?.length ?? 0,
    overdue: at.get(key)?.filter((one) => one.overdue).length ?? 0,
  }));
}

/** Open ones: what is due first stands first, and what has no deadline by age. Closed ones: the latest first. */
function byUrgency(one: Summary, other: Summary): number {
  if (isOpen(one) !== isOpen(other)) return isOpen(one) ? -1 : 1;
  if (!isOpen(one)) return other.changed_at - one.changed_at;
  const due = (one.due_at ?? Number.POSITIVE_INFINITY) - (other.due_at ?? Number.POSITIVE_INFINITY);
  return Number.isNaN(due) || due === 0 ? one.changed_at - other.changed_at : due;
}

export function listed(
  applications: readonly Summary[],
  filters: Filters,
  stateName: (code: string) => string,
): Summary[] {
  return applications
    .filter(
      (one) =>
        isIn(filters.group, one) &&
        (filters.step === null || placeOf(one) === filters.step) &&
        (filters.state === null || one.state === filters.state) &&
        (filters.membership === null || one.membership === filters.membership) &&
        matches(filters.text, [
          one.name,
          one.name_en,
          one.state,
          one.state === "" ? null : stateName(one.state),
        ]),
    )
    .sort(byUrgency);
}

export function isFiltered({ step, state, membership, text }: Filters): boolean {
  return step !== null || state !== null || membership !== null || text.trim() !== "";
}

/** A body whose only power is to prevent may be an observer, never a member. */
export function onlyPrevents({ powers }: Pick<Summary, "powers">): boolean {
  return powers.length > 0 && powers.every((power) => power === "prevent");
}
