/** The forms of what the server says of applications to join: to applicants, to officers who vet, to members who may object. */
import * as v from "valibot";
import { account, count, hash, time } from "./wire";

/** The powers of an authority; one that only prevents is offered observer status. */
export const powers = ["investigate", "prosecute", "recover_assets", "prevent"] as const;
/** What a document is for. */
export const purposes = ["mandate", "state_confirmation", "protection", "other"] as const;

const language = v.picklist(["ar", "en", "es", "fr", "ru", "zh"]);
const words = v.record(language, v.string());

export const applicationForm = v.object({
  /** In the original script. */
  name: v.string(),
  name_en: v.string(),
  /** ISO 3166, or of a fictional State. */
  state: v.string(),
  membership: v.picklist(["member", "observer"]),
  powers: v.array(v.picklist(powers)),
  /** What the law charges it with. */
  mandate: v.string(),
  /** Law, articles. */
  legal_basis: v.string(),
  independence: v.string(),
  protection_physical: v.string(),
  protection_legal: v.string(),
  website: v.string(),
  address: v.string(),
  /** Of the published switchboard: codes are compared over it. */
  telephone: v.string(),
  focal_points: v.array(
    v.object({
      role: v.picklist(["lead", "deputy", "member"]),
      name: v.string(),
      function: v.string(),
      email: v.string(),
      language,
    }),
  ),
  signatory_name: v.string(),
  signatory_function: v.string(),
  /** The number of the version of the charter that it says it will accept, or empty. */
  charter: v.string(),
  note: v.string(),
});

export const applicationDocument = v.object({
  id: account,
  name: v.string(),
  purpose: v.picklist(purposes),
  size: count,
  sha256: hash,
  /** Null as long as it is not whole. */
  media_type: v.nullable(v.picklist(["application/pdf", "image/png", "image/jpeg"])),
  judgement: v.nullable(v.picklist(["accepted", "refused"])),
  remark: v.string(),
});

export const vettingStep = v.object({
  key: v.string(),
  kind: v.picklist(["receipt", "check", "eligibility", "confirmation", "objection", "admission"]),
  /** Days that it may take, or that the window is open; null without a deadline. */
  days: v.nullable(count),
  /** The only officers who may decide it; null: any. */
  officers: v.nullable(v.array(account)),
  /** Whether it is decided by another officer than the step before. */
  another: v.boolean(),
  /** By language; null where the words of the catalogue are meant (`vetting.steps.<key>`). */
  title: v.nullable(words),
  /** For the applicant. */
  text: v.nullable(words),
});

const statuses = ["draft", "vetting", "returned", "offered", "declined", "withdrawn", "admitted"] as const;
const acts = [
  "entered",
  "submitted",
  "passed",
  "went_back",
  "returned",
  "asked",
  "answered",
  "observer_offered",
  "observer_accepted",
  "observer_refused",
  "objected",
  "objection_withdrawn",
  "objection_settled",
  "window_opened",
  "window_closed",
  "remarked",
  "signed",
  "unsigned",
  "declined",
  "withdrawn",
  "admitted",
] as const;

const event = {
  id: count,
  at: time,
  act: v.picklist(acts),
  step: v.nullable(v.string()),
  text: v.string(),
  revision: count,
};

/** What an applicant sees, whose browser has opened the link of the mail. */
export const ownApplication = v.object({
  id: account,
  email: v.string(),
  language,
  status: v.picklist(statuses),
  /** The key of the step where it stands; null before it is submitted and after the end. */
  step: v.nullable(v.string()),
  steps: v.array(v.object({ ...vettingStep.entries, passed_at: v.nullable(time) })),
  form: applicationForm,
  documents: v.array(applicationDocument),
  /** Codes of what a submission still lacks: names of fields, `focal_points`, `lead`, `lead_email`, `documents.mandate`. */
  missing: v.array(v.string()),
  /** What an officer has marked when it was returned: codes of the same kind. */
  wanted: v.array(v.string()),
  changed_at: time,
  submitted_at: v.nullable(time),
  /** How often it was submitted. */
  revision: count,
  /** Whether form and documents may be changed now. */
  editable: v.boolean(),
  /** Whether a question waits for an answer. */
  asked: v.boolean(),
  /** When the window for objections closes, while it is open. */
  objections_until: v.nullable(time),
  /** When a draft is deleted. */
  expires_at: v.nullable(time),
  events: v.array(v.object({ ...event, by: v.picklist(["applicant", "secretariat", "portal"]) })),
});

