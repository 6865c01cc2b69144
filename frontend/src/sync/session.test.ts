import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { endingSession, keepEndingSession } from "../vault";
import { AlarmRaised } from "./alarm";
import type { Phase } from "./contract";
import { inherit, inherited } from "./heirloom";
import { forgetSession, Problem } from "./http";
import { SessionWatch, type Stay } from "./session";
import { SnapshotStore } from "./snapshot";

const network = "ab".repeat(32);
const account = "cd".repeat(16);

let session: Record<string, unknown>;
let closed: string[];
let snapshots: SnapshotStore;
let watches: SessionWatch[];
let arrive: (account: string) => Promise<Stay>;

const anonymous = { state: "anonymous", account: null, device: null };
const person = (id: string) => ({
  state: "signed_in",
  account: { id, email: "a@example.org", role: "lead", authority: null, language: "en" },
});

function stayOf(id: string): Stay {
  return {
    network,
    account: id,
    refresh: async () => true,
    close: () => closed.push(id),
    endReason: () => "session_ended",
  };
}

function watchOf(store = snapshots): SessionWatch {
  const watch = new SessionWatch(store, {
    arrive: ({ account: { id } }) => arrive(id),
    invited: async () => null,
  });
  watches.push(watch);
  return watch;
}

const phaseName = (store = snapshots): Phase["name"] => store.current.phase.name;

beforeEach(() => {
  forgetSession();
  [closed, watches] = [[], []];
  snapshots = new SnapshotStore(() => undefined);
  session = person(account);
  arrive = async (id) => stayOf(id);
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) =>
    path === "/api/session" && init.method === "GET"
      ? Response.json({
          csrf_token: "t",
          network: { id: network, name: "Network", demo: false },
          device: null,
          confirmed_until: null,
          ...session,
        })
      : new Response("{}", { status: 500 }),
  );
});

afterEach(() => {
  for (const watch of watches) {
    watch.close();
  }
  vi.unstubAllGlobals();
});

describe("what was not sent", () => {
  it("waits where the person can sign in again, and is lost with the device", async () => {
    for (const [reason, left] of [
      ["signed_out", { waiting: 2 }],
      ["session_ended", { waiting: 2 }],
      ["device_revoked", { lostPending: 2 }],
      ["removed", { lostPending: 2 }],
    ] as const) {
      const store = new SnapshotStore(() => undefined);
      arrive = async (id) => ({ ...stayOf(id), waiting: 2 });
      const watch = watchOf(store);
      await watch.refresh(true);
      watch.ended(reason);
      expect(store.current.phase).toEqual({ name: "locked", reason, ...left });
    }
  });

  it("is not spoken of where there is nothing", async () => {
    const watch = watchOf();
    await watch.refresh(true);
    watch.ended("session_ended");
    expect(snapshots.current.phase).toEqual({ name: "locked", reason: "session_ended" });
  });
});

