/**
 * Makes the keys of a person who comes in. Until they are sent they exist only here and can be made anew; from then on
 * what this browser needs of them is kept, so that a reload loses nothing.
 */
import * as v from "valibot";
import { type Bytes, fromBase64, randomBytes, toBase64 } from "../crypto/encoding";
import { codeToCompare, inviteeMac, inviterMac, macMatches } from "../crypto/invitation";
import { makePerson, type NewPerson } from "../crypto/person";
import type { DeviceRecord, Vault } from "../vault";
import { AlarmRaised } from "./alarm";
import { append, asAttachments, asEnvelope } from "./beside";
import { sealedFor } from "./bookmark";
import type { EnrolmentStep, RecoveryCode } from "./contract";
import { CoreFailure } from "./failure";
import { post } from "./http";
import { fetchEnrolment, forgetInvitation, invitationSecret, isUnfinished } from "./invited";
import { readPendingKeys, savePendingKeys, storedKeys } from "./keyring";
import * as recoveryCode from "./recoveryCode";
import { RegisterSync } from "./registerSync";
import { unlessRestoring } from "./restoration";
import { otherNetworks, type Stay } from "./session";
import type * as wire from "./wire";

/** How often an invitee's browser looks whether the inviter has signed. */
const LOOK_EVERY = 5_000;

interface Made {
  code: recoveryCode.NewCode;
  person: NewPerson;
  /** Of the new reading key. */
  generation: number;
  /** The identity key that the Register names until the new one is signed for; null for somebody who comes in. */
  former: string | null;
}

/** What a person reached under keys that they lost. */
const FORMER = "former";
const formerSchema = v.object({ identityKey: v.nullable(v.string()) });

export interface EnrolmentOptions {
  vault: Vault;
  device: DeviceRecord;
  network: string;
  account: string;
  /** The identity with which a founding officer signed; others make theirs now. */
  foundingSeed: Bytes | null;
  step: (step: EnrolmentStep, codeToCompare: string | null) => void;
  /** Time to look whether the inviter has signed. */
  look: () => Promise<void>;
  /** The keys are in the Register: this stay is over, the next one opens the vault. */
  arrived: () => Promise<void>;
}

export class EnrolmentStay implements Stay {
  readonly #options: EnrolmentOptions;
  #made: Made | null = null;
  #code: string | null = null;
  #looking: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(options: EnrolmentOptions, enrolment: wire.Enrolment | null) {
    this.#options = options;
    this.#show(enrolment);
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
    this.#closed = true;
    this.#made = null;
    this.#options.foundingSeed?.fill(0);
    this.#options.vault.lock();
    if (this.#looking !== null) {
      clearTimeout(this.#looking);
    }
  }

  async refresh(): Promise<boolean> {
    if (this.#made === null && this.#options.foundingSeed === null) {
      const enrolment = await fetchEnrolment();
      if (enrolment === null || enrolment.step === "done") {
        await this.#checkOwnIdentity();
        return false;
      }
      this.#show(enrolment);
    }
    return true;
  }

  async makeKeys(): Promise<RecoveryCode> {
    const { network, account, device, foundingSeed } = this.#options;
    let reached = { generation: 0, serial: 0, former: null as string | null };
    if (foundingSeed === null) {
      const enrolment = await fetchEnrolment();
      if (enrolment === null || !isUnfinished(enrolment)) {
        throw new CoreFailure("wrong_step", "The keys of this person cannot be made now.");
      }
      await this.#authenticateNetwork(enrolment.attestation);
      if (enrolment.kind === "rekey") {
        reached = await this.#reached();
      }
    }
    const time = Date.now();
    const code = recoveryCode.newCode(reached.serial + 1, time);
    const identitySeed = foundingSeed ?? randomBytes(32);
    const person = await makePerson({
      whose: { network, account },
      identitySeed,
      device: device.deviceKey,
      code: code.secret,
      time,
      generation: reached.generation,
      serial: reached.serial + 1,
    });
    if (foundingSeed === null) {
      identitySeed.fill(0); // from here on it lies in its box alone
    }
    this.#made = { code, person, generation: reached.generation + 1, former: reached.former };
    this.#options.step("recovery_code", null);
    return code.shown;
  }

  async confirmRecoveryCode(answers: { readonly [group: number]: string }): Promise<void> {
    const made = this.#made;
    if (made === null) {
      throw new CoreFailure("wrong_step", "The recovery code has to be made again.");
    }
    recoveryCode.confirm(made.code, answers);
    await this.#keep(made);
    if (this.#options.foundingSeed === null) {
      await this.#send(made.person);
    } else {
      await append(made.person.entries, made.person.attachments);
    }
    this.#forgetMade();
    if (this.#options.foundingSeed === null) {
      this.#wait();
    } else {
      await this.#options.arrived();
    }
  }

