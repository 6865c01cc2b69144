import "fake-indexeddb/auto";
import * as v from "valibot";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { toBase64 } from "../crypto/encoding";
import { MadeUpNetwork } from "../crypto/madeUp";
import { makeVaultLocalKey } from "../crypto/session";
import { type Change, type DeviceRecord, deleteDatabase, Vault, VaultFailure } from "../vault";
import { openDatabase } from "../vault/database";
import { importSealingKey } from "../vault/sealing";
import { Arrival } from "./arrival";
import { bindAndUnlock } from "./binding";
import type { Phase } from "./contract";
import { forgetSession } from "./http";
import { MadeUpServer, Refusal } from "./madeUpServer";
import { SessionWatch } from "./session";
import { SnapshotStore } from "./snapshot";
import { carryOver, countPending, incomplete, mend, putCarried, readCarried, StorageStay } from "./storage";

vi.setConfig({ testTimeout: 60_000 });

const talk = "a".repeat(64);
const other = "b".repeat(64);
const key = (raw = 7) => importSealingKey(new Uint8Array(32).fill(raw));
const text = v.object({ text: v.string() });

let network: MadeUpNetwork;
let account: string;
let device: DeviceRecord;

beforeAll(async () => {
  network = await MadeUpNetwork.founded();
  await network.admit("Alba", "Ana");
  const ana = await network.person("Ana");
  account = ana.account;
  device = { deviceKey: ana.device, localKey: await makeVaultLocalKey() };
});

beforeEach(async () => {
  await deleteDatabase(network.network, account);
});

async function unlocked(): Promise<Vault> {
  const vault = await Vault.open(network.network, account);
  await vault.saveDevice(device);
  vault.unlock(await key());
  return vault;
}

const pending = (id: string): Change => ({ store: "outbox", key: id, value: { text: id } });

async function damage(store: "items" | "outbox" | "records", at: string | [string, number]): Promise<void> {
  const database = await openDatabase(network.network, account, () => undefined);
  await database.put(store, new Uint8Array(40), at as never);
  database.close();
}

async function failureOf(vault: Vault, store: "items" | "outbox" | "records"): Promise<VaultFailure> {
  const failure = await vault.readMany(store, v.unknown()).catch((error: unknown) => error);
  if (!(failure instanceof VaultFailure)) {
    throw new Error("nothing failed");
  }
  return failure;
}

describe("a damaged record", () => {
  it("of a conversation goes with all of that conversation, and nothing of another, nor what waits", async () => {
    const vault = await unlocked();
    const parts = (id: string): Change[] => [
      { store: "conversations", key: id, value: {} },
      { store: "items", key: [id, 1], value: {} },
      { store: "items", key: [id, 2], value: {} },
      { store: "epochs", key: [id, 1], value: {} },
      { store: "records", key: `history/${id}/00000000`, value: {} },
    ];
    await vault.write([...parts(talk), ...parts(other), pending("m1")]);
    await damage("items", [talk, 2]);
    expect(await mend(vault, await failureOf(vault, "items"))).toBe("fetched");
    for (const store of ["conversations", "items", "epochs", "records"] as const) {
      const left = await vault.keys(store);
      expect(left.length).toBeGreaterThan(0);
      expect(JSON.stringify(left)).not.toContain(talk);
    }
    expect(await vault.keys("outbox")).toEqual(["m1"]);
    vault.lock();
  });

  it("that only this browser had is counted as lost, and goes alone", async () => {
    const vault = await unlocked();
    await vault.write([pending("m1"), pending("m2")]);
    await damage("outbox", "m1");
    expect(await countPending(vault)).toEqual({ waiting: 1, lost: 1 });
    expect(await mend(vault, await failureOf(vault, "outbox"))).toBe("lost");
    expect(await vault.keys("outbox")).toEqual(["m2"]);
    vault.lock();
  });

  it("of the keys is not forgotten: that is for the person to decide", async () => {
    const vault = await unlocked();
    await vault.write([{ store: "records", key: "keys", value: {} }]);
    await damage("records", "keys");
    expect(await mend(vault, await failureOf(vault, "records"))).toBeNull();
    expect(await vault.keys("records")).toEqual(["keys"]);
    vault.lock();
  });
});

