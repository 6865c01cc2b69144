/**
 * What the worker that leads leaves to the one that leads after it: who is signed in, and the key of their vault, which
 * nobody can read out. With it the next core opens the vault without a line and without waiting for the server, who says
 * soon enough, over the socket and with each answer, when the session is over.
 */
import type { Session } from "./contract";

export interface Heirloom {
  session: Session;
  key: CryptoKey;
}

let left: Heirloom | null = null;
let held: CryptoKey | null = null;

/** From the leader before. */
export function inherit(heirloom: Heirloom | null): void {
  left = heirloom;
}

/** What the leader before left, as long as it was not used. */
export function inherited(): Heirloom | null {
  return left;
}

/** The vault key of whoever is signed in here now; null when the vault is closed. */
export function holdKey(key: CryptoKey | null): void {
  held = key;
}

export function heldKey(): CryptoKey | null {
  return held;
}
