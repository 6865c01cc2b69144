/** A person's open vault: everything that runs while they are signed in on a browser that is set up. */
import { isTainted } from "../crypto/state";
import { type DeviceRecord, type Vault, VaultFailure, VaultLocked } from "../vault";
import { Admissions } from "./admission";
import { AlarmRaised } from "./alarm";
import { PublicKeys } from "./beside";
import { BookmarkWriter, openWithKey } from "./bookmark";
import { CharterSync } from "./charter";
import { Conversations } from "./conversations/conversations";
import { pruneRaw } from "./conversations/raw";
import { DirectorySync } from "./directory";
import { Drafts } from "./drafts";
import { CoreFailure, isOurs } from "./failure";
import type { Hands } from "./hands";
import { Healing } from "./healing";
import { onRestoring, Problem, RESTORING } from "./http";
import { IdentityLock } from "./identityLock";
import { Invitations } from "./invitations";
import { KeyActs } from "./keyActs";
import { type Keyring, loadKeyring, wipe } from "./keyring";
import { fetchOwnAttachments } from "./ownAttachments";
import { checkOwnIdentity } from "./ownIdentity";
import { People } from "./people";
import { Proposals } from "./proposals";
import * as recoveryCode from "./recoveryCode";
import { RegisterSync, type RegisterView } from "./registerSync";
import { Resets } from "./resets";
import { Restoration } from "./restoration";
import type { EndReason, SessionWatch, Stay } from "./session";
import { Sightings } from "./sightings";
import type { SnapshotStore } from "./snapshot";
import { Socket } from "./socket";
import { identityFrom, type Opener } from "./unlocking";
import type { Frame } from "./wire";

export interface OpenOptions {
  vault: Vault;
  device: DeviceRecord;
  /** Read already where this browser was set up a moment ago. */
  register: RegisterSync | null;
  snapshots: SnapshotStore;
  watch: SessionWatch;
}

const AGAIN_AFTER = 5_000;
/** The task of whatever the line brings. */
const FRAME = "frame";
const MINUTE = 60_000;

function offlinePasses(error: unknown): void {
  if (!(error instanceof Problem)) {
    throw error;
  }
}

export class OpenStay implements Stay {
  readonly hands: Hands;
  readonly identity: IdentityLock;
  readonly keyActs: KeyActs;
  readonly invitations: Invitations;
  readonly proposals: Proposals;
  readonly resets: Resets;
  readonly charter: CharterSync;
  readonly admissions: Admissions;
  readonly directory: DirectorySync;
  readonly conversations: Conversations;
  readonly drafts: Drafts;
  readonly #sightings: Sightings;
  readonly #people: People;
  readonly #bookmark: BookmarkWriter;
  readonly #watch: SessionWatch;
  readonly #healing: Healing;
  readonly #restoration: Restoration;
  /** Stops listening to refusals. */
  readonly #deaf: () => void;
  #socket: Socket | null = null;
  /** What was held when the present line was opened. */
  #greetedWith: Record<string, number> = {};
  #again: ReturnType<typeof setTimeout> | null = null;
  #minutes: ReturnType<typeof setInterval> | null = null;
  #closed = false;

