/** Each file of tests begins without what the one before it in the same worker has kept. */
import { IDBFactory } from "fake-indexeddb";
import { vi } from "vitest";

vi.unstubAllGlobals();
vi.useRealTimers();
if ("indexedDB" in globalThis) {
  globalThis.indexedDB = new IDBFactory();
}
