/**
 * What is done when the storage of this browser fails. What the server has is fetched again; what the recovery code opens
 * is opened again; what only this browser had, and is gone, is said. Nothing is forgotten that can still be read.
 */
import * as v from "valibot";
import { makeDeviceKey } from "../crypto/signing";
import {
  type Change,
  conversationRange,
  type DeviceRecord,
  type Key,
  type StoreName,
  sealedStores,
  type Vault,
  VaultFailure,
} from "../vault";
import type { Phase, StorageTrouble } from "./contract";
import { forgetRaw } from "./conversations/raw";
import { KEYS_PLACE } from "./keyring";
import type { Stay } from "./session";

/** Each record of these stands for itself. */
const ALONE: readonly StoreName[] = ["outbox", "records", "raw"];
const STORES: readonly string[] = sealedStores;
/** What is begun and not sent lies in the records under this name. */
const DRAFT = "draft/";
const CARRIED = "carried";

const carriedSchema = v.object({
  /** The device whose keys were lost, to be revoked. */
  device: v.string(),
  changes: v.array(
    v.object({ store: v.picklist(["outbox", "records"]), key: v.string(), value: v.unknown() }),
  ),
});
export type Carried = v.InferOutput<typeof carriedSchema>;

/** The keys of this person are the failure's place, or all of it: only the recovery code helps. */
export function needsCode(failure: VaultFailure): boolean {
  return failure.kind === "damaged" && (failure.place === KEYS_PLACE || placeOf(failure.place) === null);
}

function placeOf(place: string): { store: StoreName; key: Key } | null {
  const [, store = "", key = ""] = /^(\w+):(.+)$/.exec(place) ?? [];
  try {
    return STORES.includes(store) ? { store: store as StoreName, key: JSON.parse(key) as Key } : null;
  } catch {
    return null;
  }
}

/** What went with a record that could not be read. */
export type Mended = "fetched" | "lost";

/**
 * Forgets what is damaged, so that it is fetched again: a conversation as a whole, since its parts belong together. Null
 * where that does not help. `heads`: how far conversations were verified, where that is still in memory.
 */
export async function mend(
  vault: Vault,
  failure: VaultFailure,
  heads: ReadonlyMap<string, Remembered> = new Map(),
): Promise<Mended | null> {
  const place = placeOf(failure.place);
  if (failure.kind !== "damaged" || place === null || needsCode(failure) || !vault.unlocked) {
    return null;
  }
  const { store, key } = place;
  const history = store === "records" ? /^history\/([0-9a-f]{64})\//.exec(String(key))?.[1] : undefined;
  const conversation = history ?? (ALONE.includes(store) ? undefined : Array.isArray(key) ? key[0] : key);
  if (conversation !== undefined) {
    await forgetConversation(vault, conversation, heads.get(conversation));
    return "fetched";
  }
  await vault.write([{ store, key, value: undefined }]);
  return store === "outbox" || String(key).startsWith(DRAFT) ? "lost" : "fetched";
}

const HEAD = "head/";
const headSchema = v.object({ sequence: v.number(), head: v.string() });
export type Remembered = v.InferOutput<typeof headSchema>;

/** What was verified of conversations that were forgotten since: what comes again must continue it. */
export async function rememberedHeads(vault: Vault): Promise<(Remembered & { id: string })[]> {
  const range = IDBKeyRange.bound(HEAD, `${HEAD}\uffff`);
  const all = await vault.readMany("records", headSchema, { range, broken: () => undefined });
  return all.map(({ key, value }) => ({ id: String(key).slice(HEAD.length), ...value }));
}

export function rememberHead(id: string, { sequence, head }: Remembered): Change {
  return { store: "records", key: `${HEAD}${id}`, value: { sequence, head } };
}

export function forgetHead(vault: Vault, id: string): Promise<void> {
  return vault.write([{ store: "records", key: `${HEAD}${id}`, value: undefined }]);
}

/** Everything of one conversation but what was not sent, and how far it was verified where that is known. */
export async function forgetConversation(vault: Vault, id: string, head?: Remembered): Promise<void> {
  const range = conversationRange(id);
  const history = IDBKeyRange.bound(`history/${id}/`, `history/${id}/\uffff`);
  const all: Change[] = [{ store: "conversations", key: id, value: undefined }];
  if (head !== undefined) {
    all.push(rememberHead(id, head));
  }
  for (const [store, within] of [
    ["items", range],
    ["epochs", range],
    ["records", history],
  ] as const) {
    const keys = await vault.keys(store, within);
    all.push(...keys.map((key) => ({ store, key, value: undefined })));
  }
  all.push(...(await forgetRaw(vault, id)));
  await vault.write(all);
}

/** How many messages wait here, and how many of them nobody can open any more. */
export async function countPending(vault: Vault): Promise<{ waiting: number; lost: number }> {
  const all = (await vault.keys("outbox")).length;
  if (!vault.unlocked) {
    return { waiting: 0, lost: all };
  }
  const readable = await vault.readMany("outbox", v.unknown(), { broken: () => undefined });
  return { waiting: readable.length, lost: all - readable.length };
}

/**
 * Before a new device takes the place of one whose keys are lost: what was written and not sent is sealed under this
 * browser's half alone, so that the new device finds it whatever happens in between.
 */
