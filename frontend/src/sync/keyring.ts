/** The keys of this person that this browser holds while the session lives. */
import * as v from "valibot";
import { type BoxKeyPair, boxKeyPair } from "../crypto/boxes";
import { type Bytes, fromBase64, toBase64 } from "../crypto/encoding";
import type { Whose } from "../crypto/person";
import type { DeviceKey } from "../crypto/signing";
import { type DeviceRecord, type Vault, VaultFailure } from "../vault";

export interface Keyring {
  readonly whose: Whose;
  readonly device: DeviceKey;
  readonly deviceBox: BoxKeyPair;
  /** By generation; each fits what the Register says. */
  readonly readings: Map<number, BoxKeyPair>;
  /** Base64: what the Register must say of this person. */
  readonly identityKey: string;
  readonly bookmark: OwnBookmarkKey;
}

/** The key of this person's bookmarks, the same in each of their browsers. */
export interface OwnBookmarkKey {
  readonly key: Bytes;
  /** Sealed under a recovery code, until the server has it. */
  toGive: SealedBookmarkKey | null;
  /** The same under passkeys that unlock. */
  forPasskeys: SealedForPasskey[];
}

const sealedSchema = v.object({
  /** Hash of the unlock key of the code: while the Register does not name it, it waits. */
  unlockKey: v.string(),
  serial: v.number(),
  sealed: v.string(),
});
export type SealedBookmarkKey = v.InferOutput<typeof sealedSchema>;

const passkeySchema = v.object({
  unlockKey: v.string(),
  /** Its id in the server's list. */
  passkey: v.string(),
  sealed: v.string(),
});
export type SealedForPasskey = v.InferOutput<typeof passkeySchema>;

const keysSchema = v.object({
  identityKey: v.string(),
  deviceBox: v.string(),
  readings: v.record(v.string(), v.string()),
  bookmark: v.object({
    key: v.string(),
    toGive: v.nullable(sealedSchema),
    forPasskeys: v.optional(v.array(passkeySchema), []),
  }),
});
export type StoredKeys = v.InferOutput<typeof keysSchema>;

const RECORD = "keys";
/** Where a failure of the vault says that the keys themselves cannot be read. */
export const KEYS_PLACE = `records:${JSON.stringify(RECORD)}`;

export function storedKeys(
  identityKey: string,
  deviceBox: BoxKeyPair,
  readings: Iterable<readonly [number, BoxKeyPair]>,
  bookmark: OwnBookmarkKey,
): StoredKeys {
  return {
    identityKey,
    deviceBox: toBase64(deviceBox.seed),
    readings: Object.fromEntries(
      [...readings].map(([generation, pair]) => [String(generation), toBase64(pair.seed)]),
    ),
    bookmark: { ...bookmark, key: toBase64(bookmark.key) },
  };
}

/** Before the device is an active one: kept under this browser's half of the vault key alone. */
export function savePendingKeys(vault: Vault, { localKey }: DeviceRecord, keys: StoredKeys): Promise<void> {
  return vault.writePending(localKey, RECORD, keys);
}

export function readPendingKeys(vault: Vault, { localKey }: DeviceRecord): Promise<StoredKeys | undefined> {
  return vault.readPending(localKey, RECORD, keysSchema);
}

export async function saveKeyring(vault: Vault, keyring: Keyring): Promise<void> {
  const { identityKey, deviceBox, readings, bookmark } = keyring;
  const value = storedKeys(identityKey, deviceBox, readings, bookmark);
  await vault.write([{ store: "records", key: RECORD, value }]);
}

/** From the unlocked vault; keys that waited for the device to become active are moved into it. */
export async function loadKeyring(vault: Vault, record: DeviceRecord): Promise<Keyring> {
  let keys = await vault.read("records", RECORD, keysSchema);
  if (keys === undefined) {
    keys = await readPendingKeys(vault, record);
    if (keys === undefined) {
      throw new VaultFailure("damaged", KEYS_PLACE, "the keys of an active device are not there");
    }
    await vault.write([{ store: "records", key: RECORD, value: keys }]);
  }
  await vault.dropPending(RECORD);
  const readings = new Map<number, BoxKeyPair>();
  for (const [generation, seed] of Object.entries(keys.readings)) {
    readings.set(Number(generation), await boxKeyPair(fromBase64(seed, 32)));
  }
  return {
    whose: { network: vault.network, account: vault.account },
    device: record.deviceKey,
    deviceBox: await boxKeyPair(fromBase64(keys.deviceBox, 32)),
    readings,
    identityKey: keys.identityKey,
    bookmark: { ...keys.bookmark, key: fromBase64(keys.bookmark.key, 32) },
  };
}

export function wipe(keyring: Keyring): void {
  keyring.deviceBox.seed.fill(0);
  keyring.bookmark.key.fill(0);
  for (const { seed } of keyring.readings.values()) {
    seed.fill(0);
  }
  keyring.readings.clear();
}

/** The newest reading key that is held, with its generation. */
export function newestReading(
  readings: ReadonlyMap<number, BoxKeyPair>,
): { generation: number; pair: BoxKeyPair } | null {
  let newest: { generation: number; pair: BoxKeyPair } | null = null;
  for (const [generation, pair] of readings) {
    if (newest === null || generation > newest.generation) {
      newest = { generation, pair };
    }
  }
  return newest;
}
