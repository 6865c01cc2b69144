import "fake-indexeddb/auto";
import * as v from "valibot";
import { beforeEach, describe, expect, it } from "vitest";
import { makeVaultLocalKey } from "../crypto/session";
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
