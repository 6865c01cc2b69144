/** Statements of the Register and the envelopes they come in: section 3.1 and 4.1, with closed schemas. */

import { canonical, parse, parseText } from "./canonical.ts";
import { type Bytes, fromBase64, fromHex, fromUtf8, Malformed, toBase64, toHex } from "./encoding.ts";
import { leafHash } from "./merkle.ts";
import {
  anyText,
  bool,
  type Check,
  type Checked,
  hash,
  id,
  integer,
  nameText,
  nullable,
  object,
  oneOf,
  reasonText,
  signingKey,
  signingKeyHex,
  sorted,
  stateCode,
  time,
} from "./shapes.ts";
import { acceptablePoint, payloadTypes, type Signer, verify } from "./signing.ts";

const longestPayload = 44 * 1024;
const longestEntry = 65_535;

const verification = oneOf("invitation_secret", "code_compared", "in_person");

export const unlockKeyShape = object({
  date: time,
  identity_box: hash,
  key: hash,
  kind: oneOf("recovery_code", "passkey"),
  serial: integer(1),
});
export type UnlockKey = Checked<typeof unlockKeyShape>;

export const unlockKeysShape = sorted(unlockKeyShape, (one) => one.key);

function statement<const T extends string, F extends { readonly [name: string]: Check<unknown> }>(
  type: T,
  fields: F,
) {
  return object({
    network: hash,
    previous: nullable(hash),
    subject: anyText,
    time,
    type: oneOf(type),
    ...fields,
  });
}

const officers = sorted(object({ account: id, identity_key: signingKey }), (one) => one.account);

const shapes = {
  "network.founded": object({
    demo: bool,
    name: nameText,
    nonce: hash,
    officers,
    previous: nullable(hash),
    register_key: signingKey,
    subject: anyText,
    threshold: integer(2),
    time,
    type: oneOf("network.founded"),
  }),
  "officer.appointed": statement("officer.appointed", { account: id, identity_key: signingKey }),
  "officer.rekeyed": statement("officer.rekeyed", { account: id, identity_key: signingKey }),
  "officer.removed": statement("officer.removed", { account: id }),
  "authority.admitted": statement("authority.admitted", {
    application: nullable(hash),
    authority: id,
    kind: oneOf("member", "observer"),
    lead: nullable(object({ account: id, commitment: hash, identity_key: signingKey })),
    name: nameText,
    state: stateCode,
    verification,
  }),
  "authority.suspended": statement("authority.suspended", { authority: id, reason: reasonText }),
  "authority.reinstated": statement("authority.reinstated", { authority: id, reason: reasonText }),
  "authority.withdrawn": statement("authority.withdrawn", { authority: id, reason: reasonText }),
  "focal_point.appointed": statement("focal_point.appointed", {
    account: id,
    authority: id,
    commitment: hash,
    identity_key: signingKey,
    role: oneOf("lead", "deputy", "member"),
    verification,
  }),
  "focal_point.role_changed": statement("focal_point.role_changed", {
    account: id,
    authority: id,
    role: oneOf("lead", "deputy", "member"),
  }),
  "focal_point.rekeyed": statement("focal_point.rekeyed", {
    account: id,
    authority: id,
    identity_key: signingKey,
    verification,
  }),
  "focal_point.confirmed": statement("focal_point.confirmed", { account: id, authority: id }),
  "focal_point.removed": statement("focal_point.removed", { account: id, authority: id }),
  "account.keys": statement("account.keys", {
    account: id,
    generation: integer(1),
    previous_box: nullable(hash),
    reading_boxes: sorted(object({ box: hash, key: hash }), (one) => one.key),
    reading_key: hash,
    unlock_keys: unlockKeysShape,
  }),
  "device.enrolled": statement("device.enrolled", {
    account: id,
    device_key: signingKey,
    device_box_key: hash,
    revokes: sorted(hash, (one) => one),
  }),
  "device.revoked": statement("device.revoked", { account: id, device: hash }),
};

export type StatementType = keyof typeof shapes;
export type StatementOf<T extends StatementType> = Checked<(typeof shapes)[T]>;
export type Statement = { [T in StatementType]: StatementOf<T> }[StatementType];

/** Which chain a statement is on, and whose. */
export type Subject =
  | { readonly chain: "network" }
  | { readonly chain: "standing" | "people"; readonly authority: string }
  | { readonly chain: "account"; readonly account: string; readonly identityKey: string };

export const networkSubject = "network";
export const standingSubject = (authority: string): string => `authority/${authority}/standing`;
export const peopleSubject = (authority: string): string => `authority/${authority}/people`;
export const accountSubject = (account: string, identityKey: Uint8Array): string =>
  `account/${account}/${toHex(identityKey)}`;

export function parseSubject(text: string): Subject | null {
  if (text === networkSubject) return { chain: "network" };
  const [kind, owner, rest, ...more] = text.split("/");
  if (more.length > 0 || !id(owner)) return null;
  if (kind === "authority" && (rest === "standing" || rest === "people"))
    return { chain: rest, authority: owner };
  if (kind === "account" && hash(rest)) return { chain: "account", account: owner, identityKey: rest };
  return null;
}

