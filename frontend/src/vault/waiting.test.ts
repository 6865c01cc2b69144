import "fake-indexeddb/auto";
import { afterEach, expect, it } from "vitest";
import { deleteDatabase } from "./database";
import { importSealingKey } from "./sealing";
import { Vault } from "./vault";
import { countWaiting } from "./waiting";

const network = "ab".repeat(32);
const [ana, bo] = ["01".repeat(16), "02".repeat(16)];

async function write(account: string, ...clientIds: string[]): Promise<void> {
  const vault = await Vault.open(network, account);
  vault.unlock(await importSealingKey(new Uint8Array(32)));
  await vault.write(clientIds.map((key) => ({ store: "outbox" as const, key, value: { text: "sealed" } })));
  vault.lock();
}

afterEach(async () => {
  await deleteDatabase(network, ana);
  await deleteDatabase(network, bo);
});

it("counts what waits in locked vaults, of everybody on this network alone", async () => {
  await write(ana, "1", "2");
  await write(bo, "3");
  expect(await countWaiting(network)).toBe(3);
  expect(await countWaiting("cd".repeat(32))).toBe(0);
});

it("makes no vault by looking for one", async () => {
  expect(await countWaiting(network)).toBe(0);
  expect((await indexedDB.databases()).filter(({ name }) => name?.includes(network))).toEqual([]);
});
