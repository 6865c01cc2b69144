/**
 * What a person does with their own keys on an open vault: another recovery code, a device less, a new generation.
 * New reading keys reach every active device and unlock key without anybody typing anything.
 */
import { type BoxKeyPair, boxKeyPair } from "../crypto/boxes";
import { type Bytes, fromBase64, randomBytes } from "../crypto/encoding";
import { type Attachments, makeKeys, makeUnlockKey, openReadings, unlockKeyOf } from "../crypto/person";
import { deviceSigner, type Signer } from "../crypto/signing";
import { type AccountState, isTainted, type UnlockKey } from "../crypto/state";
import { accountSubject, entryHash, makeEntry } from "../crypto/statements";
import { append, fetchOwnKeys } from "./beside";
import { giveBookmarkKey, sealedFor, sealedForPasskey } from "./bookmark";
import type { RecoveryCode } from "./contract";
import { CoreFailure } from "./failure";
import { type Hands, head, needWhole, self, withIdentity } from "./hands";
import { newestReading, saveKeyring } from "./keyring";
import { keepOwnAttachments } from "./ownAttachments";
import { confirm, type NewCode, newCode } from "./recoveryCode";
import { openerOf } from "./unlocking";

const RENEWED_AFTER = 90 * 24 * 60 * 60 * 1000;

