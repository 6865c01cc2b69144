/** The open vault of somebody of a made-up network, against a made-up server; for tests. */
import { type BoxKeyPair, boxKeyPair } from "../crypto/boxes";
import { randomBytes, toBase64 } from "../crypto/encoding";
import type { MadeUpNetwork } from "../crypto/madeUp";
import { deleteDatabase, Vault } from "../vault";
import { importSealingKey } from "../vault/sealing";
import type { AlarmRaised } from "./alarm";
import { PublicKeys } from "./beside";
import { Conversations } from "./conversations/conversations";
import type { Hands } from "./hands";
import { IdentityLock } from "./identityLock";
import { KeyActs } from "./keyActs";
import { RegisterSync } from "./registerSync";
import { SnapshotStore } from "./snapshot";

/** The same key each time, so that a vault can be opened again as after a reload. */
const VAULT_KEY = new Uint8Array(32).fill(9);

export async function openVault(network: string, account: string): Promise<Vault> {
  const vault = await Vault.open(network, account);
  vault.unlock(await importSealingKey(VAULT_KEY));
  return vault;
}

export function forgetVault(network: string, account: string): Promise<void> {
  return deleteDatabase(network, account);
}

export interface MadeUpStay {
  hands: Hands;
  conversations: Conversations;
  alarms: AlarmRaised[];
  close(): void;
}

export async function openStay(
  network: MadeUpNetwork,
  name: string,
  readings?: Map<number, BoxKeyPair>,
): Promise<MadeUpStay> {
  const person = await network.person(name);
  const vault = await openVault(network.network, person.account);
  const register = await RegisterSync.open(network.network, vault, () => undefined);
  await register.catchUp();
  const snapshots = new SnapshotStore(() => undefined);
  const hands: Hands = {
    vault,
    register,
    snapshots,
    identity: new IdentityLock(() => undefined),
    publicKeys: new PublicKeys(),
    keyring: {
      whose: { network: network.network, account: person.account },
      device: person.device,
      deviceBox: await boxKeyPair(randomBytes(32)),
      readings: readings ?? new Map(person.readings),
      identityKey: toBase64(person.identity.publicKey),
      bookmark: { key: randomBytes(32), toGive: null, forPasskeys: [] },
    },
  };
  const alarms: AlarmRaised[] = [];
  const conversations = new Conversations({
    hands,
    keyActs: new KeyActs(hands),
    socket: () => null,
    alarm: (raised) => alarms.push(raised),
  });
  await conversations.load();
  return {
    hands,
    conversations,
    alarms,
    close: () => {
      conversations.close();
      vault.lock();
    },
  };
}
