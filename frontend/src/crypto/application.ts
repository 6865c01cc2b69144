/** An application to join: its form, and the digest by which an admission names it (section 4.9). */

import { canonical } from "./canonical.ts";
import { Malformed } from "./encoding.ts";
import { hashHex } from "./seal.ts";
import { type Check, hash, id, integer, object, oneOf, sorted, stateCode, text } from "./shapes.ts";

const mostFocalPoints = 10;
const mostDocuments = 20;

const line = text(0, 200);
const long = text(0, 4000);

const state: Check<string> = (value): value is string => value === "" || stateCode(value);

const focalPoint = object({
  role: oneOf("lead", "deputy", "member"),
  name: line,
  function: line,
  email: text(0, 254),
  language: oneOf("ar", "en", "es", "fr", "ru", "zh"),
});
type FocalPoint = typeof focalPoint extends Check<infer T> ? T : never;

const focalPoints: Check<readonly FocalPoint[]> = (value): value is readonly FocalPoint[] =>
  Array.isArray(value) && value.length <= mostFocalPoints && value.every((one) => focalPoint(one));

const form = object({
  name: line,
  name_en: line,
  state,
  membership: oneOf("member", "observer"),
  powers: sorted(oneOf("investigate", "prevent", "prosecute", "recover_assets"), (one) => one),
  mandate: long,
  legal_basis: long,
  independence: long,
  protection_physical: long,
  protection_legal: long,
  website: line,
  address: text(0, 500),
  telephone: text(0, 50),
  focal_points: focalPoints,
  signatory_name: line,
  signatory_function: line,
  charter: text(0, 7),
  note: text(0, 2000),
});

const content = object({
  application: id,
  documents: sorted(
    object({
      name: text(1, 200),
      purpose: oneOf("mandate", "other", "protection", "state_confirmation"),
      sha256: hash,
      size: integer(1),
    }),
    (one) => one.sha256,
  ),
  form,
  network: hash,
  nonce: hash,
  revision: integer(1),
});

export interface ApplicationContent {
  readonly application: string;
  /** In any order. */
  readonly documents: readonly {
    readonly name: string;
    readonly purpose: string;
    readonly sha256: string;
    readonly size: number;
  }[];
  readonly form: { readonly [field: string]: unknown };
  readonly network: string;
  /** 32 random bytes that go with the application: then nobody can guess from the digest who was named in it. */
  readonly nonce: string;
  readonly revision: number;
}

/** What stands for a submitted application in an admission. Throws `Malformed` for what is none. */
export async function applicationDigest(given: ApplicationContent): Promise<string> {
  const documents = given.documents
    .map(({ name, purpose, sha256, size }) => ({ name, purpose, sha256, size }))
    .sort((one, other) => (one.sha256 < other.sha256 ? -1 : 1));
  const { application, network, nonce, revision } = given;
  const whole = { application, documents, form: given.form, network, nonce, revision };
  if (!content(whole) || documents.length > mostDocuments) throw new Malformed("not an application");
  return hashHex(canonical(whole));
}
