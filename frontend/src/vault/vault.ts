/**
 * What this browser keeps, readable only while the session of its device lives: every value is sealed under the vault
 * key, and several changes are written in one transaction or not at all.
 *
 * Absent (`undefined`) and failed to load (`VaultFailure`) are different answers: only absent may create.
 *
 * A database that the browser closes under us is opened again, and what was under way is done again: whatever is done
 * here comes to the same when it is done twice. Only when it comes back empty is that said.
 */
import type { IDBPTransaction } from "idb";
import type * as v from "valibot";
import { number, safeParse } from "valibot";
import { derive } from "../crypto/seal";
import { vaultLocal } from "../crypto/session";
import {
  type Database,
  type DeviceRecord,
  databaseName,
  openDatabase,
  type StoreName,
  sealedStores,
  type VaultSchema,
} from "./database";
import { isGone, openingFailure, usingFailure, VaultFailure } from "./failures";
import { type FormStep, forms } from "./migrations";
import { importSealingKey, openRecord, sealRecord } from "./sealing";
import { ownTerm, tellDeposed } from "./term";

export type Key = string | [string, number];

/** Puts `value` at `key`, or removes what lies there when `value` is undefined. */
export interface Change {
  store: StoreName;
  key: Key;
  value: unknown;
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
  /** The database went away; it is opened again at the next use. */
  onLost?: () => void;
  /** The term under which this vault is opened, where it is not that of this worker. */
  term?: number;
}

/** Where the form of the sealed records stands; absent in the first. */
const FORM = "form";

type Place = StoreName | "device" | "pending";

type Writing = IDBPTransaction<VaultSchema, (Place | "lead")[], "readwrite">;

function placeOf(store: string, key: Key): string {
  return `${store}:${JSON.stringify(key)}`;
}

export class Vault {
  readonly network: string;
  readonly account: string;
  readonly #options: VaultOptions;
  readonly #term: number;
  #database: Database | null = null;
  #opening: Promise<void> | null = null;
  #key: CryptoKey | null = null;
  /** Resolves when every write that was asked for so far is done or has failed. */
  #written: Promise<unknown> = Promise.resolve();
  /** There was a device in it: a database without one is another one. */
  #inhabited = false;
  #shut = false;

  private constructor(network: string, account: string, options: VaultOptions) {
    this.network = network;
    this.account = account;
    this.#options = options;
    this.#term = options.term ?? ownTerm();
  }

  /** Opens the database and takes its term over; the vault is still locked. Rejects where a later term opened it. */
  static async open(network: string, account: string, options: VaultOptions = {}): Promise<Vault> {
    const vault = new Vault(network, account, options);
    await vault.#reopen();
    return vault;
  }

  get unlocked(): boolean {
    return this.#key !== null;
  }

  /** `key` is the vault key, made from both halves. */
  unlock(key: CryptoKey): void {
    this.#key = key;
  }

  /** Brings records that an earlier version wrote to the form that this one reads; all or none of each step. */
  async bringUpToDate(steps: readonly FormStep[] = forms): Promise<void> {
    const held = (await this.read("records", FORM, number())) ?? 1;
    if (held > steps.length + 1) {
      throw new VaultFailure("newer", `records:${FORM}`, "a later version of this page has written here");
    }
    for (const [index, step] of steps.entries()) {
      if (index + 1 >= held) {
        const changes = await step(this);
        await this.write([...changes, { store: "records", key: FORM, value: index + 2 }]);
      }
    }
  }

  /** Forgets the vault key and closes the database. */
  lock(): void {
    this.#key = null;
    this.#shut = true;
    this.#database?.close();
  }

  async device(): Promise<DeviceRecord | undefined> {
    const device = await this.#guard("device", (database) => database.get("device", "device"));
    this.#inhabited ||= device !== undefined;
    return device;
  }

