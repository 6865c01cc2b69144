/**
 * Puts the parts together behind the `Core` contract: every method goes to whoever is in charge of the present stay. All
 * tabs have the same core; only what they have open differs.
 */
import { newSlot } from "../crypto/drafts";
import { VaultFailure } from "../vault";
import { AlarmRaised } from "./alarm";
import { Arrival } from "./arrival";
import { repeatable } from "./channel";
import type { Core } from "./contract";
import { coreMethods } from "./contract";
import { EnrolmentStay } from "./enrolment";
import { CoreFailure } from "./failure";
import { FoundingStay } from "./founding";
import * as invited from "./invited";
import { NewBrowserStay } from "./newBrowser";
import { OpenStay } from "./opened";
import { changeRole, confirmPerson, removePerson } from "./peopleActs";
import { SessionWatch, type Stay } from "./session";
import type { SnapshotStore } from "./snapshot";
import { StorageStay } from "./storage";
import { checkGroup } from "./unlocking";

export interface Cores {
  /** The core as this tab sees it. */
  of(tab: string): Core;
  /** The tab is gone. */
  left(tab: string): void;
  /** Drops every key, at once. */
  close(): void;
}

export function createCores(snapshots: SnapshotStore): Cores {
  const watch: SessionWatch = new SessionWatch(snapshots, new Arrival(snapshots, () => watch));

  /** The present stay, if it is of the kind that the act needs. */
  function at<T extends Stay>(fits: (stay: Stay) => stay is T): T {
    const { stay } = watch;
    if (stay === null || !fits(stay)) {
      throw new CoreFailure("not_ready", "This is not possible where this browser stands now.");
    }
    return stay;
  }
  const open = () => at((stay): stay is OpenStay => stay instanceof OpenStay);
  const enrolling = () => at((stay): stay is EnrolmentStay => stay instanceof EnrolmentStay);
  const founding = () => at((stay): stay is FoundingStay => stay instanceof FoundingStay);
  const newBrowser = () => at((stay): stay is NewBrowserStay => stay instanceof NewBrowserStay);
  const conversations = () => open().conversations;

  const coreOf = (tab: string): Core => ({
    refresh: (unasked = false) => watch.refresh(!unasked),
    signOut: () => watch.signOut(),
    checkFreshness: () => open().checkFreshness(),

    openInvitation: async (fragment) => {
      const invitation = await invited.openInvitation(fragment);
      await watch.refresh();
      return invitation;
    },
    makeKeys: () => enrolling().makeKeys(),
    confirmRecoveryCode: (answers) => enrolling().confirmRecoveryCode(answers),

    offerFoundingKey: () => founding().offerKey(),
    signFounding: () => founding().sign(),

    checkGroup,
    openWithRecoveryCode: (code) => newBrowser().openWithCode(code),
    unlockIdentity: (code) => open().unlockIdentity(code),
    openWithPasskey: (secret, credential) => newBrowser().openWithPasskey(secret, credential),
    unlockWithPasskey: (secret) => open().unlockWithPasskey(secret),
    lockIdentity: async () => open().identity.close(),
    leaveOtherNetwork: () => newBrowser().leaveOtherNetwork(),
    repairStorage: () => at((stay): stay is StorageStay => stay instanceof StorageStay).repair(),
    freeSpace: async () => ({ bytes: await open().freeSpace() }),
    storageSeen: async () => snapshots.set({ storage: null }),

    replaceRecoveryCode: () => open().keyActs.replaceRecoveryCode(),
    confirmReplacement: (answers) => open().keyActs.confirmReplacement(answers),
    revokeDevice: (device) => open().keyActs.revokeDevice(device),
    addPasskey: (secret, passkey) => open().keyActs.addPasskey(secret, passkey),
    removeUnlockKey: (key) => open().keyActs.removeUnlockKey(key),

    startConversation: async (authorities, subject, text) => {
      const { drafts, conversations: all } = open();
      const id = await all.start(authorities, subject, text);
      await drafts.sent(newSlot, text);
      return id;
    },
    openConversation: (id, former) => conversations().open(id, tab, former),
    loadOlder: (id) => conversations().loadOlder(id, tab),
    loadNewer: (id) => conversations().loadNewer(id, tab),
    jumpTo: (id, place) => conversations().jumpTo(id, place, tab),
    pauseHistory: (paused) => conversations().pauseHistory(paused),
    send: async (id, text, clientId) => {
      const { drafts, conversations: all } = open();
      await all.send(id, text, clientId);
      await drafts.sent(id, text);
    },
    retry: (_, key) => conversations().outbox.retry(key),
    editPending: (_, key, text) => conversations().outbox.edit(key, text),
    discard: (_, key) => conversations().outbox.discard(key),
    saveDraft: (slot, draft, seen, now) => open().drafts.save(slot, draft, seen, now),
    markRead: (id, sequence) => conversations().markRead(id, sequence),
    typing: async (id) => conversations().typing(id),

    handOverOffers: (account) => conversations().handing.offers(account),
    handOver: (account, choices) => conversations().handing.handOver(account, choices),

    invite: (input) => open().invitations.invite(input),
    giveNewKeys: (account) => open().invitations.giveNewKeys(account),
    withdrawInvitation: (id) => open().invitations.withdraw(id),
    takeOverInvitation: (id) => open().invitations.takeOver(id),
    signInvitation: async (id, why = "") => {
      const { invitations, proposals } = open();
      await invitations.sign(id, why);
      if (snapshots.current.me?.role === "officer") {
        await proposals.publish(); // an officer's signature became the first of two
      }
    },
    proposeStanding: (authority, change, reason) =>
      open().proposals.proposeStanding(authority, change, reason),
    proposeLead: (account) => open().proposals.proposeLead(account),
    proposeRemoval: (account) => open().proposals.proposeRemoval(account),
    signProposal: (id, why = "") => open().proposals.sign(id, why),
    declineProposal: (id) => open().proposals.decline(id),
    removePerson: (account) => removePerson(open().hands, account),
    confirmPerson: (account) => confirmPerson(open().hands, account),
    resetSignIn: (account) => open().resets.ask(account),
    confirmReset: (id) => open().resets.confirm(id),
    withdrawReset: (id) => open().resets.withdraw(id),
    resetSeen: () => open().resets.seen(),
    changeRole: (account, role) => changeRole(open().hands, account, role),

    readApplication: (id) => open().admissions.read(id),
    proposeObserver: async (application, why) => {
      const { admissions, proposals } = open();
      await admissions.proposeObserver(application, why);
      await proposals.publish();
    },

    readCharter: (number) => open().charter.read(number),
    acceptCharter: (number, hash) => open().charter.accept(number, hash),
    charterDraft: () => open().charter.draft(),
    charterTemplate: () => open().charter.template(),
    saveCharterDraft: (draft, seen) => open().charter.save(draft, seen),
    discardCharterDraft: () => open().charter.discard(),
    publishCharter: (draft) => open().charter.publish(draft),
    remindOfCharter: (number) => open().charter.remind(number),

    readDirectory: () => open().directory.read(),
    signEntry: (subject, entry, seen) => open().directory.signEntry(subject, entry, seen),
    signProfile: (profile, seen) => open().directory.signProfile(profile, seen),
    entryHistory: (subject) => open().directory.history(subject),
    entryDraft: (subject) => open().directory.draft(subject),
    keepEntryDraft: (subject, draft) => open().directory.keepDraft(subject, draft),
  });
  const cores = new Map<string, Core>();
  return {
    of: (tab) => {
      const core = cores.get(tab) ?? guarded(coreOf(tab), watch, snapshots);
      cores.set(tab, core);
      return core;
    },
    left: (tab) => {
      cores.delete(tab);
      if (watch.stay instanceof OpenStay) {
        watch.stay.conversations.left(tab);
      }
    },
    close: () => watch.close(),
  };
}

