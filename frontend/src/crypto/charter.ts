/** The charter: what a version of it is, and how the lead of an authority accepts one (section 4.7). */

import { canonical, parse } from "./canonical.ts";
import { type Bytes, Malformed } from "./encoding.ts";
import { hashHex } from "./seal.ts";
import { type Check, hash, id, object, oneOf, text, time } from "./shapes.ts";
import { payloadTypes, type Signer, verify } from "./signing.ts";

const longestText = 40_000;
const longestBody = 4 * 1024;

const number: Check<string> = (value): value is string =>
  typeof value === "string" && /^[1-9][0-9]{0,2}\.(?:0|[1-9][0-9]{0,2})$/.test(value);

const article = text(1, longestText);

const version = object({
  effective: time,
  number,
  texts: object({ ar: article, en: article, es: article, fr: article, ru: article, zh: article }),
});
const acceptance = object({
  account: id,
  authority: id,
  charter: hash,
  device: hash,
  network: hash,
  number,
  time,
  type: oneOf("charter.accepted"),
});

/** `texts` by language, exactly six; `effective` is the time from which it binds. */
export interface CharterText {
  readonly effective: number;
  readonly number: string;
  readonly texts: { readonly [language: string]: string };
}

export interface Accepted {
  readonly account: string;
  readonly authority: string;
  /** The charter hash of the version. */
  readonly charter: string;
  readonly device: string;
  readonly network: string;
  readonly number: string;
  readonly time: number;
}

export interface CharterAcceptance extends Accepted {
  readonly body: Bytes;
  readonly signature: Bytes;
}

/** What stands for a version in an acceptance. Throws `Malformed` for what is no version. */
export async function charterHash({ effective, number, texts }: CharterText): Promise<string> {
  const whole = { effective, number, texts };
  if (!version(whole)) throw new Malformed("not a version of the charter");
  return hashHex(canonical(whole));
}

export function makeAcceptance(said: Accepted): Bytes {
  const { account, authority, charter, device, network, number, time } = said;
  return canonical({ account, authority, charter, device, network, number, time, type: "charter.accepted" });
}

export function signAcceptance(device: Signer, body: Bytes): Promise<Bytes> {
  return device.sign(payloadTypes.charter, body);
}

/** Throws `Malformed` when the bytes have not exactly the form of an acceptance. */
export function readAcceptance(body: Bytes, signature: Bytes): CharterAcceptance {
  if (body.length > longestBody || signature.length !== 64) throw new Malformed("too long, or no signature");
  const fields = parse(body);
  if (!acceptance(fields)) throw new Malformed("not an acceptance");
  const { type: _, ...said } = fields;
  return { body, signature, ...said };
}

/** Whether the device with this key signed it, and is the one that it names. */
export async function verifyAcceptance(given: CharterAcceptance, deviceKey: Bytes): Promise<boolean> {
  return (
    (await hashHex(deviceKey)) === given.device &&
    (await verify(deviceKey, payloadTypes.charter, given.body, given.signature))
  );
}