  async saveDevice(record: DeviceRecord): Promise<void> {
    this.#inhabited = false; // from now on this is what it must hold
    await this.#guard("device", (database) =>
      this.#change(database, ["device"], (transaction) => [
        transaction.objectStore("device").put(record, "device"),
      ]),
    );
    this.#inhabited = true;
  }

  /** Leaves nothing of a device that is no longer one, or was never enrolled. */
  async clear(): Promise<void> {
    this.#inhabited = false;
    await this.#empty((name) => name !== "lead");
  }

  /** Leaves nothing that is sealed under the vault key, which another device will not have. */
  async clearSealed(): Promise<void> {
    await this.#empty((name) => name !== "lead" && name !== "device" && name !== "pending");
  }

  /** The keys of a store, which lie in clear: they can be counted while the vault is locked. */
  async keys(store: StoreName, range?: IDBKeyRange): Promise<Key[]> {
    return this.#guard(store, (database) => database.getAllKeys(store, range ?? null));
  }

  /** How many bytes lie here, sealed. */
  async weigh(): Promise<number> {
    return this.#guard("all", async (database) => {
      let bytes = 0;
      for (const store of sealedStores) {
        for (const record of await database.getAll(store)) {
          bytes += record.byteLength;
        }
      }
      return bytes;
    });
  }

  async readPending<T>(
    localKey: CryptoKey,
    name: string,
    schema: v.GenericSchema<unknown, T>,
  ): Promise<T | undefined> {
    const place = `pending:${name}`;
    return this.#guard(place, async (database) => {
      const sealed = await database.get("pending", name);
      if (sealed === undefined) {
        return undefined;
      }
      return check(schema, await openRecord(await pendingKey(localKey), place, sealed));
    });
  }

  async writePending(localKey: CryptoKey, name: string, value: unknown): Promise<void> {
    const place = `pending:${name}`;
    await this.#guard(place, async (database) => {
      const sealed = await sealRecord(await pendingKey(localKey), place, value);
      await this.#change(database, ["pending"], (transaction) => [
        transaction.objectStore("pending").put(sealed, name),
      ]);
    });
  }

  async dropPending(name: string): Promise<void> {
    await this.#guard(`pending:${name}`, (database) =>
      this.#change(database, ["pending"], (transaction) => [transaction.objectStore("pending").delete(name)]),
    );
  }

  async read<T>(store: StoreName, key: Key, schema: v.GenericSchema<unknown, T>): Promise<T | undefined> {
    const place = placeOf(store, key);
    const vaultKey = this.#needKey();
    return this.#guard(place, async (database) => {
      const sealed = await database.get(store, key as never);
      return sealed === undefined ? undefined : check(schema, await openRecord(vaultKey, place, sealed));
    });
  }

  /**
   * All records of a store in the order of their keys, or those in `range`; from the end and at most `limit` if told.
   * With `broken`, records that cannot be read are told there instead of failing the others.
   */
  async readMany<T>(
    store: StoreName,
    schema: v.GenericSchema<unknown, T>,
    options: {
      range?: IDBKeyRange;
      fromEnd?: boolean;
      limit?: number;
      broken?: (key: Key, failure: VaultFailure) => void;
    } = {},
  ): Promise<{ key: Key; value: T }[]> {
    const vaultKey = this.#needKey();
    return this.#guard(store, async (database) => {
      const sealed: { key: Key; record: Uint8Array<ArrayBuffer> }[] = [];
      const objects = database.transaction(store).store;
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
      const opened = await Promise.all(
        sealed.map(async ({ key, record }) => {
          try {
            const value = await openRecord(vaultKey, placeOf(store, key), record);
            return [{ key, value: check(schema, value) }];
          } catch (error) {
            const failure = usingFailure(placeOf(store, key), error);
            if (options.broken === undefined) {
              throw failure;
            }
            options.broken(key, failure);
            return [];
          }
        }),
      );
      return opened.flat();
    });
  }

  /** Removes all records of a store in this range, whatever lies there; a locked vault does it as well. */
  async drop(store: StoreName, range: IDBKeyRange): Promise<void> {
    const written = this.#written.then(() =>
      this.#guard(store, (database) =>
        this.#change(database, [store], (transaction) => [transaction.objectStore(store).delete(range)]),
      ),
    );
    this.#written = written.catch(() => undefined);
    return written;
  }

  /**
   * Like `write`, with what can be done without: where there is no room for all of it the rest is written alone, and
   * where there is none even for that, after everything that can be done without was removed.
   */
  async writeWith(changes: readonly Change[], spare: readonly Change[]): Promise<void> {
    try {
      return await this.write([...changes, ...spare]);
    } catch (error) {
      if (!isFull(error)) {
        throw error;
      }
    }
    try {
      return await this.write(changes);
    } catch (error) {
      if (!isFull(error)) {
        throw error;
      }
    }
    await this.drop("raw", IDBKeyRange.lowerBound(""));
    return this.write(changes);
  }

  /** Writes all changes in one transaction, after those that were asked for before; durable on return. */
  async write(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) {
      return;
    }
    const vaultKey = this.#needKey();
    const stores = [...new Set(changes.map((change) => change.store))];
    // Everything is sealed first: a transaction would not survive waiting for WebCrypto. What is sealed sooner than
    // what was asked for before it still comes after it, so that the last word on a record is the one that stays.
    const sealing = Promise.all(
      changes.map((change) =>
        change.value === undefined
          ? undefined
          : sealRecord(vaultKey, placeOf(change.store, change.key), change.value),
      ),
    );
    sealing.catch(() => undefined); // it is said when its turn comes
    const put = async (database: Database) => {
      const sealed = await sealing;
      if (this.#key === null) {
        throw new VaultLocked();
      }
      await this.#change(database, stores, (transaction) =>
        changes.map((change, index) => {
          const objects = transaction.objectStore(change.store);
          const record = sealed[index];
          return record === undefined
            ? objects.delete(change.key as never)
            : objects.put(record, change.key as never);
        }),
      );
    };
    const written = this.#written.then(() => this.#guard(stores.join(), put));
    this.#written = written.catch(() => undefined);
    return written;
  }

  /** A new connection, with the term of this worker in it, unless a later one is there already. */
  async #connect(): Promise<Database> {
    const place = databaseName(this.network, this.account);
    let database: Database | null = null;
    try {
      database = await openDatabase(this.network, this.account, () => {
        if (this.#database === database) {
          this.#database = null;
        }
        this.#options.onLost?.();
      });
      await this.#begin(database);
      if (this.#inhabited && (await database.get("device", "device")) === undefined) {
        throw new VaultFailure("wiped", place, "the database is empty");
      }
      return database;
    } catch (error) {
      database?.close();
      throw error instanceof VaultDeposed ? error : openingFailure(place, error);
    }
  }

  #reopen(): Promise<void> {
    this.#opening ??= this.#connect()
      .then((database) => {
        if (this.#shut) {
          database.close();
          throw new VaultLocked();
        }
        this.#database = database;
      })
      .finally(() => {
        this.#opening = null;
      });
    return this.#opening;
  }

  /** Remembers the term of this worker in the vault, unless a later one is there already. */
  async #begin(database: Database): Promise<void> {
    const transaction = database.transaction("lead", "readwrite");
    const held = (await transaction.store.get("term")) ?? 0;
    if (held > this.#term) {
      await transaction.done;
      tellDeposed(held);
      throw new VaultDeposed(held);
    }
    void transaction.store.put(this.#term, "term");
    await transaction.done;
  }

  #empty(goes: (name: Place | "lead") => boolean): Promise<void> {
    return this.#guard("all", (database) => {
      const stores = [...database.objectStoreNames].filter(goes) as Place[];
      return this.#change(database, stores, (transaction) =>
        stores.map((name) => transaction.objectStore(name).clear()),
      );
    });
  }

  /** One transaction over these stores, which does nothing when the term in the vault is no longer this worker's. */
  async #change(
    database: Database,
    stores: readonly Place[],
    act: (transaction: Writing) => Promise<unknown>[],
  ): Promise<void> {
    const transaction = database.transaction([...stores, "lead" as const], "readwrite");
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

  /** Runs on the open database; once more on a new connection where the one at hand turned out to be closed. */
  async #guard<T>(place: string, run: (database: Database) => Promise<T>): Promise<T> {
    const attempt = async (): Promise<T> => {
      if (this.#shut) {
        throw new VaultLocked();
      }
      if (this.#database === null) {
        await this.#reopen();
      }
      return run(this.#database as Database);
    };
    const used = this.#database;
    try {
      return await attempt();
    } catch (error) {
      if (!isGone(error) || this.#shut) {
        throw error instanceof VaultLocked ? error : usingFailure(place, error);
      }
    }
    if (this.#database === used) {
      used?.close();
      this.#database = null;
    }
    try {
      return await attempt();
    } catch (error) {
      throw error instanceof VaultLocked ? error : usingFailure(place, error);
    }
  }
}

const isFull = (error: unknown): boolean => error instanceof VaultFailure && error.kind === "full";

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
