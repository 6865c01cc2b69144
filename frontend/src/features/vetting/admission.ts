/** How far an admission is, and whether what was signed is what is shown. */
import type { VettingCase } from "../../sync/applications";
import type { Invitation, Proposal } from "../../sync/contract";

export type Stage =
  /** The lead is to be invited first. */
  | { at: "invite" }
  /** The lead makes keys. */
  | { at: "enrolling"; state: "open" | "enrolling" | "invalid"; mine: boolean }
  /** Keys are there: whoever made the link signs first. Null where this browser does not know the invitation yet. */
  | { at: "first"; invitation: Invitation | null }
  /** Only the colleague who made the link can vouch for the keys. */
  | { at: "colleague_first" }
  /** An observer has no lead, and is proposed at once. */
  | { at: "propose" }
  /** Null where the proposal is not here yet. */
  | { at: "second"; proposal: Proposal | null };

type Known = { invitations: readonly Invitation[]; proposals: readonly Proposal[] };

export function stageOf(application: VettingCase, { invitations, proposals }: Known): Stage {
  const { invitation, proposal, membership } = application;
  if (proposal !== null) {
    return { at: "second", proposal: proposals.find(({ id }) => id === proposal) ?? null };
  }
  if (membership === "observer") return { at: "propose" };
  if (invitation === null) return { at: "invite" };
  const own = invitations.find(({ id }) => id === invitation.id) ?? null;
  if (invitation.state === "waiting") {
    return invitation.mine ? { at: "first", invitation: own } : { at: "colleague_first" };
  }
  const state =
    invitation.state === "open" || invitation.state === "enrolling" ? invitation.state : "invalid";
  return { at: "enrolling", state, mine: invitation.mine };
}

export interface Compared {
  label: "name" | "state" | "kind" | "person" | "function" | "email" | "other";
  /** The catalogue key of the label, as the core gives it. */
  key: string;
  signed: string;
  /** Null where the application says nothing of it. */
  applied: string | null;
}

/** Every line that was signed, beside what the application says of the same. */
export function comparedLines({ form }: VettingCase, { summary }: Proposal): Compared[] {
  const lead = form.focal_points.find(({ role }) => role === "lead");
  const person = [lead?.name, lead?.function].filter((part) => part).join(", ");
  const applied: Record<string, string | null> = {
    // The Register names authorities in English, as every member can read it.
    name: form.name_en.trim(),
    state: form.state,
    kind: form.membership,
    person,
    email: lead?.email ?? null,
  };
  return summary.map(({ label, value }) => {
    const short = label.split(".").at(-1) ?? label;
    return {
      label: short in applied ? (short as Compared["label"]) : "other",
      key: label,
      signed: value,
      applied: applied[short] ?? null,
    };
  });
}
