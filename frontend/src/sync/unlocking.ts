/** What a recovery code opens, and which code it is. */
import type { BoxKeyPair } from "../crypto/boxes";
import type { Bytes } from "../crypto/encoding";
import { openIdentity, recognizeUnlockKey, unlockKeyOf } from "../crypto/person";
import { readGroup } from "../crypto/recovery";
import { DoesNotOpen } from "../crypto/seal";
import type { AccountState, UnlockKey } from "../crypto/state";
import { fetchOwnKeys, type OwnStatements } from "./beside";
import { CoreFailure } from "./failure";
import * as recoveryCode from "./recoveryCode";
import type { RegisterSync } from "./registerSync";

/** The Register alone says which code is the present one; returns what it says of it. */
export function refuseOldCode(
  person: AccountState,
  { statements }: OwnStatements,
  unlock: BoxKeyPair,
): UnlockKey {
  const recognized = recognizeUnlockKey(person, statements, unlock.hash);
  if (recognized === null) {
    throw new CoreFailure("recovery_code_wrong", "This is not a recovery code of this account.");
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

/** The identity seed for an act on a browser that is set up. */
export async function identityFromCode(
  text: string,
  register: RegisterSync,
  account: string,
): Promise<Bytes> {
  const code = recoveryCode.read(text);
  const whose = { network: register.network, account };
  const [unlock, own] = await Promise.all([unlockKeyOf(code, whose), fetchOwnKeys(account)]);
  code.fill(0);
  await register.catchUp();
  const person = register.state.accounts.get(account);
  if (person === undefined) {
    throw new CoreFailure("not_in_register", "The Register does not name you.");
  }
  refuseOldCode(person, own, unlock);
  try {
    return await openIdentity(whose, person, unlock, own.attachments);
  } catch (error) {
    if (!(error instanceof DoesNotOpen)) {
      throw error;
    }
    throw new CoreFailure("keys_missing", "The identity box does not open with this code.");
  }
}