const summary = {
  id: account,
  name: v.string(),
  name_en: v.string(),
  state: v.string(),
  membership: v.picklist(["member", "observer"]),
  powers: v.array(v.picklist(powers)),
  status: v.picklist(statuses),
  step: v.nullable(v.string()),
  submitted_at: v.nullable(time),
  changed_at: time,
  /** For whom it waits, from where the asking officer stands. */
  waits_for: v.picklist(["me", "colleague", "applicant", "members", "nobody"]),
  due_at: v.nullable(time),
  /** Whether `due_at` is past, by the server's clock. */
  overdue: v.boolean(),
  /** Objections that are not settled. */
  objections: count,
  /** Signatures under the admission so far: 0 or 1. */
  signatures: count,
  /** What it last stood for in words: the text of a decline, of a return; empty otherwise. */
  last_text: v.string(),
};

/** All that are open, and of the closed ones those of the last year. */
export const vettingList = v.object({
  steps: v.array(vettingStep),
  applications: v.array(v.object(summary)),
});

/** One application as an officer sees it. */
export const vettingCase = v.object({
  ...summary,
  email: v.string(),
  language,
  steps: v.array(
    v.object({ ...vettingStep.entries, passed_at: v.nullable(time), passed_by: v.nullable(account) }),
  ),
  form: applicationForm,
  documents: v.array(applicationDocument),
  missing: v.array(v.string()),
  wanted: v.array(v.string()),
  revision: count,
  /** What is signed for: see `applicationDigest`. Null before the first submission. */
  nonce: v.nullable(hash),
  digest: v.nullable(hash),
  /** Every submission; `changes` against the one before, by codes as in `missing`, and `documents`. */
  revisions: v.array(v.object({ number: count, at: time, digest: hash, changes: v.array(v.string()) })),
  objections_until: v.nullable(time),
  events: v.array(
    v.object({
      ...event,
      officer: v.nullable(account),
      authority: v.nullable(account),
      settled: v.boolean(),
    }),
  ),
  /** Whether the asking officer may decide the present step, and if not why. */
  may_decide: v.boolean(),
  why_not: v.nullable(
    v.picklist([
      "not_submitted",
      "waits_for_applicant",
      "window_open",
      "not_your_step",
      "another_officer",
      "closed",
    ]),
  ),
  /** The lead's invitation, when there is one that is not withdrawn or expired. */
  invitation: v.nullable(v.object({ id: account, state: v.string(), mine: v.boolean() })),
  /** The admission that waits for the second signature. */
  proposal: v.nullable(account),
  /** What it became in the Register. */
  authority: v.nullable(account),
});

export const vettingPipeline = v.object({
  version: count,
  changed_at: time,
  changed_by: v.nullable(account),
  steps: v.array(vettingStep),
});

/** What leads and deputies see while objections may be made. */
export const objectionList = v.array(
  v.object({
    id: account,
    name: v.string(),
    name_en: v.string(),
    state: v.string(),
    membership: v.picklist(["member", "observer"]),
    powers: v.array(v.picklist(powers)),
    mandate: v.string(),
    legal_basis: v.string(),
    website: v.string(),
    until: time,
    /** What one's own authority has objected. */
    own: v.nullable(v.object({ text: v.string(), at: time })),
  }),
);

export const entered = v.object({ id: account });
export const documentBegun = v.object({ id: account, part_size: count });
export const formSaved = v.object({ changed_at: time, missing: v.array(v.string()) });

export type ApplicationForm = v.InferOutput<typeof applicationForm>;
export type ApplicationDocument = v.InferOutput<typeof applicationDocument>;
export type OwnApplication = v.InferOutput<typeof ownApplication>;
export type VettingStep = v.InferOutput<typeof vettingStep>;
export type VettingList = v.InferOutput<typeof vettingList>;
export type VettingCase = v.InferOutput<typeof vettingCase>;
export type VettingPipeline = v.InferOutput<typeof vettingPipeline>;
export type Objection = v.InferOutput<typeof objectionList>[number];
