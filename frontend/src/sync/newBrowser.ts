/**
 * A new browser of the same person: the recovery code, or a touch of a passkey, opens the identity and the reading keys, each checked against the
 * Register, and a new device enters with keys boxed to it. Nothing depends on another device.
 */
import { type BoxKeyPair, boxKeyPair } from "../crypto/boxes";
import { type Bytes, fromBase64, randomBytes } from "../crypto/encoding";
import { enrolDevice, makeKeys, openIdentity, openReadings } from "../crypto/person";
import type { Position } from "../crypto/register";
import { DoesNotOpen } from "../crypto/seal";
import { seedSigner } from "../crypto/signing";
import { type AccountState, activeDevices, isTainted } from "../crypto/state";
import { accountSubject, entryHash } from "../crypto/statements";
import type { DeviceRecord, Vault } from "../vault";
import { AlarmRaised } from "./alarm";
import { append, fetchOwnKeys, type OwnStatements, PublicKeys } from "./beside";
import { bindAndUnlock } from "./binding";
import * as bookmark from "./bookmark";
import type { CoreError, Phase } from "./contract";
import { CoreFailure, toCoreError } from "./failure";
import { get } from "./http";
import { fetchEnrolment, isUnfinished, ownDevice } from "./invited";
import { type OwnBookmarkKey, readPendingKeys, savePendingKeys, storedKeys } from "./keyring";
import * as recoveryCode from "./recoveryCode";
import { RegisterSync, type RegisterView } from "./registerSync";
import { unlessRestoring } from "./restoration";
import { leaveOtherNetworks, otherNetworks, type Stay } from "./session";
import { putCarried } from "./storage";
import { notOne, type Opener, openerOf, refuseOld } from "./unlocking";
import * as wire from "./wire";

/** What this browser was before it had no keys. */
export interface Before {
  why: Extract<Phase, { name: "new_browser" }>["why"] | null;
  /** Messages that were not sent: gone for good, and those that wait. */
  lost: number;
  kept: number;
}

export interface NewBrowserOptions {
  vault: Vault;
  network: string;
  account: string;
  before: Before;
  show: (phase: Phase) => void;
  showRegister: (view: RegisterView) => void;
  /** The device is enrolled, the vault unlocked, the Register read, the identity at hand. */
  opened: (hand: {
    device: DeviceRecord;
    register: RegisterSync;
    identitySeed: Bytes;
    /** The device whose keys this browser has lost. */
    replaces: string | null;
  }) => Promise<void>;
}

export class NewBrowserStay implements Stay {
  readonly #options: NewBrowserOptions;
  #newest = { serial: 0, date: 0 };
  #handedOver = false;
  #busy = false;

  private constructor(options: NewBrowserOptions) {
    this.#options = options;
  }

  static async open(options: NewBrowserOptions): Promise<NewBrowserStay> {
    const stay = new NewBrowserStay(options);
    await stay.refresh();
    return stay;
  }

  get network(): string {
    return this.#options.network;
  }

  get account(): string {
    return this.#options.account;
  }

  endReason() {
    return "session_ended" as const;
  }

  close(): void {
    if (!this.#handedOver) {
      this.#options.vault.lock();
    }
  }

  async refresh(): Promise<boolean> {
    if (this.#busy) {
      return true;
    }
    const enrolment = await fetchEnrolment();
    if (enrolment !== null && isUnfinished(enrolment)) {
      return false; // new keys are given instead of opening the old ones
    }
    const { statements } = await fetchOwnKeys(this.account);
    const codes = statements.at(-1)?.unlock_keys.filter((unlock) => unlock.kind === "recovery_code") ?? [];
    for (const { serial, date } of codes) {
      if (serial >= this.#newest.serial) {
        this.#newest = { serial, date };
      }
    }
    await this.#show();
    return true;
  }

  async leaveOtherNetwork(): Promise<void> {
    await leaveOtherNetworks(this.network);
    await this.#show();
  }