describe("a record that is gone", () => {
  const extent = { id: talk, floor: 0, sequence: 4 };
  const epoch = (number: number, sequence: number): Change => ({
    store: "epochs",
    key: [talk, number],
    value: { epoch: { sequence }, key: null },
  });
  const item = (sequence: number): Change => ({ store: "items", key: [talk, sequence], value: {} });

  it("is noticed where an item must be, and an epoch without an item is no gap", async () => {
    const vault = await unlocked();
    await vault.write([item(1), epoch(1, 2), item(3), item(4)]);
    expect(await incomplete(vault, [extent])).toEqual([]);
    await vault.write([{ store: "items", key: [talk, 3], value: undefined }]);
    expect(await incomplete(vault, [extent])).toEqual([talk]);
    vault.lock();
  });

  it("is noticed where an epoch must be", async () => {
    const vault = await unlocked();
    await vault.write([item(1), item(2), item(3), item(4), epoch(1, 2), epoch(3, 4)]);
    expect(await incomplete(vault, [extent])).toEqual([talk]);
    vault.lock();
  });

  it("is noticed where the newest epoch must be, although everything before it stands", async () => {
    const vault = await unlocked();
    await vault.write([item(1), item(2), item(3), item(4), epoch(1, 2)]);
    expect(await incomplete(vault, [{ ...extent, epoch: 1 }])).toEqual([]);
    expect(await incomplete(vault, [{ ...extent, epoch: 2 }])).toEqual([talk]);
    vault.lock();
  });

  it("below what was fetched so far is none", async () => {
    const vault = await unlocked();
    await vault.write([item(4)]);
    expect(await incomplete(vault, [{ ...extent, floor: 3 }])).toEqual([]);
    expect(await incomplete(vault, [{ id: "ab".repeat(32), floor: 0, sequence: 0 }, extent])).toEqual(
      await incomplete(vault, [extent]),
    ); // a conversation of which nothing is here yet hides no gap of another
    vault.lock();
  });
});

describe("what was not sent", () => {
  it("is carried over to the device that comes after lost keys, also when that is begun twice", async () => {
    const vault = await unlocked();
    await vault.write([
      pending("m1"),
      pending("m2"),
      { store: "records", key: "draft/new", value: { text: "d" } },
    ]);
    await damage("outbox", "m2");
    await carryOver(vault, device);
    const between = await vault.device();
    if (between === undefined) {
      throw new Error("there is no device");
    }
    expect(between.deviceKey.id).not.toBe(device.deviceKey.id);
    expect(await vault.keys("outbox")).toEqual([]);
    await carryOver(vault, between); // the page was closed in between
    const next = await vault.device();
    if (next === undefined) {
      throw new Error("there is no device");
    }
    vault.unlock(await key(8));
    expect((await readCarried(vault, next))?.changes).toHaveLength(2);
    expect(await putCarried(vault, next)).toBe(device.deviceKey.id);
    expect(await vault.read("outbox", "m1", text)).toEqual({ text: "m1" });
    expect(await vault.read("records", "draft/new", text)).toEqual({ text: "d" });
    expect(await readCarried(vault, next)).toBeUndefined();
    vault.lock();
  });
});

