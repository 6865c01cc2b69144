/** What waits for a person's own signature. */
import type { Invitation, Snapshot } from "../../sync/contract";

type Held = Pick<Snapshot, "invitations" | "proposals">;

/**
 * Enrolments that nobody has signed yet. Once an officer has signed first, the enrolment goes on as a proposal; the
 * code to compare names the same identity key in both.
 */
export function unsigned({ invitations, proposals }: Held): Invitation[] {
  const signed = new Set(proposals.filter((each) => !each.stale).map((each) => each.codeToCompare));
  return invitations.filter(
    ({ state, codeToCompare }) =>
      state === "waiting" && !(codeToCompare !== null && signed.has(codeToCompare)),
  );
}

/** How many signatures of this person are wanted, but for those on an application: these wait with the application. */
export function signaturesWanted(held: Held): number {
  const signed = held.proposals.filter((each) => !each.mine && !each.stale);
  return [...unsigned(held), ...signed].filter(({ application }) => application === null).length;
}
