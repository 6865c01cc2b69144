/**
 * The browser's databases: one per network and account, so that two people, or two networks at one address, never mix.
 * Keys of records (conversation, sequence, client id) are in clear; values are sealed by `Vault`, except the two
 * handles in `device`, which are non-extractable WebCrypto keys.
 */
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import type { DeviceKey } from "../crypto/signing";
import { structures } from "./migrations";

export interface DeviceRecord {
  /** Its private half is non-extractable. */
  deviceKey: DeviceKey;
  /** HMAC-SHA-256, non-extractable: the browser's half of the vault key. */
  localKey: CryptoKey;
}

export type Sealed = Uint8Array<ArrayBuffer>;

export interface VaultSchema extends DBSchema {
  /** The device of this browser. */
  device: { key: "device"; value: DeviceRecord };
  /** What must survive a reload before the vault can be unlocked; sealed under the local half alone. */
  pending: { key: string; value: Sealed };
  /** Single records by name: keys, the Register, marks. */
  records: { key: string; value: Sealed };
  conversations: { key: string; value: Sealed };
  items: { key: [conversation: string, sequence: number]; value: Sealed };
  epochs: { key: [conversation: string, number: number]; value: Sealed };
  outbox: { key: string; value: Sealed };
  /** What the server gave of late, as it was signed; it can be done without. The day leads its key. */
  raw: { key: string; value: Sealed };
  /** In clear: the highest term of a leading worker that opened this vault. */
  lead: { key: "term"; value: number };
}

/** What is sealed under the vault key. */
export const sealedStores = ["records", "conversations", "items", "epochs", "outbox", "raw"] as const;
export type StoreName = (typeof sealedStores)[number];
export type Database = IDBPDatabase<VaultSchema>;

const PREFIX = "entente-vault";
/** Founding officers have keys before there is a network. */
export const UNFOUNDED = "unfounded";

export function databaseName(network: string, account: string): string {
  return `${PREFIX}-${network}-${account}`;
}

/**
 * Opens the database of one account on one network, makes it when absent, and brings it to the present structure.
 * `onLost` is called when it goes away.
 */
export function openDatabase(
  network: string,
  account: string,
  onLost: () => void,
  steps = structures,
): Promise<Database> {
  return openDB<VaultSchema>(databaseName(network, account), steps.length, {
    upgrade(database, oldVersion, _version, transaction) {
      transaction.done.catch(() => undefined); // a step that fails is reported by the opening, and undone
      for (const step of steps.slice(oldVersion)) {
        step(database);
      }
    },
    blocking(_current, _blocked, event) {
      // A newer page, or one that deletes this vault, waits for us.
      (event.target as IDBDatabase).close();
      onLost();
    },
    terminated: onLost,
  });
}

export interface KnownVault {
  network: string;
  account: string;
}

/** The vaults that lie at this address, of all networks and accounts. */
export async function knownVaults(): Promise<KnownVault[]> {
  const all = await indexedDB.databases();
  return all.flatMap(({ name }) => {
    const match = /^entente-vault-([0-9a-f]{64})-([0-9a-f]{32})$/.exec(name ?? "");
    return match?.[1] !== undefined && match[2] !== undefined
      ? [{ network: match[1], account: match[2] }]
      : [];
  });
}

export function deleteDatabase(network: string, account: string): Promise<void> {
  return deleteDB(databaseName(network, account));
}

interface AddressSchema extends DBSchema {
  left: { key: string; value: true };
  /** The term of the worker that leads in this browser, whoever is signed in. */
  lead: { key: "term"; value: number };
  /** Somebody has signed out, and the server could not be told yet. */
  ending: { key: "session"; value: true };
}

function openAddress(): Promise<IDBPDatabase<AddressSchema>> {
  return openDB<AddressSchema>("entente-address", 3, {
    upgrade(database, oldVersion) {
      if (oldVersion < 1) {
        database.createObjectStore("left");
      }
      if (oldVersion < 2) {
        database.createObjectStore("lead");
      }
      if (oldVersion < 3) {
        database.createObjectStore("ending");
      }
    },
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
}

/**
 * A term above every one given out before at this address, and above `floor`. The clock keeps terms growing where this
 * little database was lost and the vaults were not.
 */
export async function nextTerm(floor = 0): Promise<number> {
  const database = await openAddress();
  try {
    const transaction = database.transaction("lead", "readwrite");
    const before = (await transaction.store.get("term")) ?? 0;
    const term = Math.max(before, floor, Date.now() - 1) + 1;
    await transaction.store.put(term, "term");
    await transaction.done;
    return term;
  } finally {
    database.close();
  }
}

/** Whether somebody has signed out here whose session at the server is still open. */
export async function endingSession(): Promise<boolean> {
  const database = await openAddress();
  try {
    return (await database.get("ending", "session")) === true;
  } finally {
    database.close();
  }
}

export async function keepEndingSession(ending: boolean): Promise<void> {
  const database = await openAddress();
  try {
    await (ending ? database.put("ending", true, "session") : database.delete("ending", "session"));
  } finally {
    database.close();
  }
}

/** Networks that this address served before and that the person chose to leave; their vaults stay, apart. */
export async function networksLeft(): Promise<Set<string>> {
  const database = await openAddress();
  try {
    return new Set(await database.getAllKeys("left"));
  } finally {
    database.close();
  }
}

export async function leaveNetworks(networks: Iterable<string>): Promise<void> {
  const database = await openAddress();
  try {
    const transaction = database.transaction("left", "readwrite");
    for (const network of networks) {
      void transaction.store.put(true, network);
    }
    await transaction.done;
  } finally {
    database.close();
  }
}
