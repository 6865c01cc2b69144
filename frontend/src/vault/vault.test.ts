import "fake-indexeddb/auto";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeVaultLocalKey } from "../crypto/session";
import { makeDeviceKey } from "../crypto/signing";
import {
  conversationRange,
  deleteDatabase,
  knownVaults,
  leaveNetworks,
  networksLeft,
  nextTerm,
  Vault,
  VaultDeposed,
  VaultFailure,
  VaultLocked,
  whenDeposed,
} from ".";
import { openDatabase } from "./database";
import { putVersion1, version1 } from "./fixtures/version1";
import { structures } from "./migrations";
import { importSealingKey } from "./sealing";

const network = "ab".repeat(32);
const account = "cd".repeat(16);
const shape = v.strictObject({ text: v.string() });

async function unlocked(): Promise<Vault> {
  const vault = await Vault.open(network, account);
  vault.unlock(await importSealingKey(new Uint8Array(32).fill(7)));
  return vault;
}

describe("the vault", () => {
  beforeEach(async () => {
    await deleteDatabase(network, account);
  });

  it("gives back what was written, and undefined for what is absent", async () => {
    const vault = await unlocked();
    await vault.write([{ store: "records", key: "a", value: { text: "kept" } }]);
    expect(await vault.read("records", "a", shape)).toEqual({ text: "kept" });
    expect(await vault.read("records", "b", shape)).toBeUndefined();
    vault.lock();
  });

  it("keeps what was written last, also where that was sealed sooner", async () => {
    const vault = await unlocked();
    const long = { text: "x".repeat(200_000) };
    await Promise.all([
      vault.write([{ store: "records", key: "a", value: long }]),
      vault.write([{ store: "records", key: "a", value: undefined }]),
      vault.write([{ store: "records", key: "b", value: long }]),
      vault.write([{ store: "records", key: "b", value: { text: "short" } }]),
    ]);
    expect(await vault.read("records", "a", shape)).toBeUndefined();
    expect(await vault.read("records", "b", shape)).toEqual({ text: "short" });
    vault.lock();
  });

  it("keeps only sealed bytes in the database", async () => {
    const vault = await unlocked();
    await vault.write([{ store: "items", key: ["c", 1], value: { text: "canary" } }]);
    vault.lock();
    const database = await openDatabase(network, account, () => undefined);
    const record = await database.get("items", ["c", 1]);
    expect(record).toBeInstanceOf(Uint8Array);
    expect(new TextDecoder().decode(record)).not.toContain("canary");
    database.close();
  });

  it("fails to load, and does not answer absent, under another key", async () => {
    const vault = await unlocked();
    await vault.write([{ store: "records", key: "a", value: { text: "kept" } }]);
    vault.unlock(await importSealingKey(new Uint8Array(32).fill(8)));
    await expect(vault.read("records", "a", shape)).rejects.toBeInstanceOf(VaultFailure);
    vault.lock();
  });

  it("fails to load a record that was moved to another place", async () => {
    const vault = await unlocked();
    await vault.write([{ store: "records", key: "a", value: { text: "kept" } }]);
    const database = await openDatabase(network, account, () => undefined);
    const record = await database.get("records", "a");
    if (record === undefined) {
      throw new Error("nothing was written");
    }
    await database.put("records", record, "b");
    database.close();
    await expect(vault.read("records", "b", shape)).rejects.toBeInstanceOf(VaultFailure);
    vault.lock();
  });

  it("fails to load a record of another form", async () => {
    const vault = await unlocked();
    await vault.write([{ store: "records", key: "a", value: { number: 1 } }]);
    await expect(vault.read("records", "a", shape)).rejects.toBeInstanceOf(VaultFailure);
    vault.lock();
  });

  it("refuses reading and writing once it is locked", async () => {
    const vault = await unlocked();
    vault.lock();
    await expect(vault.read("records", "a", shape)).rejects.toBeInstanceOf(VaultLocked);
    await expect(vault.write([{ store: "records", key: "a", value: {} }])).rejects.toBeInstanceOf(
      VaultLocked,
    );
  });

  it("writes several changes together or not at all", async () => {
    const vault = await unlocked();
    const impossible = {
      toJSON: () => {
        throw new Error("cannot be sealed");
      },
    };
    await expect(
      vault.write([
        { store: "items", key: ["c", 1], value: { text: "one" } },
        { store: "conversations", key: "c", value: impossible },
      ]),
    ).rejects.toBeInstanceOf(VaultFailure);
    expect(await vault.read("items", ["c", 1], shape)).toBeUndefined();
    vault.lock();
  });

  it("reads the last records of one conversation, and not its neighbour's", async () => {
    const vault = await unlocked();
    const changes = [1, 2, 3, 10, 200].map((sequence) => ({
      store: "items" as const,
      key: ["c", sequence] as [string, number],
      value: { text: String(sequence) },
    }));
    await vault.write([...changes, { store: "items", key: ["d", 1], value: { text: "other" } }]);
    const last = await vault.readMany("items", shape, {
      range: conversationRange("c"),
      fromEnd: true,
      limit: 2,
    });
    expect(last.map(({ value }) => value.text)).toEqual(["200", "10"]);
    const all = await vault.readMany("items", shape, { range: conversationRange("c", 2, 10) });
    expect(all.map(({ value }) => value.text)).toEqual(["2", "3", "10"]);
    vault.lock();
  });

  it("keeps what is pending readable before the vault is unlocked, under the local half alone", async () => {
    const localKey = await makeVaultLocalKey();
    const vault = await Vault.open(network, account);
    await vault.writePending(localKey, "enrolment", { text: "seed" });
    expect(await vault.readPending(localKey, "enrolment", shape)).toEqual({ text: "seed" });
    await expect(vault.readPending(await makeVaultLocalKey(), "enrolment", shape)).rejects.toBeInstanceOf(
      VaultFailure,
    );
    await vault.dropPending("enrolment");
    expect(await vault.readPending(localKey, "enrolment", shape)).toBeUndefined();
    vault.lock();
  });

  it("takes no write of a worker that leads no more, and leaves nothing of it", async () => {
    const key = await importSealingKey(new Uint8Array(32).fill(7));
    let told = 0;
    whenDeposed((term) => {
      told = term;
    });
    const former = await Vault.open(network, account, { term: 5 });
    former.unlock(key);
    await former.write([{ store: "records", key: "a", value: { text: "by the former" } }]);
    const present = await Vault.open(network, account, { term: 6 });
    present.unlock(key);
    const late = [{ store: "records", key: "a", value: { text: "too late" } }] as const;
    await expect(former.write(late)).rejects.toBeInstanceOf(VaultDeposed);
    await expect(former.clear()).rejects.toBeInstanceOf(VaultDeposed);
    await expect(former.dropPending("enrolment")).rejects.toBeInstanceOf(VaultDeposed);
    expect(told).toBe(6);
    expect(await present.read("records", "a", shape)).toEqual({ text: "by the former" });
    await present.write([{ store: "records", key: "a", value: { text: "by the present" } }]);
    await expect(Vault.open(network, account, { term: 5 })).rejects.toBeInstanceOf(VaultDeposed);
    former.lock();
    present.lock();
  });

  it("keeps its term when everything else is cleared", async () => {
    const present = await Vault.open(network, account, { term: 6 });
    await present.clear();
    await expect(Vault.open(network, account, { term: 5 })).rejects.toBeInstanceOf(VaultDeposed);
    present.lock();
  });

  it("gives out each term once, above all before it and above what a vault remembers", async () => {
    const terms = await Promise.all([nextTerm(), nextTerm(), nextTerm()]);
    expect(new Set(terms).size).toBe(3);
    const floor = Date.now() + 1_000_000;
    expect(await nextTerm(floor)).toBe(floor + 1);
    expect(await nextTerm()).toBe(floor + 2);
  });

  it("names the vaults at this address and remembers the networks that were left", async () => {
    const vault = await unlocked();
    expect(await knownVaults()).toContainEqual({ network, account });
    vault.lock();
    await leaveNetworks([network]);
    expect(await networksLeft()).toContain(network);
  });
});

