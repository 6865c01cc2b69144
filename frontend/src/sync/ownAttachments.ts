/**
 * The boxes and public keys that this person's newest `account.keys` names. Nobody else has them, so this browser keeps
 * them beside the server, which may lose them with a database that is put back to an older copy.
 */
import * as v from "valibot";
import { fromBase64, toBase64 } from "../crypto/encoding";
import type { Attachments, KeysStatement } from "../crypto/person";
import { accountSubject } from "../crypto/statements";
import type { Vault } from "../vault";
import { asAttachments, fetchOwnKeys } from "./beside";
import { type Hands, head } from "./hands";

const RECORD = "own-attachments";
const keptSchema = v.object({
  /** The statement that names them, by the hash of its entry. */
  entry: v.nullable(v.string()),
  bytes: v.record(v.string(), v.string()),
});

function readKept(vault: Vault): Promise<v.InferOutput<typeof keptSchema> | undefined> {
  return vault.read("records", RECORD, keptSchema);
}

/** What a statement names, of what came with it and of what was kept before. */
export async function keepOwnAttachments(
  vault: Vault,
  entry: string | null,
  said: KeysStatement,
  given: Attachments,
): Promise<void> {
  const all = { ...(await readKept(vault))?.bytes, ...asAttachments(given) };
  const named = new Set([said.reading_key]);
  for (const { key, box } of said.reading_boxes) {
    named.add(key).add(box);
  }
  for (const { key, identity_box } of said.unlock_keys) {
    named.add(key).add(identity_box);
  }
  if (said.previous_box !== null) {
    named.add(said.previous_box);
  }
  const bytes = Object.fromEntries(Object.entries(all).filter(([hash]) => named.has(hash)));
  await vault.writeWith([], [{ store: "records", key: RECORD, value: { entry, bytes } }]);
}

/** Where they were made in another browser of this person, or before this one kept any: what the server has by now. */
export async function fetchOwnAttachments(hands: Hands): Promise<void> {
  const { vault, keyring, register } = hands;
  const person = register.state.accounts.get(keyring.whose.account);
  if (register.holding || person === undefined) {
    return;
  }
  const { account } = keyring.whose;
  const entry = head(hands, accountSubject(account, fromBase64(person.identity_key, 32)));
  if ((await readKept(vault))?.entry === entry) {
    return;
  }
  const { statements, attachments } = await fetchOwnKeys(account);
  const newest = statements.at(-1);
  if (newest !== undefined) {
    await keepOwnAttachments(vault, entry, newest, attachments);
  }
}

/** Everything of one's own that the newest statements name, as far as it is held. */
export async function ownAttachments({ vault, keyring }: Hands): Promise<Record<string, string>> {
  const { deviceBox, readings } = keyring;
  const own = [deviceBox, ...readings.values()];
  return {
    ...Object.fromEntries(own.map(({ hash, publicKey }) => [hash, toBase64(publicKey)])),
    ...(await readKept(vault))?.bytes,
  };
}
