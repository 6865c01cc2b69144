/** Which passkeys open one's keys: what the Register names, and nothing that the server says. */
import type { UnlockKey } from "../../sync/contract";
import { useSnapshot } from "../core";
import { passkeysSupported } from "./webauthn";

/** Two ways, so that losing one of them loses nothing. */
export const WAYS = 2;

export function useUnlockKeys(): readonly UnlockKey[] | null {
  return useSnapshot((snapshot) => snapshot.unlockKeys);
}

/** Whether a touch opens the signing key here. */
export function useTouchUnlocks(): boolean {
  const has = useSnapshot((snapshot) => snapshot.unlockKeys?.some(({ kind }) => kind === "passkey") ?? false);
  const listed = useSnapshot((snapshot) => (snapshot.session?.passkeys ?? 0) > 0);
  return has && listed && passkeysSupported();
}
