/** Binds the session to this browser's device; only then does the server give its half of the vault key. */
import { fromBase64, toBase64 } from "../crypto/encoding";
import { signBinding, vaultKey, vaultLocal } from "../crypto/session";
import type { DeviceRecord, Vault } from "../vault";
import { holdKey, inherited } from "./heirloom";
import { post } from "./http";
import * as wire from "./wire";

/** Unlocks the vault; rejects with the server's `device_unknown` or `device_revoked`. */
export async function bindAndUnlock(vault: Vault, record: DeviceRecord): Promise<void> {
  const key = leftFor(vault, record) ?? (await bind(vault, record));
  vault.unlock(key);
  holdKey(key);
}

/** The key that the leader before left, where it is for this device: the session is bound to it already. */
function leftFor({ network, account }: Vault, { deviceKey }: DeviceRecord): CryptoKey | null {
  const left = inherited();
  const fits =
    left?.session.network.id === network &&
    left.session.account?.id === account &&
    left.session.device === deviceKey.id;
  return fits ? left.key : null;
}

async function bind(vault: Vault, { deviceKey, localKey }: DeviceRecord): Promise<CryptoKey> {
  const { challenge } = await post("/api/device/challenge", {}, wire.challenge);
  const signature = await signBinding(vault.network, vault.account, deviceKey, fromBase64(challenge, 32));
  const answer = await post(
    "/api/device/bind",
    { device: deviceKey.id, signature: toBase64(signature) },
    wire.bound,
  );
  const half = fromBase64(answer.vault_half, 32);
  const local = await vaultLocal(localKey);
  const key = await vaultKey(local, half, vault.network, vault.account, deviceKey.id);
  half.fill(0);
  local.fill(0);
  return key;
}
