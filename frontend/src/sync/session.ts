/**
 * Where this browser stands: asks the server, chooses the phase, and drops every key the moment the session is over.
 * One `refresh` runs at a time; each looks at the server's answer alone, so it can be called at any moment.
 */
import {
  endingSession,
  keepEndingSession,
  knownVaults,
  leaveNetworks,
  networksLeft,
  type VaultFailure,
} from "../vault";
import { AlarmRaised } from "./alarm";
import type { Phase, Session, Snapshot } from "./contract";
import { CoreFailure } from "./failure";
import { holdKey, inherit, inherited } from "./heirloom";
import { forgetSession, get, onSessionEnded, Problem, remove } from "./http";
import { Queue } from "./queue";
import type { SnapshotStore } from "./snapshot";
import * as wire from "./wire";

export type EndReason = Extract<Phase, { name: "locked" }>["reason"];

/** What lives exactly as long as one signed-in person in this browser. */
export interface Stay {
  readonly network: string | null;
  readonly account: string;
  /** The device that the session is bound to, once the vault is open. */
  readonly device?: string;
  /** Looks again at what may have moved on by itself (enrolment, founding); false when this stay is over. */
  refresh(): Promise<boolean>;
  /** Drops keys and closes everything, at once. */
  close(): void;
  /** How many messages of this person were not sent. */
  readonly waiting?: number;
  /** Why the session of this stay may have ended, as far as the Register tells. */
  endReason(): EndReason;
  /** Puts right what it can; true when a stay goes on, be it this one or the next, and what failed may be tried again. */
  storageFailed?(failure: VaultFailure): Promise<boolean>;
}

/** How long until the server is asked again where this browser stands. */
const ASK_AGAIN_AFTER = 5_000;

export interface Arrivals {
  /** Signed in with both factors: opens what this browser holds, or says what is missing. */
  arrive(session: wire.Session & { account: NonNullable<wire.Session["account"]> }): Promise<Stay>;
  /** Not signed in: an invitation may be under way in this session. */
  invited(): Promise<Phase | null>;
}

export class SessionWatch {
  readonly #snapshots: SnapshotStore;
  readonly #arrivals: Arrivals;
  readonly #queue = new Queue();
  readonly #forget: () => void;
  #stay: Stay | null = null;
  /** What was shown when a stay was last ended from here: whoever was on the way then comes too late. */
  #ended: Pick<Snapshot, "phase" | "session"> | null = null;
  #cautious = false;
  /** The person has signed out, and the server could not be told. */
  #ending = false;
  #renewing: Promise<void> | null = null;
  #asking: ReturnType<typeof setTimeout> | null = null;