export class KeyActs {
  readonly #hands: Hands;
  #offered: NewCode | null = null;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** A new code to write down; nothing has changed until it is confirmed. */
  async replaceRecoveryCode(): Promise<RecoveryCode> {
    await withIdentity(this.#hands, async () => undefined);
    const serial = nextSerial(self(this.#hands), "recovery_code");
    this.#forget();
    this.#offered = newCode(serial, Date.now());
    return this.#offered.shown;
  }

  async confirmReplacement(answers: { readonly [group: number]: string }): Promise<void> {
    const offered = this.#offered;
    if (offered === null) {
      throw new CoreFailure("nothing_to_confirm", "Ask for a new recovery code first.");
    }
    confirm(offered, answers);
    const { register, keyring } = this.#hands;
    await register.catchUp();
    await this.#hands.identity.use(async (seed) => {
      const unlock = await unlockKeyOf(offered.secret, keyring.whose);
      const facts = {
        date: offered.shown.date,
        kind: "recovery_code",
        serial: offered.shown.serial,
      } as const;
      const made = await makeUnlockKey(keyring.whose, unlock, seed, facts);
      const others = self(this.#hands).unlock_keys.filter(({ kind }) => kind !== "recovery_code");
      // Kept with the keys before the append, so that the new code leads to the bookmark whatever happens in between.
      const { key } = keyring.bookmark;
      const { secret, shown } = offered;
      keyring.bookmark.toGive = await sealedFor(secret, keyring.whose, key, shown.serial);
      await this.#replaceUnlockKeys([...others, made.unlockKey], made.attachments);
    });
    this.#forget();
    await giveBookmarkKey(this.#hands).catch(() => undefined); // the next bookmark takes it along
  }

  /** One more way to open the keys, under the same reading key. What the passkey has derived is wiped. */
  async addPasskey(secret: Bytes, passkey: string): Promise<void> {
    try {
      await this.#addPasskey(secret, passkey);
    } finally {
      secret.fill(0);
    }
    await giveBookmarkKey(this.#hands).catch(() => undefined); // the next bookmark takes it along
  }

  async #addPasskey(secret: Bytes, passkey: string): Promise<void> {
    const { register, keyring } = this.#hands;
    await register.catchUp();
    await this.#hands.identity.use(async (seed) => {
      const opener = await openerOf("passkey", secret, keyring.whose);
      const person = self(this.#hands);
      // Kept with the keys before the append, as with a new code.
      const sealed = await sealedForPasskey(opener, keyring.whose, keyring.bookmark.key, passkey);
      const others = keyring.bookmark.forPasskeys.filter(({ unlockKey }) => unlockKey !== sealed.unlockKey);
      keyring.bookmark.forPasskeys = [...others, sealed];
      if (!person.unlock_keys.some(({ key }) => key === opener.unlock.hash)) {
        const facts = { date: Date.now(), kind: "passkey", serial: nextSerial(person, "passkey") } as const;
        const made = await makeUnlockKey(keyring.whose, opener.unlock, seed, facts);
        await this.#replaceUnlockKeys([...person.unlock_keys, made.unlockKey], made.attachments);
      }
    });
  }

  /** A passkey opens the keys no longer. The recovery code is replaced, never taken back. */
  async removeUnlockKey(key: string): Promise<void> {
    await this.#hands.register.catchUp();
    const { unlock_keys } = self(this.#hands);
    const named = unlock_keys.find((one) => one.key === key);
    if (named?.kind === "recovery_code") {
      throw new CoreFailure("not_found", "This is the recovery code.");
    }
    if (named !== undefined) {
      await this.#replaceUnlockKeys(unlock_keys.filter((one) => one !== named));
    }
  }

  #replaceUnlockKeys(unlockKeys: readonly UnlockKey[], more: Attachments = new Map()): Promise<void> {
    return withIdentity(this.#hands, (signer) =>
      this.#append({ signer, unlockKeys, more, fresh: isTainted(self(this.#hands)) }),
    );
  }

  /** Revokes one of one's own devices; the new generation comes in the same append. */
  async revokeDevice(device: string): Promise<void> {
    const { register, keyring } = this.#hands;
    await register.catchUp();
    needWhole(this.#hands);
    const person = self(this.#hands);
    if (device === keyring.device.id) {
      throw new CoreFailure("own_device", "Sign out here, and revoke this browser from another one.");
    }
    if (person.devices[device]?.active !== true) {
      throw new CoreFailure("not_found", "This is not an active device of yours.");
    }
    const signer = deviceSigner(keyring.device);
    const subject = this.#subject(person);
    const revoked = await makeEntry(
      {
        account: keyring.whose.account,
        device,
        network: keyring.whose.network,
        previous: head(this.#hands, subject),
        subject,
        time: Date.now(),
        type: "device.revoked",
      },
      signer,
    );
    await this.#append({
      signer,
      unlockKeys: person.unlock_keys,
      fresh: true,
      after: revoked,
      without: device,
    });
  }

  /** At the beginning of a stay: a new generation where nobody boxes to the present one, or it is 90 days old. */
  async renewWhereDue(): Promise<void> {
    if (this.#hands.register.holding) {
      return; // it is looked at again once the portal is whole
    }
    const person = self(this.#hands);
    if (isTainted(person) || (await this.#isOld(person))) {
      const signer = deviceSigner(this.#hands.keyring.device);
      await this.#append({ signer, unlockKeys: person.unlock_keys, fresh: true });
    }
  }

  /** Another browser of this person may have made a newer generation: opens what is boxed to this device. */
  async openNewGenerations(): Promise<void> {
    const { keyring, vault } = this.#hands;
    const person = self(this.#hands);
    if (person.reading_key === null || keyring.readings.has(person.generation)) {
      return;
    }
    const { statements, attachments } = await fetchOwnKeys(keyring.whose.account);
    const keys = [keyring.deviceBox];
    const found = await openReadings(keyring.whose, person, statements, attachments, keys, keyring.readings);
    for (const [generation, pair] of found) {
      keyring.readings.set(generation, pair);
    }
    await saveKeyring(vault, keyring);
  }

  async #isOld(person: AccountState): Promise<boolean> {
    const { statements } = await fetchOwnKeys(this.#hands.keyring.whose.account);
    const made = statements.filter(({ generation }) => generation === person.generation);
    const first = Math.min(...made.map(({ time }) => time));
    return made.length > 0 && Date.now() - first > RENEWED_AFTER;
  }

  /** One `account.keys`, with a fresh reading key or the present one, remembered before the server has it. */
  async #append(act: {
    signer: Signer;
    unlockKeys: readonly UnlockKey[];
    fresh: boolean;
    more?: Attachments;
    after?: Uint8Array;
    without?: string;
  }): Promise<void> {
    const { keyring, register, vault } = this.#hands;
    const person = self(this.#hands);
    const present = this.#present(person);
    const reading = act.fresh ? await boxKeyPair(randomBytes(32)) : present;
    const holder = act.without === undefined ? person : withoutDevice(person, act.without);
    const made = await makeKeys({
      whose: keyring.whose,
      holder,
      previous:
        act.after === undefined ? head(this.#hands, this.#subject(person)) : await entryHash(act.after),
      reading,
      previousReading: present,
      unlockKeys: act.unlockKeys,
      publicKeys: await this.#publicKeys(holder, act.unlockKeys, act.more),
      time: Date.now(),
      signer: act.signer,
    });
    const { generation } = made.said;
    const before = keyring.readings.get(generation);
    keyring.readings.set(generation, reading);
    await saveKeyring(vault, keyring);
    const attachments = new Map([...(act.more ?? []), ...made.attachments]);
    await keepOwnAttachments(vault, await entryHash(made.entry), made.said, attachments);
    try {
      const entries = act.after === undefined ? [made.entry] : [act.after, made.entry];
      await append(entries, attachments);
    } catch (error) {
      await register.catchUp().catch(() => undefined);
      if (head(this.#hands, this.#subject(person)) === (await entryHash(made.entry))) {
        return; // it is in force, and only the answer was lost: whoever hears that it failed would keep to the old
      }
      if (register.state.accounts.get(keyring.whose.account)?.reading_key !== reading.hash) {
        if (keyring.readings.get(generation) === reading) {
          this.#takeBack(generation, before); // and not what another act has put there since
        }
        await saveKeyring(vault, keyring);
      }
      throw error;
    }
    await register.catchUp();
  }

  #takeBack(generation: number, before: BoxKeyPair | undefined): void {
    const { readings } = this.#hands.keyring;
    if (before === undefined) {
      readings.delete(generation);
    } else {
      readings.set(generation, before);
    }
  }

  #present(person: AccountState): BoxKeyPair {
    const newest = newestReading(this.#hands.keyring.readings);
    const present = this.#hands.keyring.readings.get(person.generation) ?? newest?.pair;
    if (present === undefined || present.hash !== person.reading_key) {
      throw new CoreFailure("keys_missing", "Your present reading key is not in this browser yet.");
    }
    return present;
  }

  async #publicKeys(
    holder: AccountState,
    unlockKeys: readonly UnlockKey[],
    more: Attachments = new Map(),
  ): Promise<Map<string, Bytes>> {
    const { keyring, publicKeys } = this.#hands;
    const known = new Map<string, Bytes>([...more, [keyring.deviceBox.hash, keyring.deviceBox.publicKey]]);
    const active = Object.values(holder.devices).filter(({ active: isActive }) => isActive);
    const wanted = [...active.map(({ box_key }) => box_key), ...unlockKeys.map(({ key }) => key)];
    const missing = wanted.filter((hash) => !known.has(hash));
    return new Map([...known, ...(await publicKeys.all(missing))]);
  }

  #subject(person: AccountState): string {
    return accountSubject(this.#hands.keyring.whose.account, fromBase64(person.identity_key, 32));
  }

  #forget(): void {
    this.#offered?.secret.fill(0);
    this.#offered = null;
  }
}

/** Recovery codes and passkeys are counted apart. */
function nextSerial({ unlock_keys }: AccountState, kind: UnlockKey["kind"]): number {
  const serials = unlock_keys.filter((one) => one.kind === kind).map(({ serial }) => serial);
  return Math.max(0, ...serials) + 1;
}

function withoutDevice(person: AccountState, device: string): AccountState {
  const revoked = person.devices[device];
  return revoked === undefined
    ? person
    : { ...person, devices: { ...person.devices, [device]: { ...revoked, active: false } } };
}
