/** What this browser must be able to do before any key is touched, and what it lacks. */

export type Support =
  | { kind: "supported" }
  | { kind: "insecure" }
  | { kind: "storage" }
  | { kind: "missing"; missing: string[] };

async function lacksAlgorithm(name: string, usages: KeyUsage[]): Promise<boolean> {
  try {
    await crypto.subtle.generateKey(name, false, usages);
    return false;
  } catch {
    return true;
  }
}

function storageWorks(): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open("entente-probe");
      request.onsuccess = () => {
        request.result.close();
        indexedDB.deleteDatabase("entente-probe");
        resolve(true);
      };
      request.onerror = () => resolve(false);
      request.onblocked = () => resolve(true);
    } catch {
      resolve(false);
    }
  });
}

export async function checkSupport(): Promise<Support> {
  if (!globalThis.isSecureContext) {
    return { kind: "insecure" };
  }
  const missing: string[] = [];
  if (!("Worker" in globalThis)) {
    missing.push("Worker");
  }
  if (!("indexedDB" in globalThis)) {
    missing.push("IndexedDB");
  }
  // By these the tabs of a browser agree on which of them leads.
  if (!("locks" in navigator)) {
    missing.push("Web Locks");
  }
  if (!("BroadcastChannel" in globalThis)) {
    missing.push("BroadcastChannel");
  }
  if (!("subtle" in crypto)) {
    missing.push("Web Cryptography");
  } else {
    const [ed25519, x25519] = await Promise.all([
      lacksAlgorithm("Ed25519", ["sign", "verify"]),
      lacksAlgorithm("X25519", ["deriveBits"]),
    ]);
    if (ed25519) {
      missing.push("Ed25519");
    }
    if (x25519) {
      missing.push("X25519");
    }
  }
  if (missing.length > 0) {
    return { kind: "missing", missing };
  }
  return (await storageWorks()) ? { kind: "supported" } : { kind: "storage" };
}