  constructor(snapshots: SnapshotStore, arrivals: Arrivals) {
    this.#snapshots = snapshots;
    this.#arrivals = arrivals;
    this.#forget = onSessionEnded((code) => {
      if (code !== "device_needed") {
        this.ended();
      } else if (this.#stay?.device !== undefined) {
        this.deviceLost();
      }
    });
  }

  get stay(): Stay | null {
    return this.#stay;
  }

  /** `asked`: by the person, who may want to look again after an alarm, or to sign in again. */
  refresh(asked = false): Promise<void> {
    return this.#queue.run(async () => {
      this.#stopAsking();
      try {
        await this.#refresh(asked);
      } catch (error) {
        this.#unreached(error);
        throw error;
      }
    });
  }

  /** After an alarm everything is compared before anything is shown or sent. */
  get cautious(): boolean {
    return this.#cautious;
  }

  async signOut(): Promise<void> {
    // Locally first: nothing of the person stays here even if the server cannot be reached.
    this.#lock("signed_out");
    this.#ending = true;
    await keepEndingSession(true).catch(() => undefined); // also if the page is closed before the server knows
    try {
      await this.#end();
    } catch (error) {
      if (!(error instanceof Problem && (error.status === 0 || error.status >= 500))) {
        throw error;
      }
      const { phase } = this.#snapshots.current;
      if (phase.name === "locked") {
        this.#snapshots.set({ phase: { ...phase, ending: true } });
      }
      this.#askLater();
    }
  }

  /** The server's session of whoever has signed out here. */
  async #end(): Promise<void> {
    try {
      await remove("/api/session");
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) {
        throw error;
      }
    } finally {
      forgetSession();
    }
    this.#ending = false;
    await keepEndingSession(false).catch(() => undefined);
    const { phase } = this.#snapshots.current;
    if (phase.name === "locked" && phase.ending === true) {
      const { ending: _, ...ended } = phase;
      this.#snapshots.set({ phase: ended });
    }
  }

  /** The session is over, by the word of the socket or of an HTTP answer. */
  ended(reason?: EndReason): void {
    const stay = this.#stay;
    if (stay === null) {
      return;
    }
    this.#lock(reason ?? stay.endReason());
    forgetSession();
  }

  /** Something stands in the way of the stay, and is shown in its place. */
  troubled(next: Stay, phase: Phase): void {
    this.succeed(next);
    holdKey(null);
    this.#snapshots.clear({ session: this.#snapshots.current.session, phase });
  }

  /** Another worker serves this browser now: every key that is held here is dropped. */
  close(): void {
    this.#stopAsking();
    this.#stay?.close();
    this.#stay = null;
    const { phase, session } = this.#snapshots.current;
    this.#ended = { phase, session };
    this.#forget();
  }

  /** One stay gives way to the next of the same person, without anything being dropped by mistake between them. */
  succeed(next: Stay): void {
    this.#stay?.close();
    this.#stay = next;
  }

  /** This stay is over by itself: look again what there is. */
  again(): Promise<void> {
    this.#stay?.close();
    this.#stay = null;
    const renewing = this.refresh();
    this.#renewing = renewing;
    return renewing;
  }

  /** Resolves when no stay is on its way to the next. */
  async settled(): Promise<void> {
    await this.#renewing?.catch(() => undefined);
  }

  /** The device is no longer an active one: locked at once; the server then tells whether the person is out as well. */
  deviceLost(): void {
    this.ended("device_revoked");
    void get("/api/session", wire.session)
      .then(({ state }) => {
        const { phase } = this.#snapshots.current;
        if (state === "anonymous" && phase.name === "locked" && phase.reason === "device_revoked") {
          this.#snapshots.set({ phase: { ...phase, reason: "removed" } });
        }
      })
      .catch(() => undefined);
  }

  alarm(raised: AlarmRaised): void {
    this.#cautious = true;
    this.#stay?.close();
    this.#stay = null;
    holdKey(null);
    const { session } = this.#snapshots.current;
    this.#ended = { session, phase: { name: "alarm", alarm: raised.alarm } };
    this.#snapshots.clear(this.#ended);
  }

  /** Nothing is known yet, and that is not the same as nothing being there: it is said, and asked again. */
  #unreached(error: unknown): void {
    const { phase } = this.#snapshots.current;
    const before = ["loading", "opening", "unreachable"].includes(phase.name);
    if (this.#ending && phase.name === "locked") {
      this.#askLater();
    }
    if (!before || this.#stay !== null) {
      return;
    }
    const known = error instanceof Problem || error instanceof CoreFailure;
    const why = !known ? "unexpected" : error.code === "offline" ? "offline" : "server";
    this.#snapshots.set({ phase: { name: "unreachable", why } });
    this.#askLater();
  }

  #askLater(): void {
    this.#stopAsking();
    this.#asking = setTimeout(() => void this.refresh().catch(() => undefined), ASK_AGAIN_AFTER);
  }

  #stopAsking(): void {
    if (this.#asking !== null) {
      clearTimeout(this.#asking);
      this.#asking = null;
    }
  }

  async #refresh(asked: boolean): Promise<void> {
    this.#ending ||= await endingSession().catch(() => false);
    if (this.#ending) {
      await this.#end(); // nobody comes in by a session that its person has left
    }
    const left = inherited();
    if (left !== null && !asked) {
      // The server is asked afterwards: nobody waits for it, who has been here all the time.
      try {
        await this.#go(fromContract(left.session), asked);
      } finally {
        inherit(null);
      }
      if (this.#stay !== null) {
        void this.refresh().catch(() => undefined);
        return;
      }
    }
    await this.#go(await get("/api/session", wire.session), asked);
  }

  async #go(answer: wire.Session, asked: boolean): Promise<void> {
    const session = toContract(answer);
    if (answer.state !== "signed_in" || answer.account === null) {
      await this.#notSignedIn(session, asked);
      return;
    }
    if (this.#snapshots.current.phase.name === "alarm") {
      this.#cautious = true; // it may have been raised before this core began
      if (!asked) {
        return;
      }
    }
    if (answer.passkey_needed) {
      this.#stay?.close();
      this.#stay = null;
      holdKey(null);
      this.#snapshots.clear({ session, phase: { name: "passkey_needed" } });
      return;
    }
    if (this.#stay !== null && !isStill(this.#stay, answer)) {
      this.#stay.close();
      this.#stay = null;
      this.#snapshots.clear({});
    }
    this.#snapshots.set({ session });
    this.#ended = null;
    try {
      if (this.#stay !== null) {
        if (await this.#stay.refresh()) {
          return;
        }
        this.#stay.close();
        this.#stay = null;
      }
      const next = await this.#arrivals.arrive({ ...answer, account: answer.account });
      if (this.#ended === null) {
        this.#stay = next;
      } else {
        next.close();
        this.#showEnded(this.#ended);
      }
    } catch (error) {
      if (error instanceof AlarmRaised) {
        this.alarm(error);
        return;
      }
      if (error instanceof Problem && error.status === 401) {
        // It ended between two answers: nobody was here yet whom `ended` could lock out.
        forgetSession();
        this.#lock("session_ended");
        return;
      }
      throw error;
    }
  }

  /** Nothing stays on the screen of what a stay has shown that came too late. */
  #showEnded({ phase, session }: Pick<Snapshot, "phase" | "session">): void {
    holdKey(null);
    const ending = this.#ending && phase.name === "locked" ? { ending: true } : {};
    this.#snapshots.clear({ session, phase: { ...phase, ...ending } });
  }

  async #notSignedIn(session: Session, asked: boolean): Promise<void> {
    const wasHere = this.#stay !== null;
    if (wasHere) {
      this.ended();
    }
    if (session.state === "second_factor") {
      this.#snapshots.set({ session, phase: { name: "second_factor" } });
      return;
    }
    const invited = await this.#arrivals.invited();
    const { phase } = this.#snapshots.current;
    if (invited !== null) {
      this.#snapshots.set({ session, phase: invited });
    } else if (phase.name === "locked" && (wasHere || !asked)) {
      // Why it was locked stands there until the person goes on.
      this.#snapshots.set({ session });
    } else {
      this.#snapshots.clear({ session, phase: { name: "anonymous" } });
    }
  }

  #lock(reason: EndReason): void {
    const left = leftBehind(reason, this.#stay?.waiting ?? 0);
    this.#stay?.close();
    this.#stay = null;
    const { session } = this.#snapshots.current;
    holdKey(null);
    this.#ended = {
      phase: { name: "locked", reason, ...left },
      session: session === null ? null : { ...session, state: "anonymous", account: null, device: null },
    };
    this.#snapshots.clear(this.#ended);
  }
}

