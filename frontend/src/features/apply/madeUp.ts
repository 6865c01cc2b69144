/** For tests: an application, and a server that keeps one by the rules of the real one. */
import type { ApplicationDocument, ApplicationForm, OwnApplication } from "../../sync/applications";

export const emptyForm: ApplicationForm = {
  name: "",
  name_en: "",
  state: "",
  membership: "member",
  powers: [],
  mandate: "",
  legal_basis: "",
  independence: "",
  protection_physical: "",
  protection_legal: "",
  website: "",
  address: "",
  telephone: "",
  focal_points: [],
  signatory_name: "",
  signatory_function: "",
  charter: "",
  note: "",
};

export function madeUpApplication(changes: Partial<OwnApplication> = {}): OwnApplication {
  return {
    id: "a".repeat(32),
    email: "liaison@agency.example",
    language: "en",
    status: "draft",
    step: null,
    steps: [],
    form: emptyForm,
    documents: [],
    missing: ["name"],
    wanted: [],
    changed_at: 1_000,
    submitted_at: null,
    revision: 0,
    editable: true,
    asked: false,
    objections_until: null,
    expires_at: null,
    events: [],
    ...changes,
  };
}

export function madeUpDocument(changes: Partial<ApplicationDocument> = {}): ApplicationDocument {
  return {
    id: "d".repeat(32),
    name: "law.pdf",
    purpose: "mandate",
    size: 9,
    sha256: "0".repeat(64),
    media_type: "application/pdf",
    judgement: null,
    remark: "",
    ...changes,
  };
}
