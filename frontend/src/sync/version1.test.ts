import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { deleteDatabase, Vault } from "../vault";
import { putVersion1, version1 } from "../vault/fixtures/version1";
import { PublicKeys } from "./beside";
import { Conversations } from "./conversations/conversations";
import type { Hands } from "./hands";
import { IdentityLock } from "./identityLock";
import { invitationSecret } from "./invited";
import { KeyActs } from "./keyActs";
import { loadKeyring, readPendingKeys } from "./keyring";
import { RegisterSync } from "./registerSync";
import { SnapshotStore } from "./snapshot";

const { network, account, conversations: ids } = version1;

beforeEach(async () => {
  await deleteDatabase(network, account);
  vi.stubGlobal("fetch", async () => new Response("{}", { status: 503 }));
});

/** The vault of the first version, opened by the present one, as after a reload without a line. */
async function opened() {
  const { vaultKey } = await putVersion1();
  const vault = await Vault.open(network, account);
  vault.unlock(vaultKey);
  await vault.bringUpToDate();
  const device = await vault.device();
  if (device === undefined) {
    throw new Error("the device was lost");
  }
  return { vault, device };
}

async function hands(): Promise<Hands> {
  const { vault, device } = await opened();
  return {
    vault,
    keyring: await loadKeyring(vault, device),
    register: await RegisterSync.open(network, vault, () => undefined),
    identity: new IdentityLock(() => undefined),
    publicKeys: new PublicKeys(),
    snapshots: new SnapshotStore(() => undefined),
  };
}

describe("a vault of the first version", () => {
  it("gives its keys, what waited before the device was one, and how far the Register was verified", async () => {
    const { vault, device } = await opened();
    expect(await invitationSecret(vault, device)).toBe("AwMDAwMDAwMDAwMDAwMDAw==");
    expect((await readPendingKeys(vault, device))?.identityKey).toBe(version1.identityKey);
    const keyring = await loadKeyring(vault, device);
    expect(keyring.identityKey).toBe(version1.identityKey);
    expect([...keyring.readings.keys()]).toEqual([1]);
    const register = await RegisterSync.open(network, vault, () => undefined);
    expect(register.size).toBeGreaterThan(0);
    expect(register.state.accounts.get(account)?.active).toBe(true);
    vault.lock();
  });

  it("shows every message, and keeps those that were not sent", async () => {
    const all = await hands();
    const conversations = new Conversations({
      hands: all,
      keyActs: new KeyActs(all),
      socket: () => null,
      alarm: (raised) => {
        throw raised;
      },
    });
    await conversations.load();
    const [first = "", second = ""] = ids;
    await conversations.open(first);
    const texts = () =>
      (all.snapshots.current.open?.items ?? []).flatMap((item) =>
        item.type === "message" ? [item.text] : [],
      );
    expect(texts()).toEqual([
      "Good morning.",
      "Good morning to you.",
      "Point 1",
      "Point 2",
      "Point 3",
      "Written without a line",
    ]);
    await conversations.open(second);
    expect(texts()).toEqual(["Another matter.", "And this one too"]);
    expect(all.snapshots.current.waiting?.messages).toBe(2);
    expect(all.snapshots.current.undecryptable).toBe(0);
    conversations.close();
    all.vault.lock();
  });

  it("goes on from the head, the epochs and the keys that it had verified", async () => {
    const all = await hands();
    const conversations = new Conversations({
      hands: all,
      keyActs: new KeyActs(all),
      socket: () => null,
      alarm: () => undefined,
    });
    await conversations.load();
    expect(conversations.held()).toEqual({ [ids[0] ?? ""]: 7, [ids[1] ?? ""]: 3 });
    expect(await conversations.headAt(ids[0] ?? "", 7)).toMatch(/^[0-9a-f]{64}$/);
    expect(await conversations.headAt(ids[0] ?? "", 3)).toMatch(/^[0-9a-f]{64}$/);
    // Only the server, which has a fault, is in the way of what waits.
    await conversations.outbox.flush(ids[0] ?? "");
    expect(conversations.outbox.why(ids[0] ?? "")).toMatch(/^(server|register)$/);
    conversations.close();
    all.vault.lock();
  });
});
