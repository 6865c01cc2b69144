/** What binds a session to a device, and the key of the vault that only such a session releases. */

import { canonical } from "./canonical.ts";
import { type Bytes, concat, fromHex, toBase64, utf8 } from "./encoding.ts";
import { derive } from "./seal.ts";
import { type DeviceKey, deviceSigner, payloadTypes } from "./signing.ts";

export function bindPayload(network: string, account: string, device: string, challenge: Bytes): Bytes {
  return canonical({ account, challenge: toBase64(challenge), device, network, type: "session.bind" });
}

/** The signature over the challenge (32 bytes) that the server gave. */
export function signBinding(
  network: string,
  account: string,
  device: DeviceKey,
  challenge: Bytes,
): Promise<Bytes> {
  return deviceSigner(device).sign(payloadTypes.session, bindPayload(network, account, device.id, challenge));
}

/** The non-extractable key whose HMAC is the browser's own half of the vault key. */
export function makeVaultLocalKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

export async function vaultLocal(localKey: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", localKey, utf8("entente/v1/vault-local\n")));
}

/** 32 bytes, from the browser's half and the half that the server releases. */
export async function vaultKeyBytes(
  local: Bytes,
  half: Bytes,
  network: string,
  account: string,
  device: string,
): Promise<Bytes> {
  return derive(concat(local, half), fromHex(network, 32), `entente/v1/vault\n${account}${device}`);
}

/** The same as a key that cannot be read back, for `seal` and `openSealed`. */
export async function vaultKey(
  local: Bytes,
  half: Bytes,
  network: string,
  account: string,
  device: string,
): Promise<CryptoKey> {
  const bytes = await vaultKeyBytes(local, half, network, account, device);
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}
