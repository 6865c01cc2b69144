/** A new password and second factor for people whom this person may help. No key is touched, and the server keeps who did it. */
import { randomBytes, toBase64Url, toHex, utf8 } from "../crypto/encoding";
import { hashHex } from "../crypto/seal";
import type { SignInReset } from "./contract";
import type { Hands } from "./hands";
import { get, post, remove } from "./http";
import * as wire from "./wire";

export class Resets {
  readonly #hands: Hands;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  async publish(): Promise<void> {
    const rows = await get("/api/sign-in-resets", wire.signInResets);
    const resets: SignInReset[] = rows.map((row) => ({
      id: row.id,
      account: row.account,
      requestedBy: row.requested_by,
      requestedAt: row.requested_at,
      confirmedBy: row.confirmed_by,
      state: row.state,
      expires: row.expires,
    }));
    if (this.#hands.vault.unlocked) {
      this.#hands.snapshots.set({ resets });
    }
  }

  /** The link is told once; the server gets the hash of its token. */
  async ask(account: string): Promise<{ link: string; state: SignInReset["state"] }> {
    const token = toBase64Url(randomBytes(16));
    const { state } = await post(
      "/api/sign-in-resets",
      { id: toHex(randomBytes(16)), account, token_hash: await hashHex(utf8(token)) },
      wire.signInResetState,
    );
    await this.publish();
    return { link: `${globalThis.location.origin}/reset#${token}`, state };
  }

  async confirm(id: string): Promise<void> {
    await post(`/api/sign-in-resets/${id}/confirm`, {}, wire.signInResetState);
    await this.publish();
  }

  async withdraw(id: string): Promise<void> {
    await remove(`/api/sign-in-resets/${id}`);
    await this.publish();
  }

  async seen(): Promise<void> {
    await post("/api/account/sign-in-reset-seen");
    const { snapshots } = this.#hands;
    const { session } = snapshots.current;
    if (session !== null && session.account !== null) {
      snapshots.set({ session: { ...session, account: { ...session.account, signInResetAt: null } } });
    }
  }
}
