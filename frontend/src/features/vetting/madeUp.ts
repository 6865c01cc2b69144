/** For tests: applications and steps as the server would tell of them. */
import type { VettingCase, VettingStep } from "../../sync/applications";
import type { Proposal } from "../../sync/contract";
import type { Summary } from "./listing";

export const id = (name: string): string =>
  [...name]
    .map((letter) => letter.charCodeAt(0).toString(16).padStart(2, "0"))
    .join("")
    .padEnd(32, "0")
    .slice(0, 32);

export const DAY = 86_400_000;
export const NOW = Date.UTC(2026, 10, 24, 10, 12);

export function step(key: string, kind: VettingStep["kind"], more: Partial<VettingStep> = {}): VettingStep {
  return { key, kind, days: null, officers: null, another: false, title: null, text: null, ...more };
}

export const steps: readonly VettingStep[] = [
  step("received", "receipt"),
  step("completeness", "check", { days: 5 }),
  step("eligibility", "eligibility", { days: 10 }),
  step("state_confirmation", "confirmation", { days: 30 }),
  step("objections", "objection", { days: 14 }),
  step("admission", "admission", { days: 10 }),
];

export function summary(name: string, more: Partial<Summary> = {}): Summary {
  return {
    id: id(name),
    name,
    name_en: name,
    state: "XH",
    membership: "member",
    powers: ["investigate", "prosecute"],
    status: "vetting",
    step: "completeness",
    submitted_at: NOW - 20 * DAY,
    changed_at: NOW - DAY,
    waits_for: "me",
    due_at: null,
    overdue: false,
    objections: 0,
    signatures: 0,
    last_text: "",
    ...more,
  };
}

/** One that stands at this step, all before it passed by `officer`. */
export function vettingCase(at: string, more: Partial<VettingCase> = {}): VettingCase {
  const place = steps.findIndex(({ key }) => key === at);
  return {
    ...summary("Anti-Corruption Agency", { step: at }),
    name: "Агентство по противодействию коррупции",
    email: "applicant@xh.example",
    language: "ru",
    steps: steps.map((one, index) => ({
      ...one,
      passed_at: index < place ? NOW - (10 - index) * DAY : null,
      passed_by: index < place && index > 0 ? id("officer") : null,
    })),
    form: {
      name: "Агентство по противодействию коррупции",
      name_en: "Anti-Corruption Agency",
      state: "XH",
      membership: "member",
      powers: ["investigate", "prosecute"],
      mandate: "Investigates corruption offences.",
      legal_basis: "Law 12",
      independence: "Own budget.",
      protection_physical: "Locked rooms.",
      protection_legal: "Official secrets act.",
      website: "",
      address: "1 Main Square",
      telephone: "+000 1",
      focal_points: [
        {
          role: "lead",
          name: "Ines Marou",
          function: "Head of unit",
          email: "lead@xh.example",
          language: "ru",
        },
      ],
      signatory_name: "The Director",
      signatory_function: "Director",
      charter: "1.2",
      note: "",
    },
    documents: [],
    missing: [],
    wanted: [],
    revision: 1,
    nonce: "ab".repeat(32),
    digest: "cd".repeat(32),
    revisions: [{ number: 1, at: NOW - 20 * DAY, digest: "cd".repeat(32), changes: [] }],
    objections_until: null,
    events: [],
    may_decide: true,
    why_not: null,
    invitation: null,
    proposal: null,
    authority: null,
    ...more,
  };
}

export function event(
  number: number,
  act: VettingCase["events"][number]["act"],
  more: Partial<VettingCase["events"][number]> = {},
): VettingCase["events"][number] {
  return {
    id: number,
    at: NOW + number,
    act,
    step: null,
    text: "",
    revision: 1,
    officer: null,
    authority: null,
    settled: false,
    ...more,
  };
}

/** The first signature under the admission of the made-up agency. */
export function proposal(more: Partial<Proposal> = {}): Proposal {
  const line = (label: string, value: string) => ({ label: `members.proposal.label.${label}`, value });
  return {
    id: id("proposal"),
    type: "authority.admitted",
    account: id("lead"),
    authority: id("authority"),
    summary: [
      line("name", "Anti-Corruption Agency"),
      line("state", "XH"),
      line("kind", "member"),
      line("person", "Ines Marou, Head of unit"),
      line("email", "lead@xh.example"),
      line("verification", "code_compared"),
    ],
    proposedBy: id("first"),
    proposedAt: NOW,
    why: "All documents in order.",
    mine: false,
    stale: false,
    application: { id: id("Anti-Corruption Agency"), matches: true },
    codeToCompare: "11111 22222 33333 44444 55555 66666",
    ...more,
  };
}
