/** How this person writes and is told of what is new, on this browser. Not secret, so it may lie here in clear. */
import { useSyncExternalStore } from "react";
import type { EnterSends } from "./writing";

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

/** A choice of few that this browser remembers. */
function preference<T extends string>(name: string, choices: readonly T[], byDefault: () => T) {
  const read = (): T => {
    const held = localStorage.getItem(name);
    return choices.find((choice) => choice === held) ?? byDefault();
  };
  const use = (): [T, (choice: T) => void] => [
    useSyncExternalStore(subscribe, read),
    (next) => {
      localStorage.setItem(name, next);
      for (const listener of listeners) listener();
    },
  ];
  return { read, use };
}

/** A telephone's Enter key begins a new line; it has a button for sending. */
const enterSends = preference<EnterSends>("entente.enter_sends", ["enter", "ctrl_enter"], () =>
  window.matchMedia("(pointer: coarse)").matches ? "ctrl_enter" : "enter",
);

const sound = preference("entente.sound", ["off", "on"], () => "off");

export const useEnterSends = enterSends.use;
export const useSound = sound.use;
