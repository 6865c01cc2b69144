/** What a person meets who signs in on this browser: founding, enrolment, a new browser, or their open vault. */
import { type DeviceRecord, Vault, VaultFailure } from "../vault";
import { AlarmRaised } from "./alarm";
import { bindAndUnlock } from "./binding";
import { EnrolmentStay } from "./enrolment";
import { adoptFounding, FoundingStay, forgetFounding, foundingSeed } from "./founding";
import { Problem } from "./http";
import { fetchEnrolment, invitedPhase, ownDevice } from "./invited";
import { NewBrowserStay } from "./newBrowser";
import { OpenStay } from "./opened";
import type { Arrivals, SessionWatch, Stay } from "./session";
import type { SnapshotStore } from "./snapshot";
import type * as wire from "./wire";

export class Arrival implements Arrivals {
  readonly #snapshots: SnapshotStore;
  readonly #watch: () => SessionWatch;

  constructor(snapshots: SnapshotStore, watch: () => SessionWatch) {
    this.#snapshots = snapshots;
    this.#watch = watch;
  }

  invited() {
    return invitedPhase();
  }

  async arrive(session: wire.Session & { account: { id: string } }): Promise<Stay> {
    const account = session.account.id;
    const network = session.network.id;
    try {
      return network === null ? await this.#found(account) : await this.#open(network, account);
    } catch (error) {
      if (error instanceof VaultFailure) {
        throw new AlarmRaised("storage_failed", { network, account, failure: error.message });
      }
      throw error;
    }
  }

  #found(account: string): Promise<Stay> {
    this.#snapshots.set({ phase: { name: "enrolling", step: "founding" } });
    return FoundingStay.open({
      account,
      show: (founding) => this.#snapshots.set({ founding }),
      look: () => this.#watch().refresh(),
    });
  }

  async #open(network: string, account: string): Promise<Stay> {
    const vault = await Vault.open(network, account);
    try {
      return await this.#openWith(vault, network, account);
    } catch (error) {
      vault.lock();
      throw error;
    }
  }

  async #openWith(vault: Vault, network: string, account: string): Promise<Stay> {
    const device = await vault.device();
    if (device !== undefined) {
      const bound = await bind(vault, device);
      if (bound === "bound") {
        await forgetFounding(vault);
        return this.#ready(vault, device);
      }
      if (bound === "device_revoked") {
        // Its vault half is never released again: what lies here is unreadable and goes.
        await vault.clear();
      }
    }
    const seed = (await foundingSeed(vault)) ?? (await adoptFounding(vault));
    const enrolment = await fetchEnrolment();
    const own = (await vault.device()) ?? null;
    const unfinished = enrolment !== null && (enrolment.step === "keys" || enrolment.step === "waiting");
    if (own !== null && (seed !== undefined || unfinished)) {
      return this.#enrol(vault, own, enrolment, seed ?? null);
    }
    if (unfinished) {
      // Signed in on another browser than the one where the link was opened: the keys are made here.
      return this.#enrol(vault, await ownDevice(vault), enrolment, null);
    }
    return NewBrowserStay.open({
      vault,
      network,
      account,
      show: (phase) => this.#snapshots.set({ phase }),
      showRegister: (register) => this.#snapshots.set({ register }),
      opened: async ({ device: enrolled, register, identitySeed }) => {
        const stay = await OpenStay.open({
          vault,
          device: enrolled,
          register,
          snapshots: this.#snapshots,
          watch: this.#watch(),
        });
        this.#watch().succeed(stay);
        stay.identity.open(identitySeed);
        identitySeed.fill(0);
      },
    });
  }

  #ready(vault: Vault, device: DeviceRecord): Promise<Stay> {
    return OpenStay.open({
      vault,
      device,
      register: null,
      snapshots: this.#snapshots,
      watch: this.#watch(),
    });
  }

  #enrol(
    vault: Vault,
    device: DeviceRecord,
    enrolment: wire.Enrolment | null,
    seed: Uint8Array<ArrayBuffer> | null,
  ): Stay {
    return new EnrolmentStay(
      {
        vault,
        device,
        network: vault.network,
        account: vault.account,
        foundingSeed: seed,
        step: (step, codeToCompare) =>
          this.#snapshots.set({
            phase: { name: "enrolling", step, ...(codeToCompare === null ? {} : { codeToCompare }) },
          }),
        look: () => this.#watch().refresh(),
        arrived: () => this.#watch().again(),
      },
      seed === null ? enrolment : null,
    );
  }
}

/** Unknown and revoked are answers; everything else is a failure, after which nothing is made anew. */
async function bind(
  vault: Vault,
  device: DeviceRecord,
): Promise<"bound" | "device_unknown" | "device_revoked"> {
  try {
    await bindAndUnlock(vault, device);
    return "bound";
  } catch (error) {
    if (error instanceof Problem && (error.code === "device_unknown" || error.code === "device_revoked")) {
      return error.code;
    }
    throw error;
  }
}