export async function carryOver(vault: Vault, { deviceKey, localKey }: DeviceRecord): Promise<void> {
  const before = await readCarried(vault, { deviceKey, localKey }).catch(() => undefined);
  const changes: Carried["changes"] = [];
  const take = (store: "outbox" | "records") => (found: { key: Key; value: unknown }) =>
    changes.push({ store, key: String(found.key), value: found.value });
  const broken = () => undefined;
  const drafts = IDBKeyRange.bound(DRAFT, `${DRAFT}\uffff`);
  (await vault.readMany("outbox", v.unknown(), { broken })).forEach(take("outbox"));
  (await vault.readMany("records", v.unknown(), { broken, range: drafts })).forEach(take("records"));
  const known = new Set(changes.map(({ key }) => key));
  changes.push(...(before?.changes ?? []).filter(({ key }) => !known.has(key)));
  await vault.writePending(localKey, CARRIED, { device: before?.device ?? deviceKey.id, changes });
  await vault.clearSealed();
  await vault.saveDevice({ deviceKey: await makeDeviceKey(), localKey });
}

export function readCarried(vault: Vault, { localKey }: DeviceRecord): Promise<Carried | undefined> {
  return vault.readPending(localKey, CARRIED, carriedSchema);
}

/** Into the vault of the new device; gives the device that it replaces. */
export async function putCarried(vault: Vault, device: DeviceRecord): Promise<string | null> {
  const carried = await readCarried(vault, device);
  if (carried === undefined) {
    return null;
  }
  await vault.write(carried.changes);
  await vault.dropPending(CARRIED);
  return carried.device === device.deviceKey.id ? null : carried.device;
}

export interface StorageStayOptions {
  readonly network: string | null;
  readonly account: string;
  /** Open where the keys alone are lost; whatever else waits in it can be carried over. */
  readonly vault: Vault | null;
  readonly device: DeviceRecord | null;
  readonly trouble: StorageTrouble;
  /** Looks again what there is. */
  readonly again: () => Promise<void>;
}

/** Somebody who is signed in, and whose storage is in the way. */
export class StorageStay implements Stay {
  readonly #options: StorageStayOptions;

  constructor(options: StorageStayOptions) {
    this.#options = options;
  }

  get network(): string | null {
    return this.#options.network;
  }

  get account(): string {
    return this.#options.account;
  }

  get phase(): Phase {
    return { name: "storage", trouble: this.#options.trouble };
  }

  endReason() {
    return "session_ended" as const;
  }

  /** It is looked at anew each time. */
  async refresh(): Promise<boolean> {
    return false;
  }

  close(): void {
    this.#options.vault?.lock();
  }

  async repair(): Promise<void> {
    const { vault, device, trouble, again } = this.#options;
    if (trouble.kind === "keys" && vault !== null && device !== null && vault.unlocked) {
      await carryOver(vault, device);
    } else if (trouble.kind === "keys") {
      await vault?.clear();
    }
    await again();
  }
}

/** What the screen says of a failure. */
export async function troubleOf(failure: VaultFailure, vault: Vault | null): Promise<StorageTrouble> {
  const kind = needsCode(failure) ? "keys" : failure.kind === "wiped" ? "closed" : failure.kind;
  const none = { waiting: 0, lost: 0 };
  const counted = vault === null ? none : await countPending(vault).catch(() => none);
  return { kind, ...counted, detail: failure.message, at: Date.now() };
}

/** Where more than that is damaged, it is not single records. */
const MOST_MENDED = 200;

/** Runs again as long as what failed can be put right; `mended` hears what went. */
export async function mending<T>(
  vault: Vault,
  run: () => Promise<T>,
  mended: (what: Mended) => void,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof VaultFailure) || attempt >= MOST_MENDED) {
        throw error;
      }
      const what = await mend(vault, error);
      if (what === null) {
        throw error;
      }
      mended(what);
    }
  }
}

/** What must lie here of a conversation. */
export interface Extent {
  id: string;
  floor: number;
  sequence: number;
  /** The number of the newest epoch, where it is known. */
  epoch?: number;
}

/**
 * A record of a conversation that is simply not there leaves no mark of its own: names the conversations that have a gap
 * where an item or an epoch must be. `floor` is the sequence below which items are not here yet.
 */
export async function incomplete(vault: Vault, held: readonly Extent[]): Promise<string[]> {
  const found: string[] = [];
  const sequenceOf = v.object({ epoch: v.object({ sequence: v.number() }) });
  for (const { id, floor, sequence, epoch: newest } of held) {
    if (sequence <= floor) {
      continue; // nothing of it is here yet
    }
    const numbers = (await vault.keys("epochs", conversationRange(id))).map((key) => Number(key[1]));
    const first = numbers[0] ?? 0;
    const gap = numbers.some((number, index) => number !== first + index);
    const epochsMissing = gap || (newest !== undefined && numbers.at(-1) !== newest);
    const there = new Set(
      (await vault.keys("items", conversationRange(id, floor + 1, sequence))).map((key) => Number(key[1])),
    );
    if (!epochsMissing && there.size < sequence - floor) {
      // Some epochs have nothing to show in the thread, and with that no item.
      const epochs = await vault.readMany("epochs", sequenceOf, { range: conversationRange(id) });
      for (const { value } of epochs) {
        there.add(value.epoch.sequence);
      }
    }
    const lacking = () => {
      for (let place = floor + 1; place <= sequence; place++) {
        if (!there.has(place)) {
          return true;
        }
      }
      return false;
    };
    if (epochsMissing || lacking()) {
      found.push(id);
    }
  }
  return found;
}
