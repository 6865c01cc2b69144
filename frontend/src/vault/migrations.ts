/**
 * How what an earlier version of this page kept becomes what this one keeps. Each step is one transaction: it is done
 * wholly, or what was there stays as it was.
 *
 * There are two kinds of steps. The *structure* (which stores there are) changes while the database is opened, without
 * any key. The *form* of sealed records changes after the vault was unlocked.
 */
import type { IDBPDatabase } from "idb";
import type * as v from "valibot";
import type { StoreName, VaultSchema } from "./database";
import type { Change, Key } from "./vault";

type Structure = (database: IDBPDatabase<VaultSchema>) => void;

/** The step at place n leads to version n + 1 of the database. */
export const structures: readonly Structure[] = [
  (database) => {
    const first = ["device", "pending", "records", "conversations", "items", "epochs", "outbox"] as const;
    for (const store of first) {
      database.createObjectStore(store);
    }
  },
  (database) => {
    database.createObjectStore("lead");
  },
  (database) => {
    database.createObjectStore("raw");
  },
];

/** What a step sees of the unlocked vault. */
export interface Reading {
  read<T>(store: StoreName, key: Key, schema: v.GenericSchema<unknown, T>): Promise<T | undefined>;
  readMany<T>(
    store: StoreName,
    schema: v.GenericSchema<unknown, T>,
    options?: { range?: IDBKeyRange },
  ): Promise<{ key: Key; value: T }[]>;
}

/** Reads records of one form, and gives what has to be written so that they have the next. */
export type FormStep = (vault: Reading) => Promise<Change[]>;

/** The step at place n leads from form n + 1 to form n + 2. */
export const forms: readonly FormStep[] = [];