describe("a vault of another version", () => {
  const shapeOfAny = v.unknown();
  const stored = async (name: string) => {
    const { openDB } = await import("idb");
    const database = await openDB(name);
    const found = { version: database.version, outbox: await database.getAllKeys("outbox") };
    database.close();
    return found;
  };

  beforeEach(async () => {
    await deleteDatabase(network, account);
    await deleteDatabase(version1.network, version1.account);
  });

  it("is brought to the present structure with everything in it", async () => {
    const { vaultKey } = await putVersion1();
    const vault = await Vault.open(version1.network, version1.account);
    vault.unlock(vaultKey);
    await vault.bringUpToDate();
    expect(await vault.device()).toBeDefined();
    for (const store of ["records", "conversations", "items", "epochs", "outbox"] as const) {
      expect(await vault.readMany(store, shapeOfAny)).toHaveLength(version1.stores[store].length);
    }
    vault.lock();
  });

  it("stays as it was when the change of its structure fails", async () => {
    await putVersion1();
    const failing = [
      ...structures,
      () => {
        throw new Error("no such step");
      },
    ];
    const { network: where, account: whose } = version1;
    await expect(openDatabase(where, whose, () => undefined, failing)).rejects.toThrow();
    const kept = await stored(`entente-vault-${where}-${whose}`);
    expect(kept.version).toBe(1);
    expect(kept.outbox).toHaveLength(2);
  });

  it("is left alone, and said to be newer, when a later version of the page made it", async () => {
    const later = await openDatabase(network, account, () => undefined, [...structures, () => undefined]);
    await later.put("outbox", new Uint8Array(3), "kept");
    later.close();
    await expect(Vault.open(network, account)).rejects.toMatchObject({ kind: "newer" });
    expect((await stored(`entente-vault-${network}-${account}`)).outbox).toEqual(["kept"]);
  });

  it("takes one step of the form of its records after the other, each once", async () => {
    const vault = await unlocked();
    await vault.write([{ store: "records", key: "a", value: { text: "one" } }]);
    const longer = async (add: string) => {
      const { text } = (await vault.read("records", "a", shape)) ?? { text: "" };
      return [{ store: "records" as const, key: "a", value: { text: `${text}, ${add}` } }];
    };
    const steps = [() => longer("two"), () => longer("three")];
    await vault.bringUpToDate(steps.slice(0, 1));
    await vault.bringUpToDate(steps);
    await vault.bringUpToDate(steps);
    expect(await vault.read("records", "a", shape)).toEqual({ text: "one, two, three" });
    await expect(vault.bringUpToDate(steps.slice(0, 1))).rejects.toMatchObject({ kind: "newer" });
    vault.lock();
  });

  it("keeps the form that it had when a step fails", async () => {
    const vault = await unlocked();
    await vault.write([{ store: "records", key: "a", value: { text: "one" } }]);
    const fails = async () => {
      throw new Error("this step fails");
    };
    await expect(vault.bringUpToDate([fails])).rejects.toThrow();
    expect(await vault.read("records", "a", shape)).toEqual({ text: "one" });
    await vault.bringUpToDate([async () => []]);
    vault.lock();
  });
});

