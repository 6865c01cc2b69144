/**
 * When the keys of each account last changed after their first appearance, by the claimed times of the statements.
 * Only for showing: nothing is decided by it, so entries are read here without checks and taken in once they applied.
 */
import * as v from "valibot";
import { fromBase64, fromUtf8 } from "../crypto/encoding";

const line = v.object({
  devices: v.number(),
  changed: v.nullable(v.number()),
  /** When the identity itself was made anew, which makes the code to compare another one. */
  rekeyed: v.optional(v.nullable(v.number()), null),
});
export const changesSchema = v.record(v.string(), line);
type Lines = v.InferOutput<typeof changesSchema>;

const envelope = v.object({ payload: v.string() });
const statement = v.object({
  type: v.string(),
  time: v.number(),
  account: v.string(),
  generation: v.optional(v.number()),
});
type Said = v.InferOutput<typeof statement>;

export class Changes {
  readonly #lines: Map<string, v.InferOutput<typeof line>>;
  #seen: { index: number; said: Said }[] = [];

  constructor(lines: Lines = {}) {
    this.#lines = new Map(Object.entries(lines));
  }

  copy(): Changes {
    return new Changes(this.toJson());
  }

  of(account: string): number | null {
    return this.#lines.get(account)?.changed ?? null;
  }

  identityOf(account: string): number | null {
    return this.#lines.get(account)?.rekeyed ?? null;
  }

  see(index: number, entry: Uint8Array): void {
    try {
      const payload = fromUtf8(fromBase64(v.parse(envelope, JSON.parse(fromUtf8(entry))).payload));
      const said = v.safeParse(statement, JSON.parse(payload));
      if (said.success && /^(account\.|device\.|.*\.rekeyed$)/.test(said.output.type)) {
        this.#seen.push({ index, said: said.output });
      }
    } catch {
      // Malformed entries are rejected by the replay itself.
    }
  }

  /** Takes in what was seen, except the entries that did not apply. */
  settle(rejected: ReadonlySet<number>): void {
    for (const { index, said } of this.#seen) {
      if (!rejected.has(index)) {
        this.#take(said);
      }
    }
    this.#seen = [];
  }

  #take({ type, time, account, generation }: Said): void {
    const before = this.#lines.get(account) ?? { devices: 0, changed: null, rekeyed: null };
    const devices = before.devices + (type === "device.enrolled" ? 1 : 0);
    const first =
      (type === "device.enrolled" && before.devices === 0) || (type === "account.keys" && generation === 1);
    const rekeyed = type.endsWith(".rekeyed") ? time : before.rekeyed;
    this.#lines.set(account, { devices, changed: first ? before.changed : time, rekeyed });
  }

  toJson(): Lines {
    return Object.fromEntries(this.#lines);
  }
}
