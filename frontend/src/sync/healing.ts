/**
 * Puts right the storage under an open vault while the person goes on: what is damaged is fetched again, and a vault that
 * the browser emptied is filled again from what is still in memory. What cannot be put right is shown.
 */
import type { Change, DeviceRecord, VaultFailure } from "../vault";
import { AlarmRaised } from "./alarm";
import type { Snapshot } from "./contract";
import type { Conversations } from "./conversations/conversations";
import type { Drafts } from "./drafts";
import { CoreFailure } from "./failure";
import type { Hands } from "./hands";
import { get } from "./http";
import { saveKeyring } from "./keyring";
import type { SessionWatch, Stay } from "./session";
import type { SnapshotStore } from "./snapshot";
import {
  forgetConversation,
  forgetHead,
  incomplete,
  type Mended,
  mend,
  rememberedHeads,
  rememberHead,
  StorageStay,
  troubleOf,
} from "./storage";
import * as wire from "./wire";

type Notes = NonNullable<Snapshot["storage"]>;

/** When so much was put right in one go, the next failure is shown instead. */
const MOST_REPAIRED = 20;

export interface HealingOptions {
  readonly hands: Hands;
  readonly device: DeviceRecord;
  readonly conversations: () => Conversations;
  readonly drafts: () => Pick<Drafts, "keepAll">;
  readonly watch: SessionWatch;
  /** Whether the server is being completed after its database was put back. */
  readonly restoring: () => Promise<boolean>;
}

/** A stay with conversations on the screens of tabs. */
export interface Healed extends Stay {
  readonly hands: Hands;
  readonly conversations: Conversations;
}

export function note(snapshots: SnapshotStore, change: (notes: Notes) => Partial<Notes>): void {
  const notes = snapshots.current.storage ?? { full: false, repaired: 0, lostPending: 0 };
  const after = { ...notes, ...change(notes) };
  const empty = !after.full && after.repaired === 0 && after.lostPending === 0;
  snapshots.set({ storage: empty ? null : after });
}

export function noteMended(snapshots: SnapshotStore, what: Mended): void {
  note(snapshots, (notes) =>
    what === "lost" ? { lostPending: notes.lostPending + 1 } : { repaired: notes.repaired + 1 },
  );
}

export class Healing {
  readonly #options: HealingOptions;
  #running: Promise<boolean> | null = null;

  constructor(options: HealingOptions) {
    this.#options = options;
  }