/** Whether a statement of this type, with these fields, belongs on this chain. */
function onItsChain(said: Statement, subject: Subject): boolean {
  switch (said.type) {
    case "network.founded":
    case "officer.appointed":
    case "officer.rekeyed":
    case "officer.removed":
      return subject.chain === "network";
    case "authority.admitted":
    case "authority.suspended":
    case "authority.reinstated":
    case "authority.withdrawn":
      return subject.chain === "standing" && subject.authority === said.authority;
    case "focal_point.confirmed":
      return subject.chain === "people" && subject.authority === said.authority;
    case "focal_point.appointed":
    case "focal_point.role_changed":
    case "focal_point.rekeyed":
    case "focal_point.removed":
      return (
        (subject.chain === "people" || subject.chain === "standing") && subject.authority === said.authority
      );
    case "account.keys":
    case "device.enrolled":
      return subject.chain === "account" && subject.account === said.account;
    case "device.revoked":
      return subject.chain !== "account" || subject.account === said.account;
  }
}

/** Reads the canonical bytes of a statement; throws `Malformed`. */
export function parseStatement(payload: Uint8Array): { said: Statement; subject: Subject } {
  if (payload.length > longestPayload) throw new Malformed("a payload over 44 KiB");
  const value = parse(payload) as { type?: unknown } | null;
  const type = value?.type;
  const shape =
    typeof type === "string" && Object.hasOwn(shapes, type) ? shapes[type as StatementType] : undefined;
  if (shape === undefined || !(shape as Check<Statement>)(value))
    throw new Malformed("not a statement of a known form");
  const said: Statement = value;
  const subject = parseSubject(said.subject);
  if (subject === null || !onItsChain(said, subject))
    throw new Malformed("a subject that does not fit the statement");
  if (said.type === "network.founded") {
    const keys = new Set(said.officers.map((officer) => officer.identity_key));
    if (said.officers.length <= said.threshold || keys.size !== said.officers.length) {
      throw new Malformed("too few officers, or two with one key");
    }
  }
  return { said, subject };
}

const signatureText: Check<string> = (value): value is string =>
  typeof value === "string" && value.length === 88;

const envelopeShape = object({
  payload: anyText,
  payloadType: oneOf(payloadTypes.statement),
  signatures: sorted(object({ keyid: signingKeyHex, sig: signatureText }), (one) => one.keyid),
});

export interface EntrySignature {
  /** Hexadecimal of the public key. */
  readonly keyid: string;
  readonly signature: Bytes;
}

/** An entry whose form is right; nothing is said yet of its signatures. */
export interface Entry {
  readonly payload: Bytes;
  readonly said: Statement;
  readonly subject: Subject;
  readonly signatures: readonly EntrySignature[];
}

/** Throws `Malformed`. */
export function parseEntry(entry: Uint8Array): Entry {
  if (entry.length > longestEntry) throw new Malformed("an entry over 65,535 bytes");
  const envelope = parseText(fromUtf8(entry));
  if (!envelopeShape(envelope) || envelope.signatures.length === 0) throw new Malformed("not an envelope");
  const signatures = envelope.signatures.map(({ keyid, sig }) => ({ keyid, signature: fromBase64(sig, 64) }));
  if (!signatures.every(({ signature }) => acceptablePoint(signature.subarray(0, 32)))) {
    throw new Malformed("a signature that section 1.2 refuses");
  }
  const payload = fromBase64(envelope.payload);
  return { payload, ...parseStatement(payload), signatures };
}

/** Whether every signature of the entry verifies. */
export async function verifyEntry(entry: Entry): Promise<boolean> {
  const checks = entry.signatures.map(({ keyid, signature }) =>
    verify(fromHex(keyid, 32), payloadTypes.statement, entry.payload, signature),
  );
  return (await Promise.all(checks)).every((good) => good);
}

export function writeEnvelope(payload: Uint8Array, signatures: readonly EntrySignature[]): Bytes {
  return canonical({
    payload: toBase64(payload),
    payloadType: payloadTypes.statement,
    signatures: [...signatures]
      .sort((a, b) => (a.keyid < b.keyid ? -1 : 1))
      .map(({ keyid, signature }) => ({ keyid, sig: toBase64(signature) })),
  });
}

export async function signPayload(payload: Uint8Array, signer: Signer): Promise<EntrySignature> {
  return { keyid: toHex(signer.publicKey), signature: await signer.sign(payloadTypes.statement, payload) };
}

/** The entry that says this, signed by all of these; throws `Malformed` if it would be refused for its form. */
export async function makeEntry(said: Statement, ...signers: readonly Signer[]): Promise<Bytes> {
  const payload = canonical(said);
  parseStatement(payload);
  return writeEnvelope(payload, await Promise.all(signers.map((signer) => signPayload(payload, signer))));
}

export async function entryHash(entry: Uint8Array): Promise<string> {
  return toHex(await leafHash(entry));
}