describe("arriving where storage or the server is in the way", () => {
  let server: MadeUpServer;
  let snapshots: SnapshotStore;
  let watch: SessionWatch;
  let bound: string | null;

  beforeEach(() => {
    forgetSession();
    bound = null;
    server = new MadeUpServer(network, account);
    server.on("GET", /^\/api\/session$/, () => ({
      csrf_token: "token",
      state: "signed_in",
      network: { id: network.network, name: "Network", demo: false },
      account: { id: account, email: "a@example.org", role: "lead", authority: null, language: "en" },
      device: bound,
      confirmed_until: null,
      demo_personas: false,
    }));
    server.on("POST", /device\/challenge$/, () => ({ challenge: toBase64(new Uint8Array(32)) }));
    server.on("POST", /device\/bind$/, (body) => ({
      vault_half: toBase64(new Uint8Array(32).fill(4)),
      device: (body as { device: string }).device,
    }));
    server.install();
    snapshots = new SnapshotStore(() => undefined);
    watch = new SessionWatch(snapshots, new Arrival(snapshots, () => watch));
  });

  afterEach(() => {
    watch.close();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  const phase = (): Phase => snapshots.current.phase;

  /** As the server unlocks it, with what an earlier stay left. */
  async function inhabited(...changes: Change[]): Promise<void> {
    const vault = await Vault.open(network.network, account);
    await vault.saveDevice(device);
    await bindAndUnlock(vault, device);
    await vault.write(changes);
    vault.lock();
  }

  const anything: Change = { store: "records", key: "people", value: {} };

  it("is simply a new browser where nothing was before", async () => {
    await watch.refresh();
    expect(phase()).toMatchObject({ name: "new_browser" });
    expect(phase()).not.toHaveProperty("why");
  });

  it("says that this browser cleared what it kept, where the session belongs to a device", async () => {
    bound = device.deviceKey.id;
    await watch.refresh();
    expect(phase()).toMatchObject({ name: "new_browser", why: "vanished" });
  });

  it("counts what went with the device where its store alone was lost", async () => {
    await inhabited(anything, pending("m1"), pending("m2"));
    const database = await openDatabase(network.network, account, () => undefined);
    await database.clear("device");
    database.close();
    await watch.refresh();
    expect(phase()).toMatchObject({ name: "new_browser", why: "vanished", lostPending: 2 });
  });

  it("says that the keys were revoked, and how much was lost with them", async () => {
    await inhabited(anything, pending("m1"));
    server.on("POST", /device\/bind$/, () => new Refusal(403, "device_revoked"));
    await watch.refresh();
    expect(phase()).toMatchObject({ name: "new_browser", why: "revoked", lostPending: 1 });
  });

  it("says that the server does not know the keys, and leaves everything where it is", async () => {
    await inhabited(anything, pending("m1"));
    server.on("POST", /device\/bind$/, () => new Refusal(403, "device_unknown"));
    await watch.refresh();
    expect(phase()).toMatchObject({ name: "new_browser", why: "unknown", lostPending: 1 });
    watch.close();
    const vault = await Vault.open(network.network, account);
    expect(await vault.keys("outbox")).toEqual(["m1"]);
    expect((await vault.device())?.deviceKey.id).toBe(device.deviceKey.id);
    vault.lock();
  });

  it.each([
    ["a fault", () => new Refusal(503, "server_failed"), "server"],
    ["an answer without the half", () => ({ device: "a".repeat(64) }), "server"],
  ])("never takes %s for absent keys", async (_, answer, why) => {
    await inhabited(anything);
    server.on("POST", /device\/bind$/, answer);
    await expect(watch.refresh()).rejects.toThrow();
    expect(phase()).toEqual({ name: "unreachable", why });
    expect(watch.stay).toBeNull();
  });

  it("never takes silence for anything", async () => {
    await inhabited(anything);
    server.offline = true;
    await expect(watch.refresh()).rejects.toThrow();
    expect(phase()).toEqual({ name: "unreachable", why: "offline" });
  });

  it("asks for the code where the keys cannot be read, keeps what waits, and says what does not", async () => {
    await inhabited(anything, { store: "records", key: "keys", value: {} }, pending("m1"), pending("m2"));
    await damage("records", "keys");
    await damage("outbox", "m2");
    await watch.refresh();
    expect(phase()).toMatchObject({ name: "storage", trouble: { kind: "keys", waiting: 1, lost: 1 } });
    server.on("POST", /device\/bind$/, (body) =>
      (body as { device: string }).device === device.deviceKey.id
        ? new Refusal(500, "server_failed")
        : new Refusal(403, "device_unknown"),
    );
    const { stay } = watch;
    if (!(stay instanceof StorageStay)) {
      throw new Error("storage is not in the way");
    }
    await stay.repair();
    expect(phase()).toMatchObject({ name: "new_browser", why: "damaged", keptPending: 1 });
  });

  it("makes no new vault where the one that is there comes from a later version", async () => {
    const { structures } = await import("../vault/migrations");
    const later = [...structures, () => undefined];
    (await openDatabase(network.network, account, () => undefined, later)).close();
    await watch.refresh();
    expect(phase()).toMatchObject({ name: "storage", trouble: { kind: "newer" } });
  });

  it("says that there is no storage, and makes nothing", async () => {
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("Switched off.", "SecurityError");
    });
    await watch.refresh();
    expect(phase()).toMatchObject({ name: "storage", trouble: { kind: "unavailable" } });
    expect(server.asked.filter((one) => one.startsWith("POST"))).toEqual([]);
  });
});