/** What waits can be sent only by a device that is still one. */
function leftBehind(reason: EndReason, unsent: number): { waiting?: number; lostPending?: number } {
  if (unsent === 0) {
    return {};
  }
  return reason === "device_revoked" || reason === "removed" ? { lostPending: unsent } : { waiting: unsent };
}

/** Whether the server's session is that of this stay: the same person, network and device. */
function isStill(stay: Stay, answer: wire.Session): boolean {
  const bound = stay.device === undefined || stay.device === answer.device;
  return bound && stay.account === answer.account?.id && stay.network === answer.network.id;
}

function fromContract(session: Session): wire.Session {
  const { state, network, device, confirmedUntil, passkeys, demoPersonas } = session;
  const account =
    session.account === null
      ? null
      : {
          ...session.account,
          sign_in_reset_at: session.account.signInResetAt ?? null,
          sign_in_reset_by: session.account.signInResetBy ?? [],
        };
  return {
    state,
    network,
    account,
    device,
    confirmed_until: confirmedUntil,
    passkeys,
    passkey_needed: false, // whoever has an open vault to hand on has come past that
    demo_personas: demoPersonas,
  };
}

export function toContract(answer: wire.Session): Session {
  return {
    state: answer.state,
    network: answer.network,
    account: accountOf(answer),
    device: answer.device,
    confirmedUntil: answer.confirmed_until,
    passkeys: answer.passkeys,
    demoPersonas: answer.demo_personas,
  };
}

function accountOf({ account }: wire.Session): Session["account"] {
  if (account === null) {
    return null;
  }
  const { sign_in_reset_at, sign_in_reset_by, ...rest } = account;
  return { ...rest, signInResetAt: sign_in_reset_at, signInResetBy: sign_in_reset_by };
}

/** Networks whose vaults lie at this address, besides the one it serves now, and that were not left yet. */
export async function otherNetworks(present: string): Promise<string[]> {
  const [vaults, left] = await Promise.all([knownVaults(), networksLeft()]);
  return [...new Set(vaults.map(({ network }) => network))].filter(
    (network) => network !== present && !left.has(network),
  );
}

export async function leaveOtherNetworks(present: string): Promise<void> {
  await leaveNetworks(await otherNetworks(present));
}

export function needSignedIn<T>(value: T | null): T {
  if (value === null) {
    throw new CoreFailure("not_ready", "This is possible only after signing in on a browser that is set up.");
  }
  return value;
}
