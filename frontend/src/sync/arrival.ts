/** What a person meets who signs in on this browser: founding, enrolment, a new browser, or their open vault. */
import { type DeviceRecord, Vault, VaultFailure } from "../vault";
import { bindAndUnlock } from "./binding";
import { EnrolmentStay } from "./enrolment";
import { adoptFounding, FoundingStay, forgetFounding, foundingSeed } from "./founding";
import { noteMended } from "./healing";
import { Problem } from "./http";
import { fetchEnrolment, invitedPhase, ownDevice } from "./invited";
import { type Before, NewBrowserStay } from "./newBrowser";
import { OpenStay } from "./opened";
import { showRestoring } from "./restoration";
import type { Arrivals, SessionWatch, Stay } from "./session";
import type { SnapshotStore } from "./snapshot";
import { mending, putCarried, readCarried, StorageStay, troubleOf } from "./storage";
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
    if (network !== null) {
      return this.#open(network, account, session.device !== null);
    }
    try {
      return await this.#found(account);
    } catch (error) {
      return this.#troubled(error, { network, account, vault: null });
    }
  }

  /** Whatever else the failure is, it is not that nothing is there. */
  async #troubled(
    error: unknown,
    { network, account, vault }: { network: string | null; account: string; vault: Vault | null },
  ): Promise<Stay> {
    if (!(error instanceof VaultFailure)) {
      vault?.lock();
      throw error;
    }
    const trouble = await troubleOf(error, vault);
    const device = (await vault?.device().catch(() => undefined)) ?? null;
    if (trouble.kind !== "keys") {
      vault?.lock();
    }
    const stay = new StorageStay({
      network,
      account,
      vault,
      device,
      trouble,
      again: () => this.#watch().again(),
    });
    this.#snapshots.set({ phase: stay.phase });
    return stay;
  }

  #found(account: string): Promise<Stay> {
    this.#snapshots.set({ phase: { name: "enrolling", step: "founding" } });
    return FoundingStay.open({
      account,
      show: (founding) => this.#snapshots.set({ founding }),
      look: () => this.#watch().refresh(),
    });
  }

  /** `wasBound`: the server says that this session belongs to a device. */
  async #open(network: string, account: string, wasBound: boolean): Promise<Stay> {
    let vault: Vault | null = null;
    try {
      vault = await Vault.open(network, account);
      return await this.#openWith(vault, network, account, wasBound);
    } catch (error) {
      return this.#troubled(error, { network, account, vault });
    }
  }

  async #openWith(vault: Vault, network: string, account: string, wasBound: boolean): Promise<Stay> {
    const device = await vault.device();
    let before: Before = { why: null, lost: 0, kept: 0 };
    if (device !== undefined) {
      const bound = await bind(vault, device);
      if (bound === "bound") {
        return this.#bound(vault, device);
      }
      before = await whatWas(vault, device, bound);
      if (bound === "device_revoked") {
        // Its vault half is never released again: what lies here is unreadable and goes.
        await vault.clear();
      }
    } else {
      const lost = (await vault.keys("outbox")).length;
      const left = lost + (await vault.keys("records")).length;
      before = { why: wasBound || left > 0 ? "vanished" : null, lost, kept: 0 };
    }
    void showRestoring(this.#snapshots);
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
      before,
      show: (phase) => this.#snapshots.set({ phase }),
      showRegister: (register) => this.#snapshots.set({ register }),
      opened: async ({ device: enrolled, register, identitySeed, replaces }) => {
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
        revokeReplaced(stay, replaces);
      },
    });
  }

  /** The vault is unlocked: opens it, and puts right what single records have suffered. */
  #bound(vault: Vault, device: DeviceRecord): Promise<Stay> {
    const open = async () => {
      await vault.bringUpToDate();
      const replaces = await putCarried(vault, device);
      await forgetFounding(vault);
      const stay = await this.#ready(vault, device);
      revokeReplaced(stay, replaces);
      return stay;
    };
    return mending(vault, open, (what) => noteMended(this.#snapshots, what));
  }

  #ready(vault: Vault, device: DeviceRecord): Promise<OpenStay> {
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

/** What becomes of a vault whose device the server does not let in. */
async function whatWas(
  vault: Vault,
  device: DeviceRecord,
  refused: "device_unknown" | "device_revoked",
): Promise<Before> {
  const lost = (await vault.keys("outbox")).length;
  if (refused === "device_revoked") {
    return { why: "revoked", lost, kept: 0 };
  }
  const carried = await readCarried(vault, device);
  if (carried !== undefined) {
    const kept = carried.changes.filter(({ store }) => store === "outbox").length;
    return { why: "damaged", lost: 0, kept };
  }
  // A device that never was one has sealed nothing.
  const left = lost + (await vault.keys("records")).length;
  return { why: left > 0 ? "unknown" : null, lost, kept: 0 };
}

/** Nobody has the keys of the device in whose place this one came. It stands in the list of keys until it is revoked. */
function revokeReplaced(stay: OpenStay, replaces: string | null): void {
  if (replaces !== null) {
    void stay.keyActs.revokeDevice(replaces).catch(() => undefined);
  }
}
