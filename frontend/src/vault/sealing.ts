/** Seals records under one AES-256-GCM key; the place of a record is bound to it, so that records cannot be exchanged. */
const NONCE = 12;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export function importSealingKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** `nonce || ciphertext || tag` of the value as JSON. */
export async function sealRecord(
  key: CryptoKey,
  place: string,
  value: unknown,
): Promise<Uint8Array<ArrayBuffer>> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const plaintext = encoder.encode(JSON.stringify(value));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce, additionalData: encoder.encode(place) },
    key,
    plaintext,
  );
  const record = new Uint8Array(NONCE + sealed.byteLength);
  record.set(nonce);
  record.set(new Uint8Array(sealed), NONCE);
  return record;
}

/** Rejects when the record was not sealed under this key at this place. */
export async function openRecord(
  key: CryptoKey,
  place: string,
  record: Uint8Array<ArrayBuffer>,
): Promise<unknown> {
  const plaintext = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: record.subarray(0, NONCE), additionalData: encoder.encode(place) },
    key,
    record.subarray(NONCE),
  );
  return JSON.parse(decoder.decode(plaintext));
}
