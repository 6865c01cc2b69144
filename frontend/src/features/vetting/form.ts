/** The answers of the form by sections, the codes by which single ones are named, and what changed between submissions. */
import type { ApplicationForm, VettingCase } from "../../sync/applications";

type Field = keyof ApplicationForm;
export type Section = "authority" | "mandate" | "protection" | "people" | "signature";

export const sections: readonly { section: Section; fields: readonly Field[] }[] = [
  {
    section: "authority",
    fields: ["name", "name_en", "state", "membership", "website", "address", "telephone"],
  },
  { section: "mandate", fields: ["powers", "mandate", "legal_basis", "independence"] },
  { section: "protection", fields: ["protection_physical", "protection_legal"] },
  { section: "people", fields: ["focal_points"] },
  { section: "signature", fields: ["signatory_name", "signatory_function", "charter", "note"] },
];

/** What an officer may mark as missing, in the order of the form. */
export const wantable: readonly string[] = [
  ...sections.flatMap(({ fields }) => fields),
  "lead",
  "lead_email",
  "documents.mandate",
  "documents.state_confirmation",
  "documents.protection",
  "documents.other",
];

/** What is marked when an officer begins to return it: what the server misses, and what was refused. */
export function prefilled({ missing, documents }: Pick<VettingCase, "missing" | "documents">): string[] {
  const refused = documents
    .filter(({ judgement }) => judgement === "refused")
    .map(({ purpose }) => `documents.${purpose}`);
  return [...new Set([...missing, ...refused])];
}

type Revisions = Pick<VettingCase, "revisions">;

/** Everything that any submission after this one changed, each once, in the order of the form. */
export function changedSince({ revisions }: Revisions, revision: number): string[] {
  const changed = new Set(
    revisions.filter(({ number }) => number > revision).flatMap(({ changes }) => changes),
  );
  const rank = (code: string) => {
    const at = wantable.indexOf(code);
    return at < 0 ? wantable.length : at;
  };
  return [...changed].sort((one, other) => rank(one) - rank(other));
}

/** Which submission the standing first signature was made for; null where nobody has signed. */
export function signedRevision({ events }: Pick<VettingCase, "events">): number | null {
  return events.findLast(({ act }) => act === "signed")?.revision ?? null;
}
