/**
 * What this browser keeps, readable only while the session of its device lives: every value is sealed under the vault
 * key, and several changes are written in one transaction or not at all.
 *
 * Absent (`undefined`) and failed to load (`VaultFailure`) are different answers: only absent may create.
 */
import type { IDBPTransaction } from "idb";
import type * as v from "valibot";
import { safeParse } from "valibot";
import { derive } from "../crypto/seal";
import { vaultLocal } from "../crypto/session";
import {
  type Database,
  type DeviceRecord,
  databaseName,
  openDatabase,
  type StoreName,
  type VaultSchema,
} from "./database";
import { importSealingKey, openRecord, sealRecord } from "./sealing";
import { ownTerm, tellDeposed } from "./term";

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
  constructor(message = "The vault is locked.") {
    super(message);
    this.name = "VaultLocked";
  }
}

/** Another worker leads now, under a higher term: this one has nothing to write any more. */
export class VaultDeposed extends VaultLocked {
  readonly term: number;
  constructor(term: number) {
    super("The vault belongs to another tab now.");
    this.name = "VaultDeposed";
    this.term = term;
  }
}

export interface VaultOptions {
  /** The database went away. */
  onLost?: () => void;
  /** The term under which this vault is opened, where it is not that of this worker. */
  term?: number;
}

type Place = StoreName | "device" | "pending";

type Writing = IDBPTransaction<VaultSchema, (Place | "lead")[], "readwrite">;

function placeOf(store: string, key: Key): string {
  return `${store}:${JSON.stringify(key)}`;
}

export class Vault {
  readonly network: string;
  readonly account: string;
  readonly #database: Database;
  readonly #term: number;
  #key: CryptoKey | null = null;
  #lost = false;

  private constructor(network: string, account: string, database: Database, options: VaultOptions) {
    this.network = network;
    this.account = account;
    this.#database = database;
    this.#term = options.term ?? ownTerm();
  }

  /** Opens the database and takes its term over; the vault is still locked. Rejects where a later term opened it. */
  static async open(network: string, account: string, options: VaultOptions = {}): Promise<Vault> {
    try {
      let vault: Vault | null = null;
      const database = await openDatabase(network, account, () => {
        if (vault !== null) {
          vault.#lost = true;
        }
        options.onLost?.();
      });
      vault = new Vault(network, account, database, options);
      await vault.#begin();
      return vault;
    } catch (error) {
      if (error instanceof VaultDeposed) {
        throw error;
      }
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
    await this.#guard("device", () =>
      this.#change(["device"], (transaction) => [transaction.objectStore("device").put(record, "device")]),
    );
  }

  /** Leaves nothing of a device that is no longer one, or was never enrolled. */
  async clear(): Promise<void> {
    const stores = [...this.#database.objectStoreNames].filter((name) => name !== "lead");
    await this.#guard("all", () =>
      this.#change(stores, (transaction) => stores.map((name) => transaction.objectStore(name).clear())),
    );
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
      await this.#change(["pending"], (transaction) => [
        transaction.objectStore("pending").put(sealed, name),
      ]);
    });
  }

  async dropPending(name: string): Promise<void> {
    await this.#guard(`pending:${name}`, () =>
      this.#change(["pending"], (transaction) => [transaction.objectStore("pending").delete(name)]),
    );
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
      await this.#change(stores, (transaction) =>
        changes.map((change, index) => {
          const objects = transaction.objectStore(change.store);
          const record = sealed[index];
          return record === undefined
            ? objects.delete(change.key as never)
            : objects.put(record, change.key as never);
        }),
      );
    });
  }

  /** Remembers the term of this worker in the vault, unless a later one is there already. */
  async #begin(): Promise<void> {
    const transaction = this.#database.transaction("lead", "readwrite");
    const held = (await transaction.store.get("term")) ?? 0;
    if (held > this.#term) {
      await transaction.done;
      this.#database.close();
      tellDeposed(held);
      throw new VaultDeposed(held);
    }
    void transaction.store.put(this.#term, "term");
    await transaction.done;
  }

  /** One transaction over these stores, which does nothing when the term in the vault is no longer this worker's. */
  async #change(stores: readonly Place[], act: (transaction: Writing) => Promise<unknown>[]): Promise<void> {
    const transaction = this.#database.transaction([...stores, "lead" as const], "readwrite");
    const held = (await transaction.objectStore("lead").get("term")) ?? 0;
    if (held > this.#term) {
      transaction.abort();
      await transaction.done.catch(() => undefined);
      const deposed = new VaultDeposed(held);
      tellDeposed(held);
      throw deposed;
    }
    for (const done of act(transaction)) {
      done.catch(() => undefined); // the transaction's own failure is the one reported
    }
    await transaction.done;
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
