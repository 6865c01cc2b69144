/** What an applicant's browser asks of the server. Its right to ask is the cookie that the link of the mail left here. */
import {
  type ApplicationDocument,
  type ApplicationForm,
  applicationDocument,
  documentBegun,
  formSaved,
  type OwnApplication,
  ownApplication,
  type purposes,
} from "./applications";
import { get, post, put, putBytes, remove } from "./http";

export type Purpose = (typeof purposes)[number];

/** A file as it is announced. */
export interface Announced {
  name: string;
  purpose: Purpose;
  /** Bytes. */
  size: number;
  sha256: string;
}

/** A link is mailed; whether there is such an application already is not told. */
export function askForLink(email: string, language: string): Promise<void> {
  return post("/api/applications", { email, language });
}

/** Rejects with `not_found` when the link is spent or wrong. */
export function openLink(token: string): Promise<OwnApplication> {
  return post("/api/applications/open", { token }, ownApplication);
}

/** Rejects with `not_found` when no link was opened in this browser, or too long ago. */
export function readApplication(): Promise<OwnApplication> {
  return get("/api/application", ownApplication);
}

/** This browser forgets the application; the link of the mail opens it again. */
export function leaveApplication(): Promise<void> {
  return post("/api/application/leave");
}

/** Rejects with `application_changed` when it is no longer as it was at `seen`. */
export function saveForm(
  form: ApplicationForm,
  seen: number,
): Promise<{ changed_at: number; missing: string[] }> {
  return put("/api/application/form", { form, seen }, formSaved);
}

export function announceDocument(file: Announced): Promise<{ id: string; part_size: number }> {
  return post("/api/application/documents", file, documentBegun);
}

/** The same part twice is the same part. */
export function sendPart(document: string, part: number, bytes: Uint8Array): Promise<void> {
  return putBytes(`/api/application/documents/${document}/parts/${part}`, bytes);
}

/** Rejects with `hash_differs`, `not_a_document` or `incomplete`. */
export function completeDocument(document: string): Promise<ApplicationDocument> {
  return post(`/api/application/documents/${document}/complete`, {}, applicationDocument);
}

export function removeDocument(document: string): Promise<void> {
  return remove(`/api/application/documents/${document}`);
}

export function submitApplication(seen: number): Promise<OwnApplication> {
  return post("/api/application/submit", { seen }, ownApplication);
}

export function answerQuestion(text: string): Promise<OwnApplication> {
  return post("/api/application/answer", { text }, ownApplication);
}

export function decideObserver(accept: boolean): Promise<OwnApplication> {
  return post("/api/application/observer", { accept }, ownApplication);
}

export function withdrawApplication(text: string): Promise<OwnApplication> {
  return post("/api/application/withdraw", { text }, ownApplication);
}

export function contentOf(document: string): string {
  return `/api/application/documents/${document}/content`;
}
