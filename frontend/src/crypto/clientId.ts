/** Client ids, by which the same message is known again; apart, so that a page can make one without the rest. */
import { randomBytes, toHex } from "./encoding.ts";

/** A UUID of version 7 for a moment in milliseconds. */
export function makeClientId(now: number): string {
  const bytes = randomBytes(16);
  for (let i = 5, rest = now; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
