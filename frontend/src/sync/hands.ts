/** What an act of a person on an open vault works with. */
import { toBase64 } from "../crypto/encoding";
import { deviceSigner, type Signer, seedSigner } from "../crypto/signing";
import type { AccountState } from "../crypto/state";
import { makeEntry, type Statement } from "../crypto/statements";
import type { Vault } from "../vault";
import type { PublicKeys } from "./beside";
import { CoreFailure } from "./failure";
import { RESTORING } from "./http";
import type { IdentityLock } from "./identityLock";
import type { Keyring } from "./keyring";
import type { RegisterSync } from "./registerSync";
import type { SnapshotStore } from "./snapshot";

export interface Hands {
  readonly vault: Vault;
  readonly keyring: Keyring;
  readonly register: RegisterSync;
  readonly identity: IdentityLock;
  readonly publicKeys: PublicKeys;
  readonly snapshots: SnapshotStore;
}

/** This person as the Register has them now; rejects when it no longer does. */
export function self({ register, keyring }: Hands): AccountState {
  const person = register.state.accounts.get(keyring.whose.account);
  if (person === undefined || !person.active) {
    throw new CoreFailure("not_in_register", "The Register does not name you as an active person.");
  }
  return person;
}

/** The authority that this person speaks for; rejects for officers. */
export function ownAuthority(hands: Hands): string {
  const { authority } = self(hands);
  if (authority === null) {
    throw new CoreFailure("forbidden", "Only a focal point of an authority may do this.");
  }
  return authority;
}

export function head({ register }: Hands, subject: string): string | null {
  return register.state.heads.get(subject) ?? null;
}

/** While the server shows less than it did nothing is signed by what it shows, and nothing by what is held here. */
export function needWhole({ register }: Hands): void {
  if (register.holding) {
    throw new CoreFailure(RESTORING, "The portal is being completed after its database was put back.");
  }
}

/** An entry signed by this browser's device. */
export async function signedByDevice(hands: Hands, said: Statement): Promise<Uint8Array<ArrayBuffer>> {
  needWhole(hands);
  return makeEntry(said, deviceSigner(hands.keyring.device));
}

/** Runs an act with the identity key; rejects with `identity_locked` while it is not at hand. */
export function withIdentity<T>(hands: Hands, act: (identity: Signer) => Promise<T>): Promise<T> {
  return hands.identity.use(async (seed) => {
    needWhole(hands);
    const identity = await seedSigner(seed);
    if (toBase64(identity.publicKey) !== self(hands).identity_key) {
      throw new CoreFailure("not_in_register", "The Register names another identity key for you.");
    }
    return act(identity);
  });
}
