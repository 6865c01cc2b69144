/** How many messages wait in vaults that are locked: their keys are in clear, their words are not. */
import { openDB } from "idb";
import { databaseName, knownVaults } from "./database";

/** Of everybody who uses this browser on this network. Zero where nothing can be seen. */
export async function countWaiting(network: string): Promise<number> {
  let count = 0;
  for (const vault of await knownVaults()) {
    if (vault.network === network) {
      count += await countIn(databaseName(network, vault.account));
    }
  }
  return count;
}

/** Opened as it is, and never made or changed by looking. */
async function countIn(name: string): Promise<number> {
  const database = await openDB(name, undefined, {
    upgrade: (_, __, ___, transaction) => transaction.abort(),
    blocking: (_, __, event) => (event.target as IDBDatabase).close(),
  });
  try {
    return database.objectStoreNames.contains("outbox") ? await database.count("outbox") : 0;
  } finally {
    database.close();
  }
}
