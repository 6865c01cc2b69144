/**
 * How many messages were not sent, noted beside the storage that holds them: where the browser clears that one, the
 * person can still be told what went with it. A number for each account and nothing else.
 */
import { useEffect } from "react";
import { useSnapshot } from "../core";

const nameOf = (account: string) => `entente.unsent.${account}`;

function read(account: string): number {
  try {
    const noted = Number(localStorage.getItem(nameOf(account)));
    return Number.isSafeInteger(noted) && noted > 0 ? noted : 0;
  } catch {
    return 0; // a browser without this storage has lost it with the rest
  }
}

function write(account: string, count: number): void {
  try {
    if (count > 0) {
      localStorage.setItem(nameOf(account), String(count));
    } else {
      localStorage.removeItem(nameOf(account));
    }
  } catch {
    // It is a help and no more.
  }
}

/** While somebody reads and writes: keeps the number. */
export function useUnsentNote(): void {
  const ready = useSnapshot((snapshot) => snapshot.phase.name === "ready");
  const account = useSnapshot((snapshot) => snapshot.session?.account?.id ?? null);
  const waiting = useSnapshot((snapshot) => snapshot.waiting?.messages ?? 0);
  useEffect(() => {
    if (ready && account !== null) {
      write(account, waiting);
    }
  }, [ready, account, waiting]);
}

/** How many were noted when this browser was last used. */
export function useNotedUnsent(): number {
  const account = useSnapshot((snapshot) => snapshot.session?.account?.id ?? null);
  return account === null ? 0 : read(account);
}
