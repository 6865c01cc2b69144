/** What lies beside the Register: boxes and public keys by their hash. Bytes with another hash are not taken. */
import type { Bytes } from "../crypto/encoding";
import { fromBase64, fromUtf8, Malformed, toBase64 } from "../crypto/encoding";
import type { Attachments, KeysStatement } from "../crypto/person";
import { hashHex } from "../crypto/seal";
import { parseStatement } from "../crypto/statements";
import { CoreFailure } from "./failure";
import { get, post } from "./http";
import * as wire from "./wire";

const MOST_HASHES = 1000;

export interface OwnStatements {
  /** Every `account.keys` of this account under its present identity key, oldest first. */
  statements: KeysStatement[];
  attachments: Attachments;
}

/** The server's word; what is taken from it counts only where it matches the Register. */
export async function fetchOwnKeys(account: string): Promise<OwnStatements> {
  const answer = await get("/api/account/keys", wire.accountKeys);
  const statements: KeysStatement[] = [];
  for (const { payload } of answer.statements) {
    const { said } = parseStatement(fromBase64(payload));
    if (said.type !== "account.keys" || said.account !== account) {
      throw new Malformed("a statement that is not one of this account's keys");
    }
    statements.push(said);
  }
  return { statements, attachments: await checked(answer.attachments) };
}

/** Decodes and keeps only what has the hash that it is filed under. */
export async function checked(given: Readonly<Record<string, string>>): Promise<Map<string, Bytes>> {
  const found = new Map<string, Bytes>();
  for (const [hash, text] of Object.entries(given)) {
    const bytes = fromBase64(text);
    if ((await hashHex(bytes)) === hash) {
      found.set(hash, bytes);
    }
  }
  return found;
}

/** Public keys by hash, fetched once. */
export class PublicKeys {
  readonly #held = new Map<string, Bytes>();

  /** Rejects with `keys_missing` when the server does not have the bytes that the Register names. */
  async all(hashes: Iterable<string>): Promise<ReadonlyMap<string, Bytes>> {
    const wanted = [...new Set(hashes)];
    const absent = wanted.filter((hash) => !this.#held.has(hash));
    for (let place = 0; place < absent.length; place += MOST_HASHES) {
      const { attachments } = await post(
        "/api/register/attachments",
        { hashes: absent.slice(place, place + MOST_HASHES) },
        wire.attachmentsAnswer,
      );
      for (const [hash, bytes] of await checked(attachments)) {
        this.#held.set(hash, bytes);
      }
    }
    const lost = wanted.filter((hash) => !this.#held.has(hash));
    if (lost.length > 0) {
      throw new CoreFailure(
        "keys_missing",
        `The server does not have ${lost.length} public keys that are signed.`,
      );
    }
    return new Map(wanted.map((hash) => [hash, this.#held.get(hash) as Bytes]));
  }
}

/** Entries are canonical JSON of their envelopes; over HTTP they travel as those objects. */
export function asEnvelope(entry: Uint8Array): unknown {
  return JSON.parse(fromUtf8(entry));
}

export function asAttachments(attachments: Attachments): Record<string, string> {
  return Object.fromEntries([...attachments].map(([hash, bytes]) => [hash, toBase64(bytes)]));
}

/** Appends entries of this person, all or none; gives nothing back, since the Register is read and verified anyway. */
export async function append(
  entries: readonly Uint8Array[],
  attachments: Attachments = new Map(),
  invitation: string | null = null,
): Promise<void> {
  await post(
    "/api/register/append",
    { entries: entries.map(asEnvelope), attachments: asAttachments(attachments), invitation },
    wire.appended,
  );
}