/** While there is an alarm nothing is done but looking again; whatever raises one ends the stay. */
function guarded(core: Core, watch: SessionWatch, snapshots: SnapshotStore): Core {
  const guard = (method: keyof Core) => {
    const run = core[method] as (...given: unknown[]) => Promise<unknown>;
    return async (...given: unknown[]) => {
      if (snapshots.current.phase.name === "alarm" && method !== "signOut" && method !== "refresh") {
        throw new CoreFailure("alarm", "The core refuses to talk.");
      }
      if (method !== "refresh" && method !== "signOut") {
        await watch.settled();
      }
      try {
        return await withStorage(() => run(...given), method, watch);
      } catch (error) {
        if (error instanceof AlarmRaised) {
          watch.alarm(error);
          throw new CoreFailure("alarm", "The core refuses to talk.");
        }
        if (error instanceof VaultFailure) {
          throw new CoreFailure(error.kind === "full" ? "storage_full" : "storage_failed", error.message);
        }
        throw error;
      }
    };
  };
  return Object.fromEntries(coreMethods.map((method) => [method, guard(method)])) as unknown as Core;
}

/** Once more where storage failed and could be put right, if that comes to the same. */
async function withStorage<T>(run: () => Promise<T>, method: keyof Core, watch: SessionWatch): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const right = error instanceof VaultFailure && (await watch.stay?.storageFailed?.(error));
    if (right !== true || !repeatable.has(method)) {
      throw error;
    }
    return run();
  }
}