  private constructor(hands: Hands, watch: SessionWatch, device: DeviceRecord) {
    this.hands = hands;
    this.identity = hands.identity;
    this.#watch = watch;
    this.keyActs = new KeyActs(hands);
    this.admissions = new Admissions(hands);
    this.invitations = new Invitations(hands, this.admissions);
    this.proposals = new Proposals(hands, this.admissions);
    this.resets = new Resets(hands);
    this.charter = new CharterSync(hands);
    this.directory = new DirectorySync(hands);
    this.#bookmark = new BookmarkWriter(hands);
    this.#people = new People(hands.register, hands.vault, this.account, (view) => {
      if (!this.#closed) {
        hands.snapshots.set(view);
      }
    });
    this.drafts = new Drafts(hands, this.keyActs);
    this.#sightings = new Sightings(hands, {
      held: () => this.conversations.readable(),
      headAt: (id, sequence) => this.conversations.headAt(id, sequence),
      pull: () => this.conversations.pull(),
    });
    this.conversations = new Conversations({
      hands,
      taken: (items) => this.#sightings.taken(items),
      keyActs: this.keyActs,
      socket: () => this.#socket,
      alarm: (raised) => watch.alarm(raised),
      failed: (failure) => this.#inBackground(() => Promise.reject(failure), "storage"),
      judgeLess: (less) => this.#restoration.judgeConversations(less),
    });
    const [conversations, drafts] = [() => this.conversations, () => this.drafts];
    this.#restoration = new Restoration({
      hands,
      conversations,
      officer: () => this.#isOfficer,
      soon: (task) => this.#inBackground(task, "restoration"),
      whole: () => this.#inBackground(() => this.#level(), "level"),
    });
    this.#deaf = onRestoring(() => this.#restoration.refused());
    const restoring = () => this.#restoration.look();
    this.#healing = new Healing({ hands, device, watch, conversations, drafts, restoring });
  }

  static async open(options: OpenOptions): Promise<OpenStay> {
    const { vault, device, snapshots, watch } = options;
    const keyring = await loadKeyring(vault, device);
    const show = (register: RegisterSync["view"]) => snapshots.set({ register });
    const register = options.register ?? (await registerOf(vault, keyring, show));
    register.showTo(show);
    const identity = new IdentityLock((identityUnlockedUntil) => snapshots.set({ identityUnlockedUntil }));
    const publicKeys = new PublicKeys();
    const stay = new OpenStay({ vault, keyring, register, identity, publicKeys, snapshots }, watch, device);
    await stay.#start();
    return stay;
  }

  get network(): string {
    return this.hands.keyring.whose.network;
  }

  get account(): string {
    return this.hands.keyring.whose.account;
  }

  get device(): string {
    return this.hands.keyring.device.id;
  }

  get waiting(): number {
    return this.conversations.outbox.waiting?.messages ?? 0;
  }

  async refresh(): Promise<boolean> {
    return true;
  }

  async storageFailed(failure: VaultFailure): Promise<boolean> {
    if (this.#closed) {
      return false;
    }
    const right = await this.#healing.failed(failure);
    if (!right && !this.#closed) {
      this.#later();
    }
    return right;
  }

  /** At the person's wish; how many bytes lie here less. */
  freeSpace(): Promise<number> {
    return this.#healing.freeSpace();
  }

  endReason(): EndReason {
    const person = this.hands.register.state.accounts.get(this.account);
    if (person?.active === false) {
      return "removed";
    }
    const active = person?.devices[this.hands.keyring.device.id]?.active;
    return active === false ? "device_revoked" : "session_ended";
  }

  close(): void {
    this.#closed = true;
    if (this.#again !== null) {
      clearTimeout(this.#again);
    }
    if (this.#minutes !== null) {
      clearInterval(this.#minutes);
    }
    this.#deaf();
    this.#restoration.close();
    this.#sightings.close();
    this.identity.close();
    this.#bookmark.close();
    this.#socket?.close();
    this.#socket = null;
    this.conversations.close();
    this.drafts.close();
    this.hands.vault.lock();
    wipe(this.hands.keyring);
  }

  async unlockIdentity(code: string): Promise<void> {
    await this.#unlock("recovery_code", recoveryCode.read(code));
  }

  async unlockWithPasskey(secret: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#unlock("passkey", secret);
  }

  async #unlock(kind: Opener["kind"], secret: Uint8Array<ArrayBuffer>): Promise<void> {
    const seed = await identityFrom(kind, secret, this.hands.register, this.account);
    this.identity.open(seed);
    seed.fill(0);
  }

  get #isOfficer(): boolean {
    return this.hands.register.state.accounts.get(this.account)?.role === "officer";
  }

  async #start(): Promise<void> {
    const { register, snapshots } = this.hands;
    const { session } = snapshots.current;
    if (session !== null) {
      snapshots.set({ session: { ...session, device: this.device } });
    }
    const first = register.size === 0 || this.#watch.cautious;
    if (first) {
      snapshots.set({ phase: { name: "opening", done: 0, total: 0 } });
      register.showTo((view) => {
        snapshots.set({ register: view });
        if (view.replaying !== null) {
          snapshots.set({ phase: { name: "opening", ...view.replaying } });
        }
      });
      await register.catchUp();
      register.showTo((view) => snapshots.set({ register: view }));
    }
    checkOwnIdentity(this.hands);
    await this.#sightings.load();
    await this.conversations.load();
    await this.drafts.load();
    if (this.#watch.cautious && !this.#isOfficer) {
      await this.#restoration.look().catch(offlinePasses);
      await this.#pull();
      await this.#sightings.compare(true);
    }
    await this.#people.load();
    register.onGrown(() => this.#registerGrown());
    if (this.#isOfficer) {
      snapshots.setLoaded("conversations", true); // officers have none
    }
    snapshots.set({ phase: { name: "ready" } });
    this.#minutes = setInterval(() => this.#inBackground(() => this.#eachMinute(), "minute"), MINUTE);
    this.#connect();
    this.#inBackground(() => this.#catchUp(first), "start");
    this.#inBackground(() => pruneRaw(this.hands.vault, Date.now()), "pruning");
  }

  /** After the first sight of what the vault holds: what the server has beyond it. */
  async #catchUp(fresh: boolean): Promise<void> {
    if (!fresh) {
      await this.hands.register.catchUp();
      checkOwnIdentity(this.hands);
    }
    await Promise.all([
      this.#people.fetchNames(),
      this.keyActs.openNewGenerations(),
      // Not only once the socket stands: on a slow line that is some seconds later.
      this.#isOfficer ? undefined : this.#pull(),
    ]);
    this.#bookmark.soon();
    await this.#fetchWaiting();
    await this.keyActs.renewWhereDue();
    await fetchOwnAttachments(this.hands);
    await this.#healing.compareHeads();
    await this.#healing.check();
  }

  #connect(): void {
    const { origin } = globalThis.location;
    this.#socket = new Socket(
      {
        held: () => {
          this.#greetedWith = this.conversations.held();
          return this.#greetedWith;
        },
        frame: (frame) => this.#inBackground(() => this.#heard(frame)),
        state: (connection) => {
          if (connection !== "online") {
            this.conversations.sender.lost();
          }
          this.hands.snapshots.set({ connection });
        },
        ended: (code) => {
          if (code === 4403) {
            this.#watch.deviceLost();
          } else {
            this.#watch.ended();
          }
        },
      },
      { address: `${origin.replace(/^http/, "ws")}/ws` },
    );
    this.conversations.sender.use(this.#socket);
    this.#socket.connect();
  }

  async #heard(frame: Frame): Promise<void> {
    switch (frame.type) {
      case "welcome":
        await this.#welcome(frame);
        break;
      case "register":
        await this.hands.register.catchUp(); // also where it has not grown: its head was confirmed anew
        break;
      case "restoring":
        await this.#restoration.heard(frame.restoring);
        break;
      case "draft":
        await this.drafts.heard();
        break;
      case "invitation":
        await this.#fetchWaiting();
        break;
      case "charter":
        await this.#charterMoved();
        break;
      default:
        if (frame.type === "refused" && frame.code === RESTORING) {
          this.#restoration.refused();
        }
        await this.conversations.heard(frame);
    }
  }

  async #welcome(frame: Extract<Frame, { type: "welcome" }>): Promise<void> {
    const { register } = this.hands;
    if (frame.restoring) {
      await this.#restoration.heard(true);
    }
    if (frame.register.size !== register.size || frame.register.root !== register.root) {
      await register.catchUp();
    }
    await register.keepFresh();
    if (!this.#isOfficer) {
      void this.drafts.level();
      const held = this.conversations.held();
      const behind = Object.entries(frame.heads).some(([id, { sequence }]) => (held[id] ?? 0) < sequence);
      await Promise.all([behind ? this.#pull() : undefined, this.conversations.fetchMarks()]);
      await this.conversations.checkHeads(frame.heads, this.#greetedWith);
    }
    if (!frame.restoring) {
      await this.#restoration.heard(false);
    }
    if (!this.#isOfficer) {
      await this.#sightings.arrive();
      this.conversations.outbox.flushAll();
      this.conversations.passOnLater();
      await this.#sightings.compare();
    }
    await this.charter.fetch(); // last: nothing else waits for it
  }

  /** Who may only read may have changed: what was refused for that is sent now. */
  async #charterMoved(): Promise<void> {
    await this.charter.fetch();
    if (!this.#isOfficer) {
      this.conversations.outbox.flushAll();
    }
  }

  /** What goes by the clock alone: how fresh the Register is, and what others say that they hold. */
  async #eachMinute(): Promise<void> {
    if (this.#socket?.online !== true) {
      await this.hands.register.keepFresh().catch(offlinePasses);
      return;
    }
    await this.hands.register.keepFresh();
    await this.#restoration.tick();
    if (!this.#isOfficer && !this.hands.register.holding) {
      await this.#sightings.tick();
    }
  }

  /** The person asks: how fresh is the Register, and what do others say that they hold? */
  async checkFreshness(): Promise<void> {
    await this.hands.register.catchUp();
    if (!this.#isOfficer) {
      await this.#pull();
      await this.#sightings.compare(true);
    }
  }

  /** A conversation that fails by itself is tried again later, and keeps nothing else from going on. */
  async #pull(): Promise<void> {
    const { faults } = this.hands.snapshots;
    try {
      await this.conversations.pull();
      faults.passed("conversations");
    } catch (error) {
      if (!(error instanceof CoreFailure) && !isOurs(error)) {
        throw error;
      }
      this.#later(faults.met("conversations", error));
    }
  }

  #registerGrown(): void {
    this.#inBackground(async () => {
      checkOwnIdentity(this.hands);
      await this.#people.update();
      await this.charter.update();
      this.conversations.registerGrown();
      this.#bookmark.soon();
      await Promise.all([this.#people.fetchNames(), this.keyActs.openNewGenerations()]);
      const person = this.hands.register.state.accounts.get(this.account);
      if (person !== undefined && isTainted(person)) {
        await this.keyActs.renewWhereDue();
      }
      await fetchOwnAttachments(this.hands);
      void this.drafts.registerGrown();
      await this.#fetchWaiting();
    }, "register");
  }

  /** What waits for this person's signature. */
  async #fetchWaiting(): Promise<void> {
    const role = this.hands.register.state.accounts.get(this.account)?.role;
    let came = false;
    try {
      if (role === "officer" || role === "lead") {
        await this.invitations.publish();
        await this.resets.publish();
      }
      if (role === "officer") {
        await this.proposals.publish();
      }
      came = true;
    } finally {
      if (!this.#closed) {
        this.hands.snapshots.setLoaded("toSign", came);
      }
    }
  }

  /** Failures of the line pass; alarms stop everything; what is a fault of ours is counted and said. */
  #inBackground(task: () => Promise<void>, name = FRAME): void {
    const { faults } = this.hands.snapshots;
    const failed = (error: unknown) => {
      if (this.#closed) {
        return; // keys were dropped under what was under way
      }
      if (error instanceof AlarmRaised) {
        this.#watch.alarm(error);
      } else if (error instanceof VaultFailure) {
        this.#inBackground(async () => {
          await this.storageFailed(error);
        }, "storage");
      } else if (!(error instanceof VaultLocked)) {
        this.#later(faults.met(name, error));
      }
    };
    // One frame that was taken makes good no other: the whole attempt does.
    task().then(() => name !== FRAME && faults.passed(name), failed);
  }

  /** Tries again what did not succeed now. */
  #later(after = AGAIN_AFTER): void {
    if (!this.#closed) {
      this.#again ??= setTimeout(() => {
        this.#again = null;
        this.#inBackground(() => this.#level(), "level");
      }, after);
    }
  }

  /** Everything that a failed attempt may have left undone. */
  async #level(): Promise<void> {
    await this.#healing.tryWriting();
    await this.#catchUp(false);
    await this.#restoration.tick();
    if (!this.#isOfficer) {
      this.conversations.outbox.flushAll();
      this.conversations.passOnLater();
    }
    this.hands.snapshots.faults.passed(FRAME, "start", "register");
  }
}

/** From what the vault remembers; where it has lost that, from the bookmark that only these keys open. */
async function registerOf(
  vault: Vault,
  keyring: Keyring,
  show: (view: RegisterView) => void,
): Promise<RegisterSync> {
  const remembered = await RegisterSync.open(vault.network, vault, show);
  const position = remembered.size > 0 ? null : await openWithKey(keyring.bookmark.key, keyring.whose);
  if (position === null) {
    return remembered;
  }
  const register = await RegisterSync.from(vault.network, position, show);
  await register.keepIn(vault);
  return register;
}