  /** Where somebody with new keys goes on: the generation and the recovery code that they had. */
  async #reached(): Promise<{ generation: number; serial: number; former: string }> {
    const register = await RegisterSync.open(this.network, null, () => undefined);
    await register.catchUp();
    const person = register.state.accounts.get(this.account);
    if (person === undefined || !person.active) {
      throw new CoreFailure("not_in_register", "The Register does not name you as an active person.");
    }
    const codes = person.unlock_keys.filter(({ kind }) => kind === "recovery_code");
    const serial = Math.max(0, ...codes.map((one) => one.serial));
    return { generation: person.generation, serial, former: person.identity_key };
  }

  #forgetMade(): void {
    this.#made?.code.secret.fill(0);
    this.#made = null;
  }

  async #keep({ code, person, generation, former }: Made): Promise<void> {
    const { vault, device, network, account } = this.#options;
    const { identityKey, deviceBox, reading } = person;
    const key = randomBytes(32);
    const toGive = await sealedFor(code.secret, { network, account }, key, code.shown.serial);
    const keys = storedKeys(toBase64(identityKey), deviceBox, [[generation, reading]], {
      key,
      toGive,
      forPasskeys: [],
    });
    await vault.writePending(device.localKey, FORMER, { identityKey: former });
    await savePendingKeys(vault, device, keys);
  }

  async #send({ identityKey, entries, attachments }: NewPerson): Promise<void> {
    const { vault, device, network, account } = this.#options;
    const secret = await invitationSecret(vault, device);
    const mac =
      secret === undefined
        ? null
        : toBase64(await inviteeMac(fromBase64(secret, 16), { network, account }, identityKey));
    await post("/api/enrolment/keys", {
      identity_key: toBase64(identityKey),
      mac,
      statements: entries.map(asEnvelope),
      attachments: asAttachments(attachments),
    });
  }

  /** The inviter's word, made with the secret that no server sees, must be about this network and its log. */
  async #authenticateNetwork(attestation: wire.Enrolment["attestation"]): Promise<void> {
    const { vault, device, network } = this.#options;
    const secret = await invitationSecret(vault, device);
    if (secret === undefined) {
      // Both sides compare a code instead. Not where this address has served another network before: then the secret,
      // or this person's own vault, may lie with that one, and this one may have been put in its place.
      const others = await otherNetworks(network);
      if (others.length > 0) {
        throw new AlarmRaised("identity_swapped", { network, others, reason: "another network than before" });
      }
      return;
    }
    if (attestation === null) {
      throw new AlarmRaised("identity_swapped", { network, reason: "no word of the inviter" });
    }
    const { checkpoint } = attestation;
    const expected = await inviterMac(fromBase64(secret, 16), attestation.network, checkpoint);
    const good = attestation.network === network && macMatches(expected, fromBase64(attestation.mac));
    if (!good) {
      throw new AlarmRaised("identity_swapped", {
        network,
        attestation,
        reason: "not the network of the inviter",
      });
    }
    const register = await RegisterSync.open(network, null, () => undefined);
    await register.catchUp();
    const { size, root } = checkpoint;
    await unlessRestoring(() => register.require(size, root, "attested by the inviter"));
  }

  /** What was signed for this person must be the key that this browser made. */
  async #checkOwnIdentity(): Promise<void> {
    const { vault, device, network, account } = this.#options;
    const keys = await readPendingKeys(vault, device);
    if (keys === undefined) {
      return;
    }
    const register = await RegisterSync.open(network, null, () => undefined);
    await register.catchUp();
    const entered = register.state.accounts.get(account)?.identity_key;
    const former = await vault.readPending(device.localKey, FORMER, formerSchema);
    const nothingSigned = entered === (former?.identityKey ?? undefined);
    if (entered !== undefined && entered !== keys.identityKey && !nothingSigned) {
      throw new AlarmRaised("identity_swapped", {
        network,
        account,
        made: keys.identityKey,
        entered,
        checkpoint: register.note,
      });
    }
    await forgetInvitation(vault);
    await vault.dropPending(FORMER);
  }

  #show(enrolment: wire.Enrolment | null): void {
    if (enrolment?.step === "waiting") {
      this.#wait();
    } else {
      this.#options.step("keys", null);
    }
  }

  #wait(): void {
    this.#options.step("waiting", this.#code);
    this.#lookLater();
    if (this.#code === null) {
      void this.#findCode().catch(() => undefined); // the page waits as well without it
    }
  }

  /** What the inviter sees of this person's identity key; known only in the browser that made it. */
  async #findCode(): Promise<void> {
    const { vault, device, network } = this.#options;
    const keys = await readPendingKeys(vault, device);
    if (keys !== undefined && !this.#closed) {
      this.#code = (await codeToCompare(network, fromBase64(keys.identityKey, 32))).join(" ");
      this.#options.step("waiting", this.#code);
    }
  }

  #lookLater(): void {
    if (this.#looking !== null || this.#closed) {
      return;
    }
    this.#looking = setTimeout(() => {
      this.#looking = null;
      this.#options
        .look()
        .catch(() => undefined) // the next look may reach the server
        .finally(() => {
          if (this.#made === null) {
            this.#lookLater();
          }
        });
    }, LOOK_EVERY);
  }
}
