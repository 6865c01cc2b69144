import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { MadeUpNetwork, secret } from "../crypto/madeUp";
import { AlarmRaised } from "./alarm";
import { MadeUpServer } from "./madeUpServer";
import { forgetVault, openVault } from "./madeUpStay";
import { RegisterSync, type RegisterView } from "./registerSync";

vi.setConfig({ testTimeout: 60_000 });

let network: MadeUpNetwork;
let server: MadeUpServer;
let account: string;

beforeAll(async () => {
  network = await MadeUpNetwork.founded();
  await network.admit("Alba", "Ana");
  account = (await network.person("Ana")).account;
}, 60_000);

beforeEach(async () => {
  server = new MadeUpServer(network, account);
  server.install();
  await forgetVault(network.network, account);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function open(): Promise<RegisterSync> {
  const vault = await openVault(network.network, account);
  return RegisterSync.open(network.network, vault, () => undefined);
}

async function alarmOf(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AlarmRaised)) {
    throw new Error(`no alarm but ${String(error)}`);
  }
  expect(JSON.parse(error.alarm.evidence)).toMatchObject({ network: network.network });
  return error.alarm.kind;
}

describe("the Register in this browser", () => {
  it("is replayed from its beginning and leads to the signed root", async () => {
    const register = await open();
    await register.catchUp();
    expect(register.size).toBe(network.size);
    expect(register.root).toBe(await network.rootAt(network.size));
    expect(register.state.accounts.get(account)?.role).toBe("lead");
  });

  it("goes on from what the vault remembers, and fetches only what is new", async () => {
    await (await open()).catchUp();
    server.asked.length = 0;
    const again = await open();
    expect(again.size).toBe(network.size);
    await again.catchUp();
    expect(server.asked).toEqual(["GET /api/register/checkpoint"]);
  });

  it("tells the state of an earlier time even when it began later", async () => {
    await (await open()).catchUp();
    const again = await open();
    const founded = await again.stateAt(1);
    expect(founded?.size).toBe(1);
    expect(founded?.authorities.size).toBe(0);
    expect(await again.stateAt(network.size + 1)).toBeNull();
  });

  it("knows which checkpoints of others belong to it", async () => {
    const register = await open();
    await register.catchUp();
    const root = (await network.rootAt(3)) ?? "";
    expect(await register.belongs(3, root)).toBe(true);
    expect(await register.belongs(3, "ab".repeat(32))).toBe(false);
  });

  it("accuses nobody where it grows while one asks twice in a row, and another once", async () => {
    const own = await network.copy();
    server = new MadeUpServer(own, account);
    server.install();
    const register = await open();
    const before = await own.note();
    await own.renew("Ana");
    let asked = 0;
    server.note = async () => {
      asked += 1;
      return asked === 1 ? before : own.note();
    };
    const answers = globalThis.fetch;
    let bundles = 0;
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      bundles += path.includes("/entries/") ? 1 : 0;
      if (path.includes("/entries/") && bundles > 2) {
        await vi.waitFor(() => expect(register.size).toBe(own.size)); // slower than whoever asked beside it
      }
      return answers(path, init);
    });
    const twice = (async () => {
      await register.catchUp();
      await register.catchUp();
    })();
    await Promise.all([twice, register.catchUp()]);
    expect(register.size).toBe(own.size);
  });

  it("is acted on where it has grown, although there is no room to remember that, and is remembered later", async () => {
    const own = await network.copy();
    server = new MadeUpServer(own, account);
    server.install();
    const register = await open();
    await register.catchUp();
    const grown: number[] = [];
    register.onGrown(() => grown.push(register.size));
    await own.renew("Ana");
    const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("No room.", "QuotaExceededError");
    });
    await expect(register.catchUp()).rejects.toMatchObject({ kind: "full" });
    full.mockRestore();
    expect(grown).toEqual([own.size]);
    await register.catchUp();
    expect(grown).toEqual([own.size]);
    expect((await open()).size).toBe(own.size);
  });

  it("refuses to go back", async () => {
    await (await open()).catchUp();
    server.shown = network.size - 1;
    expect(await alarmOf((await open()).catchUp())).toBe("rolled_back");
  });

  it("refuses another root for the same size", async () => {
    await (await open()).catchUp();
    const other = await MadeUpNetwork.founded();
    await other.admit("Borea", "Bo");
    server.note = () => other.note(network.size, undefined, network.network);
    expect(await alarmOf((await open()).catchUp())).toBe("forked");
  });

  it("refuses entries that do not lead to the stated root", async () => {
    server.on("GET", /entries/, () => {
      const entries = network.entries.map((entry, index) => (index === 2 ? network.entries[3] : entry));
      return Uint8Array.from(
        entries.flatMap((entry) =>
          entry === undefined ? [] : [entry.length >> 8, entry.length & 255, ...entry],
        ),
      );
    });
    expect(await alarmOf((await open()).catchUp())).toBe("forked");
  });

  it("refuses a checkpoint that the Register key did not sign", async () => {
    server.note = async () => network.note(network.size, await secret("somebody else"));
    expect(await alarmOf((await open()).catchUp())).toBe("bad_signature");
  });

  it("refuses a log whose first entry is not the network's", async () => {
    const register = await RegisterSync.open("ab".repeat(32), null, () => undefined);
    const error = await register.catchUp().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AlarmRaised);
  });

  it("keeps what it holds when the line breaks", async () => {
    await (await open()).catchUp();
    server.offline = true;
    const register = await open();
    await expect(register.catchUp()).rejects.toMatchObject({ code: "offline" });
    expect(register.size).toBe(network.size);
  });

  it("refuses what the inviter attests when that is not part of the log", async () => {
    const register = await open();
    await register.catchUp();
    expect(await alarmOf(register.require(2, "cd".repeat(32), "attested"))).toBe("forked");
    expect(await alarmOf(register.require(network.size + 9, "cd".repeat(32), "attested"))).toBe(
      "rolled_back",
    );
  });

  it("counts entries that do not apply, and goes on", async () => {
    const own = await network.copy();
    const first = own.entries[1];
    if (first === undefined) {
      throw new Error("the network has too few entries");
    }
    await own.force(first); // stale: it was said before
    new MadeUpServer(own, account).install();
    let view: RegisterView | null = null;
    const register = await RegisterSync.open(own.network, null, (shown) => {
      view = shown;
    });
    await register.catchUp();
    expect(view).toMatchObject({ rejectedEntries: 1, size: own.size });
  });

  it("notes when somebody's keys changed after their first", async () => {
    const own = await network.copy();
    const ana = await own.person("Ana");
    new MadeUpServer(own, account).install();
    const register = await RegisterSync.open(own.network, null, () => undefined);
    await register.catchUp();
    expect(register.keysChanged(ana.account)).toBeNull();
    await own.renew("Ana");
    await register.catchUp();
    expect(register.keysChanged(ana.account)).toBeGreaterThan(0);
  });
});

