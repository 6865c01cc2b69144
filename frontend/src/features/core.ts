/** How screens reach the core: its methods, and the pieces of its snapshot that they draw. */
import { useRef, useSyncExternalStore } from "react";
import { core, currentSnapshot, subscribe } from "../sync/client";
import type { Core, Snapshot } from "../sync/contract";

export function useCore(): Core {
  return core;
}

function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) {
    return true;
  }
  return (
    Array.isArray(one) &&
    Array.isArray(other) &&
    one.length === other.length &&
    one.every((item, index) => Object.is(item, other[index]))
  );
}

/** The selected piece; draws again only when it changed. A selector may build a new array of the same items. */
export function useSnapshot<T>(selector: (snapshot: Snapshot) => T): T {
  const last = useRef<{ snapshot: Snapshot; selector: (snapshot: Snapshot) => T; value: T } | null>(null);
  return useSyncExternalStore(subscribe, () => {
    const snapshot = currentSnapshot();
    const held = last.current;
    if (held !== null && held.snapshot === snapshot && held.selector === selector) {
      return held.value;
    }
    const selected = selector(snapshot);
    const value = held !== null && same(held.value, selected) ? held.value : selected;
    last.current = { snapshot, selector, value };
    return value;
  });
}