describe("where this browser stands", () => {
  it("is anonymous, or between the factors, as the server says", async () => {
    session = anonymous;
    await watchOf().refresh();
    expect(phaseName()).toBe("anonymous");
    session = { state: "second_factor", account: null };
    await watchOf().refresh();
    expect(phaseName()).toBe("second_factor");
  });

  it("is before a passkey where the network wants one of its officers, and holds no keys there", async () => {
    const watch = watchOf();
    await watch.refresh();
    snapshots.set({ conversations: [{ id: "secret" } as never] });
    session = { ...person(account), passkeys: 1, passkey_needed: true };
    await watch.refresh();
    expect(closed).toEqual([account]);
    expect(snapshots.current).toMatchObject({
      phase: { name: "passkey_needed" },
      conversations: [],
      session: { passkeys: 1 },
    });
    session = person(account);
    await watch.refresh();
    expect(watch.stay?.account).toBe(account);
  });

  it("drops the keys and shows nothing more the moment the session ends", async () => {
    const watch = watchOf();
    await watch.refresh();
    snapshots.set({ conversations: [{ id: "secret" } as never] });
    watch.ended();
    expect(closed).toEqual([account]);
    expect(snapshots.current).toMatchObject({
      phase: { name: "locked", reason: "session_ended" },
      conversations: [],
      session: { state: "anonymous", account: null },
    });
  });

  it("says why it is locked until the person goes on to sign in", async () => {
    const watch = watchOf();
    await watch.refresh();
    session = anonymous;
    await watch.refresh(true);
    expect(phaseName()).toBe("locked");
    await watch.refresh();
    expect(phaseName()).toBe("locked");
    await watch.refresh(true);
    expect(phaseName()).toBe("anonymous");
  });

  it("lets nobody in who was on the way when the stay of this browser ended", async () => {
    for (const act of ["signs out", "has an alarm", "is served by another tab"]) {
      const store = new SnapshotStore(() => undefined);
      let arrived: () => void = () => undefined;
      arrive = async (id) => {
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
        store.set({ phase: { name: "ready" }, conversations: [{ id: "secret" } as never] });
        return stayOf(id);
      };
      const watch = watchOf(store);
      const arriving = watch.refresh();
      await vi.waitFor(() => expect(store.current.session?.state).toBe("signed_in"));
      if (act === "signs out") {
        await watch.signOut();
      } else if (act === "is served by another tab") {
        watch.close();
      } else {
        watch.alarm(new AlarmRaised("forked", {}));
      }
      const { phase } = store.current;
      arrived();
      await arriving;
      expect(store.current, act).toMatchObject({ phase, conversations: [] });
      expect(watch.stay, act).toBeNull();
      await keepEndingSession(false);
    }
    expect(closed).toEqual([account, account, account]);
  });

  it("locks even when the server cannot be told", async () => {
    const watch = watchOf();
    await watch.refresh();
    await watch.signOut();
    expect(snapshots.current.phase).toEqual({ name: "locked", reason: "signed_out", ending: true });
    expect(closed).toEqual([account]);
    await keepEndingSession(false);
  });

  it("ends a session that was left without a line as soon as there is one, and lets nobody in by it", async () => {
    const answers = globalThis.fetch;
    let line = false;
    const ended: string[] = [];
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      if (!line) {
        throw new TypeError("no line");
      }
      if (path === "/api/session" && init.method === "DELETE") {
        session = anonymous;
        ended.push("session");
        return new Response(null, { status: 204 });
      }
      return answers(path, init);
    });
    line = true;
    const watch = watchOf();
    await watch.refresh();
    line = false;
    await watch.signOut();
    expect(snapshots.current.phase).toMatchObject({ name: "locked", ending: true });
    watch.close();

    // The page is closed and opened anew: the session stands at the server, and is ended, not used.
    const anew = new SnapshotStore(() => undefined);
    const next = watchOf(anew);
    await expect(next.refresh()).rejects.toMatchObject({ code: "offline" });
    expect(phaseName(anew)).toBe("unreachable");
    line = true;
    await next.refresh();
    expect(ended).toEqual(["session"]);
    expect(phaseName(anew)).toBe("anonymous");
    expect(closed).toEqual([account]);
    expect(await endingSession()).toBe(false);
  });

  it("ends it while the locked page still stands, and says so no longer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const answers = globalThis.fetch;
    const watch = watchOf();
    await watch.refresh();
    await watch.signOut();
    expect(snapshots.current.phase).toMatchObject({ ending: true });
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      if (init.method === "DELETE") {
        session = anonymous;
        return new Response(null, { status: 204 });
      }
      return answers(path, init);
    });
    vi.advanceTimersByTime(5_000);
    vi.useRealTimers();
    await vi.waitFor(() => expect(snapshots.current.phase).toEqual({ name: "locked", reason: "signed_out" }));
    expect(await endingSession()).toBe(false);
  });

  it("changes over when somebody else has signed in", async () => {
    const watch = watchOf();
    await watch.refresh();
    session = person("ef".repeat(16));
    await watch.refresh();
    expect(closed).toEqual([account]);
    expect(watch.stay?.account).toBe("ef".repeat(16));
  });

  it("refuses to talk after an alarm until the person asks to look again", async () => {
    const watch = watchOf();
    await watch.refresh();
    watch.alarm(new AlarmRaised("forked", { size: 3 }));
    await watch.refresh();
    expect(snapshots.current.phase).toMatchObject({ name: "alarm", alarm: { kind: "forked" } });
    expect(watch.stay).toBeNull();
    await watch.refresh(true);
    expect(watch.stay).not.toBeNull();
    expect(watch.cautious).toBe(true);
  });

  it("is locked when the session ends between two answers of an arrival", async () => {
    arrive = async () => {
      throw new Problem("not_signed_in", 401, "The session has ended.");
    };
    await watchOf().refresh();
    expect(snapshots.current.phase).toEqual({ name: "locked", reason: "session_ended" });
  });

  it("shows the alarm that an arrival raises", async () => {
    arrive = async () => {
      throw new AlarmRaised("rolled_back", { size: 3 });
    };
    await watchOf().refresh();
    expect(snapshots.current.phase).toMatchObject({ name: "alarm", alarm: { kind: "rolled_back" } });
  });

  it("goes on with what the leader before left without waiting for the server, and asks it afterwards", async () => {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    const before = watchOf();
    await before.refresh();
    const left = snapshots.current.session;
    inherit(left === null ? null : { session: left, key });
    let asked = 0;
    const answer = globalThis.fetch;
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      asked += 1;
      return answer(path, init);
    });
    let askedAtArrival = -1;
    arrive = async (id) => {
      askedAtArrival = asked;
      return stayOf(id);
    };
    const watch = watchOf(new SnapshotStore(() => undefined));
    await watch.refresh();
    expect(watch.stay?.account).toBe(account);
    expect(askedAtArrival).toBe(0);
    expect(inherited()).toBeNull();
    session = anonymous;
    await vi.waitFor(() => expect(asked).toBe(1));
    await vi.waitFor(() => expect(watch.stay).toBeNull());
  });
});
