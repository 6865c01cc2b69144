/** What screen readers are told although nothing new is shown: for news that is seen where it happens. */
import { useSyncExternalStore } from "react";

/** `turn` grows with each announcement, so that the same words twice are said twice. */
let said = { text: "", turn: 0 };
const listeners = new Set<() => void>();

/** Read aloud politely; the words are already translated. */
export function announce(text: string): void {
  said = { text, turn: said.turn + 1 };
  for (const listener of listeners) {
    listener();
  }
}

export function useAnnouncement(): { text: string; turn: number } {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => said,
  );
}