  /** True when a stay goes on in whose vault what failed is put right. */
  failed(failure: VaultFailure): Promise<boolean> {
    this.#running ??= this.#heal(failure).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Whether there is room again, where there was none. */
  async tryWriting(): Promise<void> {
    const { vault, keyring, snapshots } = this.#options.hands;
    if (snapshots.current.storage?.full === true) {
      await saveKeyring(vault, keyring);
      note(snapshots, () => ({ full: false }));
    }
  }

  /** Looks for records that are simply gone. */
  async check(): Promise<void> {
    const { hands, conversations } = this.#options;
    const found = await incomplete(hands.vault, conversations().extents);
    if (found.length === 0) {
      return;
    }
    const heads = this.#heads();
    for (const id of found) {
      await forgetConversation(hands.vault, id, heads.get(id));
      noteMended(hands.snapshots, "fetched");
    }
    await this.#again();
  }

  /** What was forgotten here and came again must go on from where it was verified. */
  async compareHeads(): Promise<void> {
    const { hands, conversations } = this.#options;
    const held = conversations().held();
    for (const { id, sequence, head } of await rememberedHeads(hands.vault)) {
      const now = held[id] ?? 0;
      const same = now === 0 ? null : await conversations().headAt(id, sequence);
      const less = now > 0 && now < sequence;
      if (less && (await this.#options.restoring())) {
        continue;
      }
      if (less || (same !== null && same !== head)) {
        const { network } = hands.keyring.whose;
        throw new AlarmRaised("bad_history", {
          network,
          conversation: id,
          reason: "what the server gives again does not go on from what was verified here before",
          held: { sequence, head },
          given: { sequence: now, head: same },
        });
      }
      if (same === head) {
        await forgetHead(hands.vault, id);
      }
    }
  }

  /**
   * At the person's wish: what the server has is forgotten here and the newest of it fetched again; the rest waits until
   * it is wanted. Gives how many bytes lie here less than before.
   */
  async freeSpace(): Promise<number> {
    const { hands, conversations, watch } = this.#options;
    const { vault, snapshots } = hands;
    if (snapshots.current.connection !== "online") {
      throw new CoreFailure("offline", "What is forgotten here has to be fetched again.");
    }
    const before = await vault.weigh();
    const heads = this.#heads();
    for (const { id } of conversations().extents) {
      await forgetConversation(vault, id, heads.get(id));
    }
    await conversations().pauseHistory(true);
    await this.#again();
    const next = watch.stay;
    if (next === null || !isHealed(next)) {
      return 0;
    }
    await next.conversations.pull();
    note(snapshots, () => ({ full: false }));
    return Math.max(0, before - (await next.hands.vault.weigh()));
  }

  #heads(): Map<string, { sequence: number; head: string }> {
    return new Map(
      this.#options
        .conversations()
        .readable()
        .map(({ id, sequence, head }) => [id, { sequence, head }]),
    );
  }

  async #heal(failure: VaultFailure): Promise<boolean> {
    const { hands, watch } = this.#options;
    const { vault, snapshots } = hands;
    if (failure.kind === "full") {
      note(snapshots, () => ({ full: true }));
      return false;
    }
    const tooMuch = (snapshots.current.storage?.repaired ?? 0) >= MOST_REPAIRED;
    if (failure.kind === "wiped" && !tooMuch) {
      if (!(await this.#fill())) {
        return false;
      }
      noteMended(snapshots, "fetched");
      return this.#again();
    }
    const mended = tooMuch ? null : await mend(vault, failure, this.#heads()).catch(() => null);
    if (mended !== null) {
      noteMended(snapshots, mended);
      return this.#again();
    }
    const waiting = snapshots.current.waiting?.messages ?? 0;
    const trouble = await troubleOf(failure, vault);
    const { network, account } = hands.keyring.whose;
    const stay = new StorageStay({
      network,
      account,
      vault: null,
      device: null,
      // The keys of an open vault are in memory, and no repair of them is asked for: the page begins anew.
      trouble: { ...trouble, waiting: Math.max(waiting, trouble.waiting) },
      again: () => watch.again(),
    });
    watch.troubled(stay, stay.phase);
    return false;
  }

  /**
   * The browser emptied the vault while it was open: its keys, how far all was verified, and what was not sent are
   * still here. Not where the session is over as well: then somebody cleared this browser on purpose.
   */
  async #fill(): Promise<boolean> {
    const { hands, device, conversations, drafts, watch } = this.#options;
    const { vault, keyring, register } = hands;
    const session = await get("/api/session", wire.session);
    if (session.state !== "signed_in" || session.account?.id !== keyring.whose.account) {
      watch.ended();
      return false;
    }
    await vault.saveDevice(device);
    await vault.bringUpToDate();
    await saveKeyring(vault, keyring);
    await register.keepIn(vault);
    const { all } = conversations().outbox;
    await vault.write([
      ...all.map((one): Change => ({ store: "outbox", key: one.clientId, value: one })),
      ...[...this.#heads()].map(([id, head]) => rememberHead(id, head)),
    ]);
    await drafts().keepAll();
    return true;
  }

  /** The stay begins anew from what the vault holds now; every tab keeps the conversation that it shows. */
  async #again(): Promise<boolean> {
    const { conversations, watch } = this.#options;
    const wanted = conversations().wanted;
    await watch.again();
    const next = watch.stay;
    if (next === null || !isHealed(next)) {
      return false;
    }
    await Promise.all(
      [...wanted].map(([tab, id]) => next.conversations.open(id, tab).catch(() => undefined)),
    );
    return true;
  }
}

function isHealed(stay: Stay): stay is Healed {
  return "conversations" in stay;
}
