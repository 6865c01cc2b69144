/** How this person writes on this browser. Not a secret, so it may lie in the browser in clear. */
import { useSyncExternalStore } from "react";
import type { EnterSends } from "./writing";

const name = "entente.enter_sends";
const listeners = new Set<() => void>();

/** A telephone's Enter key begins a new line; it has a button for sending. */
function byDefault(): EnterSends {
  return window.matchMedia("(pointer: coarse)").matches ? "ctrl_enter" : "enter";
}

function read(): EnterSends {
  const held = localStorage.getItem(name);
  return held === "enter" || held === "ctrl_enter" ? held : byDefault();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useEnterSends(): [EnterSends, (choice: EnterSends) => void] {
  const choice = useSyncExternalStore(subscribe, read);
  return [
    choice,
    (next) => {
      localStorage.setItem(name, next);
      for (const listener of listeners) listener();
    },
  ];
}