describe("how old the word of the Register key is", () => {
  const DAY = 24 * 60 * 60 * 1000;
  const now = Date.now();

  afterEach(() => {
    vi.useRealTimers();
  });

  it("is remembered, judged by this clock, and asked for anew each hour", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now });
    server.now = now;
    const register = await open();
    expect(register.freshness).toBe("stopped");
    expect(register.view.freshness).toBe("fresh"); // nobody was asked yet
    await register.catchUp();
    expect(register.freshness).toBe("fresh");
    vi.setSystemTime(now + DAY + 1_000);
    const again = await open();
    expect(again.freshness).toBe("stale");
    server.asked.length = 0;
    await again.keepFresh();
    expect(again.view).toMatchObject({ freshness: "stale", confirmed: Math.floor(now / 1000) * 1000 });
    server.now = Date.now();
    await again.keepFresh();
    expect(again.view.freshness).toBe("fresh");
    await again.keepFresh();
    const asked = "GET /api/register/checkpoint";
    expect(server.asked).toEqual([asked, asked]);
  });

  it("stops what would be sealed after a week, and where the clock was put back", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now });
    server.now = now;
    const register = await open();
    await register.catchUp();
    vi.setSystemTime(now + 7 * DAY + 1_000);
    expect(register.freshness).toBe("stopped");
    vi.setSystemTime(now - 2 * DAY);
    expect(register.freshness).toBe("stopped");
  });

  it("counts for nothing when it was given in advance, and never goes back", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now });
    server.now = now + 2 * DAY;
    const register = await open();
    await register.catchUp();
    expect(register.freshness).toBe("stopped");
    server.now = now;
    await register.catchUp();
    server.now = now - 2 * DAY;
    await register.catchUp();
    expect(register.freshness).toBe("fresh");
  });

  it("is an alarm where nobody has signed it", async () => {
    const register = await open();
    const note = await network.noteAt(now);
    server.note = async () =>
      note.replace(/(.)(.{8})\n$/, (_, one, end) => `${one === "A" ? "B" : "A"}${end}\n`);
    expect(await alarmOf(register.catchUp())).toBe("bad_signature");
  });
});