describe("a vault whose storage fails", () => {
  beforeEach(async () => {
    await deleteDatabase(network, account);
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** As the browser does when it takes a database away from an open page. */
  async function closedByTheBrowser(): Promise<void> {
    const later = await openDatabase(network, account, () => undefined, [...structures, () => undefined]);
    later.close();
    await deleteDatabase(network, account);
  }

  async function inhabited(): Promise<Vault> {
    const vault = await unlocked();
    await vault.saveDevice({ deviceKey: await makeDeviceKey(), localKey: await makeVaultLocalKey() });
    await vault.write([{ store: "records", key: "a", value: { text: "kept" } }]);
    return vault;
  }

  it("opens its database again when it was closed under it, and goes on", async () => {
    const vault = await inhabited();
    const closing = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(() => {
      throw new DOMException("The database connection is closing.", "InvalidStateError");
    });
    await vault.write([{ store: "records", key: "b", value: { text: "as if nothing was" } }]);
    expect(closing).toHaveBeenCalled();
    expect(await vault.read("records", "a", shape)).toEqual({ text: "kept" });
    expect(await vault.read("records", "b", shape)).toEqual({ text: "as if nothing was" });
    vault.lock();
  });

  it("says that it is closed when the browser does not give it back", async () => {
    const vault = await inhabited();
    vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(() => {
      throw new DOMException("The database connection is closing.", "InvalidStateError");
    });
    await expect(vault.read("records", "a", shape)).rejects.toMatchObject({ name: "VaultFailure" });
    vi.restoreAllMocks();
    expect(await vault.read("records", "a", shape)).toEqual({ text: "kept" });
    vault.lock();
  });

  it("says that it was wiped when it comes back empty, and nothing is absent then", async () => {
    const vault = await inhabited();
    await closedByTheBrowser();
    await expect(vault.read("records", "a", shape)).rejects.toMatchObject({ kind: "wiped" });
    await expect(vault.device()).rejects.toMatchObject({ kind: "wiped" });
    await expect(
      vault.write([{ store: "records", key: "a", value: { text: "more" } }]),
    ).rejects.toMatchObject({ kind: "wiped" });
    await vault.saveDevice({ deviceKey: await makeDeviceKey(), localKey: await makeVaultLocalKey() });
    await vault.write([{ store: "records", key: "a", value: { text: "put back" } }]);
    expect(await vault.read("records", "a", shape)).toEqual({ text: "put back" });
    vault.lock();
  });

  it("says that it is full, and keeps what it has", async () => {
    const vault = await inhabited();
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("No room.", "QuotaExceededError");
    });
    await expect(
      vault.write([{ store: "records", key: "a", value: { text: "too much" } }]),
    ).rejects.toMatchObject({ kind: "full" });
    vi.restoreAllMocks();
    expect(await vault.read("records", "a", shape)).toEqual({ text: "kept" });
    vault.lock();
  });

  it("says that there is no storage at all", async () => {
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("Switched off.", "SecurityError");
    });
    await expect(Vault.open(network, account)).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("reads everything else where single records are damaged, and names those", async () => {
    const vault = await inhabited();
    await vault.write([1, 2, 3].map((n) => ({ store: "outbox", key: `m${n}`, value: { text: `${n}` } })));
    const database = await openDatabase(network, account, () => undefined);
    await database.put("outbox", new Uint8Array(40), "m2");
    database.close();
    const broken: unknown[] = [];
    const read = await vault.readMany("outbox", shape, { broken: (key) => broken.push(key) });
    expect(read.map(({ value }) => value.text)).toEqual(["1", "3"]);
    expect(broken).toEqual(["m2"]);
    await expect(vault.readMany("outbox", shape)).rejects.toMatchObject({
      kind: "damaged",
      place: 'outbox:"m2"',
    });
    vault.lock();
  });
});
