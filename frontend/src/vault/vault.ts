/**
 * What this browser keeps, readable only while the session of its device lives: every value is sealed under the vault
 * key, and several changes are written in one transaction or not at all.
 *
 * Absent (`undefined`) and failed to load (`VaultFailure`) are different answers: only absent may create.
 */
import type * as v from "valibot";
import { safeParse } from "valibot";
import { derive } from "../crypto/seal";
import { vaultLocal } from "../crypto/session";
import { type Database, type DeviceRecord, databaseName, openDatabase, type StoreName } from "./database";
import { importSealingKey, openRecord, sealRecord } from "./sealing";

export type Key = string | [string, number];

/** Puts `value` at `key`, or removes what lies there when `value` is undefined. */
export interface Change {
  store: StoreName;
  key: Key;
  value: unknown;
}

/** A record is there and could not be read, or the storage itself failed. */
export class VaultFailure extends Error {
  readonly place: string;
  constructor(place: string, cause: unknown) {
    super(`The vault failed at ${place}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.name = "VaultFailure";
    this.place = place;
  }
}

/** The vault key was dropped, since the session ended. */
export class VaultLocked extends Error {
  constructor() {
    super("The vault is locked.");
    this.name = "VaultLocked";
  }
}

function placeOf(store: string, key: Key): string {
  return `${store}:${JSON.stringify(key)}`;
}

export class Vault {
  readonly network: string;
  readonly account: string;
  readonly #database: Database;
  #key: CryptoKey | null = null;
  #lost = false;

  private constructor(network: string, account: string, database: Database) {
    this.network = network;
    this.account = account;
    this.#database = database;
  }

  /** Opens the database; the vault is still locked. */
  static async open(network: string, account: string, onLost: () => void = () => undefined): Promise<Vault> {
    try {
      let vault: Vault | null = null;
      const database = await openDatabase(network, account, () => {
        if (vault !== null) {
          vault.#lost = true;
        }
        onLost();
      });
      vault = new Vault(network, account, database);
      return vault;
    } catch (error) {
      throw new VaultFailure(databaseName(network, account), error);
    }
  }

  get unlocked(): boolean {
    return this.#key !== null;
  }

  /** `key` is the vault key, made from both halves. */
  unlock(key: CryptoKey): void {
    this.#key = key;
  }

  /** Forgets the vault key and closes the database. */
  lock(): void {
    this.#key = null;
    this.#database.close();
  }

  async device(): Promise<DeviceRecord | undefined> {
    return this.#guard("device", () => this.#database.get("device", "device"));
  }

  async saveDevice(record: DeviceRecord): Promise<void> {
    await this.#guard("device", () => this.#database.put("device", record, "device"));
  }

  /** Leaves nothing of a device that is no longer one, or was never enrolled. */
  async clear(): Promise<void> {
    await this.#guard("all", async () => {
      const transaction = this.#database.transaction(this.#database.objectStoreNames, "readwrite");
      for (const name of this.#database.objectStoreNames) {
        void transaction.objectStore(name).clear();
      }
      await transaction.done;
    });
  }

  async readPending<T>(
    localKey: CryptoKey,
    name: string,
    schema: v.GenericSchema<unknown, T>,
  ): Promise<T | undefined> {
    const place = `pending:${name}`;
    return this.#guard(place, async () => {
      const sealed = await this.#database.get("pending", name);
      if (sealed === undefined) {
        return undefined;
      }
      return check(schema, await openRecord(await pendingKey(localKey), place, sealed));
    });
  }

  async writePending(localKey: CryptoKey, name: string, value: unknown): Promise<void> {
    const place = `pending:${name}`;
    await this.#guard(place, async () => {
      const sealed = await sealRecord(await pendingKey(localKey), place, value);
      await this.#database.put("pending", sealed, name);
    });
  }

  async dropPending(name: string): Promise<void> {
    await this.#guard(`pending:${name}`, () => this.#database.delete("pending", name));
  }

  async read<T>(store: StoreName, key: Key, schema: v.GenericSchema<unknown, T>): Promise<T | undefined> {
    const place = placeOf(store, key);
    const vaultKey = this.#needKey();
    return this.#guard(place, async () => {
      const sealed = await this.#database.get(store, key as never);
      return sealed === undefined ? undefined : check(schema, await openRecord(vaultKey, place, sealed));
    });
  }

  /** All records of a store in the order of their keys, or those in `range`; from the end and at most `limit` if told. */
  async readMany<T>(
    store: StoreName,
    schema: v.GenericSchema<unknown, T>,
    options: { range?: IDBKeyRange; fromEnd?: boolean; limit?: number } = {},
  ): Promise<{ key: Key; value: T }[]> {
    const vaultKey = this.#needKey();
    return this.#guard(store, async () => {
      const sealed: { key: Key; record: Uint8Array<ArrayBuffer> }[] = [];
      const objects = this.#database.transaction(store).store;
      if (options.fromEnd === true || options.limit !== undefined) {
        let cursor = await objects.openCursor(
          options.range ?? null,
          options.fromEnd === true ? "prev" : "next",
        );
        while (cursor !== null && sealed.length < (options.limit ?? Number.POSITIVE_INFINITY)) {
          sealed.push({ key: cursor.key, record: cursor.value });
          cursor = await cursor.continue();
        }
      } else {
        const range = options.range ?? null;
        const [keys, records] = await Promise.all([objects.getAllKeys(range), objects.getAll(range)]);
        keys.forEach((key, index) => {
          const record = records[index];
          if (record !== undefined) {
            sealed.push({ key, record });
          }
        });
      }
      return Promise.all(
        sealed.map(async ({ key, record }) => ({
          key,
          value: check(schema, await openRecord(vaultKey, placeOf(store, key), record)),
        })),
      );
    });
  }

  /** Writes all changes in one transaction; durable on return. */
  async write(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) {
      return;
    }
    const vaultKey = this.#needKey();
    const stores = [...new Set(changes.map((change) => change.store))];
    await this.#guard(stores.join(), async () => {
      // Everything is sealed first: a transaction would not survive waiting for WebCrypto.
      const sealed = await Promise.all(
        changes.map((change) =>
          change.value === undefined
            ? undefined
            : sealRecord(vaultKey, placeOf(change.store, change.key), change.value),
        ),
      );
      if (this.#key === null) {
        throw new VaultLocked();
      }
      const transaction = this.#database.transaction(stores, "readwrite");
      changes.forEach((change, index) => {
        const objects = transaction.objectStore(change.store);
        const record = sealed[index];
        void (
          record === undefined
            ? objects.delete(change.key as never)
            : objects.put(record, change.key as never)
        ).catch(() => undefined); // the transaction's own failure is the one reported
      });
      await transaction.done;
    });
  }

  #needKey(): CryptoKey {
    if (this.#key === null) {
      throw new VaultLocked();
    }
    return this.#key;
  }

  async #guard<T>(place: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof VaultLocked || error instanceof VaultFailure) {
        throw error;
      }
      throw new VaultFailure(place, this.#lost ? "the database was closed by the browser" : error);
    }
  }
}

function check<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = safeParse(schema, value);
  if (!result.success) {
    throw new TypeError(`The record has another form than this version writes: ${result.issues[0].message}`);
  }
  return result.output;
}

/** Readable without the server's half: only for what must outlive a reload before the device is an active one. */
async function pendingKey(localKey: CryptoKey): Promise<CryptoKey> {
  return importSealingKey(await derive(await vaultLocal(localKey), null, "entente/v1/vault-pending\n"));
}

/** All keys of a conversation's records, from the first to the last sequence. */
export function conversationRange(
  conversation: string,
  first = 0,
  last = Number.MAX_SAFE_INTEGER,
): IDBKeyRange {
  return IDBKeyRange.bound([conversation, first], [conversation, last]);
}