  async #show(failure?: CoreError): Promise<void> {
    const other = await otherNetworks(this.network);
    const { why, lost, kept } = this.#options.before;
    this.#options.show({
      name: "new_browser",
      otherNetwork: other.length > 0,
      ...this.#newest,
      ...(why === null || why === undefined ? {} : { why }),
      ...(lost === 0 ? {} : { lostPending: lost }),
      ...(kept === 0 ? {} : { keptPending: kept }),
      ...(failure === undefined ? {} : { failure }),
    });
  }

  async openWithCode(text: string): Promise<void> {
    await this.#openBy("recovery_code", recoveryCode.read(text), null);
  }

  /** With what a passkey has derived; `credential` is its id. */
  openWithPasskey(secret: Bytes, credential: string): Promise<void> {
    return this.#openBy("passkey", secret, credential);
  }

  async #openBy(kind: Opener["kind"], secret: Bytes, credential: string | null): Promise<void> {
    if (this.#busy) {
      throw new CoreFailure("busy", "The keys are being opened already.");
    }
    this.#busy = true;
    try {
      const whose = { network: this.network, account: this.account };
      await this.#open(await openerOf(kind, secret, whose), credential);
    } catch (error) {
      if (!(error instanceof AlarmRaised)) {
        await this.#show(toCoreError(error));
      }
      throw error;
    } finally {
      this.#busy = false;
      secret.fill(0);
    }
  }

  async #open(opener: Opener, credential: string | null): Promise<void> {
    const whose = { network: this.network, account: this.account };
    const { unlock } = opener;
    const own = await fetchOwnKeys(this.account);
    this.#quickRefusal(own, opener);
    this.#options.show({ name: "opening", done: 0, total: 0 });
    const kept = await bookmark.openWith(opener, whose);
    const register = await this.#registerFrom(kept.position);
    await unlessRestoring(() => register.catchUp());
    const person = register.state.accounts.get(this.account);
    if (person === undefined || !person.active) {
      throw new CoreFailure("not_in_register", "The Register does not name you as an active person.");
    }
    const { serial } = refuseOld(person, own, opener);
    const identitySeed = await this.#identity(person, unlock, own, register);
    const readings = await openReadings(whose, person, own.statements, own.attachments, [unlock]);
    const bookmarkKey = await this.#bookmarkKey(opener, kept.key, serial, credential);
    const device =
      (await this.#enrolled(person)) ??
      (await this.#enrol(register, person, identitySeed, unlock, readings, bookmarkKey));
    await register.catchUp();
    const { vault } = this.#options;
    // What a device before this one has sealed nobody opens any more, and it must not be mixed with what comes.
    await vault.clearSealed();
    await bindAndUnlock(vault, device);
    await vault.bringUpToDate();
    const replaces = await putCarried(vault, device);
    await register.keepIn(vault);
    this.#handedOver = true;
    await this.#options.opened({ device, register, identitySeed, replaces });
  }

  /** From where this person's browsers have verified it, or else from its first entry. */
  #registerFrom(position: Position | null): Promise<RegisterSync> {
    const show = (view: RegisterView) => {
      this.#options.showRegister(view);
      if (view.replaying !== null) {
        this.#options.show({ name: "opening", ...view.replaying });
      }
    };
    return position === null
      ? RegisterSync.open(this.network, null, show)
      : RegisterSync.from(this.network, position, show);
  }

  /** The one that was opened, or a new one for the bookmarks from now on. */
  async #bookmarkKey(
    opener: Opener,
    opened: Bytes | null,
    serial: number,
    credential: string | null,
  ): Promise<OwnBookmarkKey> {
    if (opened !== null) {
      return { key: opened, toGive: null, forPasskeys: [] };
    }
    const whose = { network: this.network, account: this.account };
    const key = randomBytes(32);
    if (opener.kind === "recovery_code") {
      const toGive = await bookmark.sealedFor(opener.secret, whose, key, serial);
      return { key, toGive, forPasskeys: [] };
    }
    const listed = await get("/api/passkeys", wire.passkeys);
    const passkey = listed.find((one) => one.credential === credential);
    const sealed = passkey && [await bookmark.sealedForPasskey(opener, whose, key, passkey.id)];
    return { key, toGive: null, forPasskeys: sealed ?? [] };
  }

  /** Before the Register is read: what never was an unlock key of this account is wrong at once. */
  #quickRefusal({ statements }: OwnStatements, opener: Opener): void {
    const { hash } = opener.unlock;
    if (!statements.some((said) => said.unlock_keys.some(({ key }) => key === hash))) {
      throw notOne(opener);
    }
  }

  async #identity(
    person: AccountState,
    unlock: BoxKeyPair,
    { attachments }: OwnStatements,
    register: RegisterSync,
  ): Promise<Bytes> {
    const whose = { network: this.network, account: this.account };
    const named = person.unlock_keys.find(({ key }) => key === unlock.hash);
    if (named === undefined || !attachments.has(named.identity_box)) {
      // Absent is not the same as wrong: the server withholds what the Register names.
      throw new CoreFailure("keys_missing", "The server does not have the box that the Register names.");
    }
    try {
      return await openIdentity(whose, person, unlock, attachments);
    } catch (error) {
      if (error instanceof DoesNotOpen) {
        throw new AlarmRaised("identity_swapped", {
          ...whose,
          identity_key: person.identity_key,
          identity_box: named.identity_box,
          checkpoint: register.note,
        });
      }
      throw error;
    }
  }

  /** This browser's device where an attempt before this one came through: its keys wait here, and no others are made. */
  async #enrolled(person: AccountState): Promise<DeviceRecord | null> {
    const device = await this.#options.vault.device();
    const named = device && person.devices[device.deviceKey.id];
    if (device === undefined || named?.active !== true) {
      return null;
    }
    const made = await this.#made(device, person);
    return made?.deviceBox.hash === named.box_key ? device : null;
  }

  /** What an earlier attempt made for this device: it may come through at any moment, so that no other takes its place. */
  async #made(
    device: DeviceRecord,
    person: AccountState,
  ): Promise<{ deviceBox: BoxKeyPair; next: BoxKeyPair | null } | null> {
    const keys = await readPendingKeys(this.#options.vault, device);
    if (keys === undefined || keys.identityKey !== person.identity_key) {
      return null;
    }
    const next = keys.readings[String(person.generation + 1)];
    return {
      deviceBox: await boxKeyPair(fromBase64(keys.deviceBox, 32)),
      next: next === undefined ? null : await boxKeyPair(fromBase64(next, 32)),
    };
  }

  async #enrol(
    register: RegisterSync,
    person: AccountState,
    identitySeed: Bytes,
    unlock: BoxKeyPair,
    readings: Map<number, BoxKeyPair>,
    bookmarkKey: OwnBookmarkKey,
  ): Promise<DeviceRecord> {
    const { vault } = this.#options;
    const whose = { network: this.network, account: this.account };
    const identity = await seedSigner(identitySeed);
    const device = await ownDevice(vault);
    const made = await this.#made(device, person);
    const deviceBox = made?.deviceBox ?? (await boxKeyPair(randomBytes(32)));
    const subject = accountSubject(this.account, fromBase64(person.identity_key, 32));
    const time = Date.now();
    const enrolled = await enrolDevice({
      whose,
      identity,
      device: device.deviceKey,
      deviceBox,
      revokes: [],
      previous: register.state.heads.get(subject) ?? null,
      time,
    });
    const present = readings.get(person.generation) ?? null;
    const reading = await readingFor(person, present, made?.next ?? null);
    const others = activeDevices(person).map(({ box_key }) => box_key);
    const publicKeys = await new PublicKeys().all([...others, ...person.unlock_keys.map(({ key }) => key)]);
    const keys = await makeKeys({
      whose,
      holder: {
        ...person,
        devices: {
          ...person.devices,
          [device.deviceKey.id]: { active: true, box_key: deviceBox.hash, key: "" },
        },
      },
      previous: await entryHash(enrolled.entry),
      reading,
      previousReading: present,
      unlockKeys: person.unlock_keys,
      publicKeys: new Map([
        ...publicKeys,
        [deviceBox.hash, deviceBox.publicKey],
        [unlock.hash, unlock.publicKey],
      ]),
      time,
      signer: identity,
    });
    readings.set(keys.said.generation, reading);
    const stored = storedKeys(person.identity_key, deviceBox, readings, bookmarkKey);
    await savePendingKeys(vault, device, stored);
    await append([enrolled.entry, keys.entry], new Map([...enrolled.attachments, ...keys.attachments]));
    return device;
  }
}

/** The present reading key again, or a new one where nobody boxes to the present generation, or it does not open. */
async function readingFor(
  person: AccountState,
  present: BoxKeyPair | null,
  next: BoxKeyPair | null,
): Promise<BoxKeyPair> {
  if (present !== null && !isTainted(person)) {
    return present;
  }
  if (present === null && person.reading_key !== null) {
    throw new CoreFailure("reading_key_closed", "The newest reading key does not open with this.");
  }
  return next ?? boxKeyPair(randomBytes(32));
}
