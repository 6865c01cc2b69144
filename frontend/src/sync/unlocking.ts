/** What a recovery code or a passkey opens, and which one it is. */
import type { BoxKeyPair } from "../crypto/boxes";
import type { Bytes } from "../crypto/encoding";
import { unlockKeyOfPasskey } from "../crypto/passkey";
import { openIdentity, recognizeUnlockKey, unlockKeyOf, type Whose } from "../crypto/person";
import { readGroup } from "../crypto/recovery";
import { DoesNotOpen } from "../crypto/seal";
import type { AccountState, UnlockKey } from "../crypto/state";
import { fetchOwnKeys, type OwnStatements } from "./beside";
import { CoreFailure } from "./failure";
import type { RegisterSync } from "./registerSync";

/** A secret that a person has brought, and the unlock key that follows from it. */
export interface Opener {
  readonly kind: UnlockKey["kind"];
  /** The 20 bytes of a recovery code, or the 32 that a passkey has derived. */
  readonly secret: Bytes;
  readonly unlock: BoxKeyPair;
}

export async function openerOf(kind: Opener["kind"], secret: Bytes, whose: Whose): Promise<Opener> {
  const unlock = await (kind === "passkey" ? unlockKeyOfPasskey : unlockKeyOf)(secret, whose);
  return { kind, secret, unlock };
}

/** Neither a present nor a former one of this account. */
export function notOne({ kind }: Opener): CoreFailure {
  return kind === "passkey"
    ? new CoreFailure("passkey_unlocks_nothing", "This passkey is no unlock key of this account.")
    : new CoreFailure("recovery_code_wrong", "This is not a recovery code of this account.");
}

/** The Register alone says what opens this person's keys now; returns what it says of it. */
export function refuseOld(person: AccountState, { statements }: OwnStatements, opener: Opener): UnlockKey {
  const recognized = recognizeUnlockKey(person, statements, opener.unlock.hash);
  if (recognized === null || (!recognized.current && opener.kind === "passkey")) {
    throw notOne(opener);
  }
  if (!recognized.current) {
    throw new CoreFailure("recovery_code_old", "This code was replaced by a newer one.", {
      serial: recognized.unlockKey.serial,
    });
  }
  return recognized.unlockKey;
}

/** One group as it is typed. */
export async function checkGroup(index: number, text: string): Promise<"ok" | "incomplete" | "wrong"> {
  return readGroup(index, text);
}

/** The identity seed for an act on a browser that is set up; the secret is wiped. */
export async function identityFrom(
  kind: Opener["kind"],
  secret: Bytes,
  register: RegisterSync,
  account: string,
): Promise<Bytes> {
  const whose = { network: register.network, account };
  const [opener, own] = await Promise.all([openerOf(kind, secret, whose), fetchOwnKeys(account)]);
  secret.fill(0);
  await register.catchUp();
  const person = register.state.accounts.get(account);
  if (person === undefined) {
    throw new CoreFailure("not_in_register", "The Register does not name you.");
  }
  refuseOld(person, own, opener);
  try {
    return await openIdentity(whose, person, opener.unlock, own.attachments);
  } catch (error) {
    if (!(error instanceof DoesNotOpen)) {
      throw error;
    }
    throw new CoreFailure("keys_missing", "The identity box does not open with this.");
  }
}
