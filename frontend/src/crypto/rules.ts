/** The rules of the Register (section 4.3) as one pure function: `apply(state, entry)` gives a state or a reason. */

import { effectOf } from "./effects.ts";
import { fromBase64, Malformed, toHex } from "./encoding.ts";
import { leafHash } from "./merkle.ts";
import { notAllowed, permitted, presence } from "./permissions.ts";
import { hashHex } from "./seal.ts";
import type { State } from "./state.ts";
import { type Entry, parseEntry, verifyEntry } from "./statements.ts";

export type Reason =
  | "malformed"
  | "not_founded"
  | "already_founded"
  | "wrong_network"
  | "bad_signature"
  | "stale"
  | "unknown"
  | "exists"
  | "forbidden"
  | "not_allowed";

export type Outcome =
  | { readonly rejected: false; readonly state: State }
  /** The state is the one before, with one more entry seen. */
  | { readonly rejected: true; readonly reason: Reason; readonly detail: string; readonly state: State };

/** An entry with all that can be found out without a state, so that many can be prepared at a time. */
export interface Prepared {
  readonly hash: string;
  readonly entry: Entry | null;
  readonly detail: string;
  readonly signed: boolean;
  /** The id of the device that a `device.enrolled` names. */
  readonly device: string | null;
}

export async function prepare(bytes: Uint8Array, hash?: string): Promise<Prepared> {
  const ownHash = hash ?? toHex(await leafHash(bytes));
  try {
    const entry = parseEntry(bytes);
    const { said } = entry;
    const device = said.type === "device.enrolled" ? await hashHex(fromBase64(said.device_key)) : null;
    return { hash: ownHash, entry, detail: "", signed: await verifyEntry(entry), device };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { hash: ownHash, entry: null, detail: error.message, signed: false, device: null };
  }
}

function refusal(state: State, prepared: Prepared): { reason: Reason; detail: string } | null {
  const no = (reason: Reason, detail = "") => ({ reason, detail });
  const { entry } = prepared;
  if (entry === null) return no("malformed", prepared.detail);
  const { said, subject, signatures } = entry;
  if (said.type === "network.founded") {
    if (state.network !== null) return no("already_founded");
  } else {
    if (state.network === null) return no("not_founded");
    if (said.network !== state.network) return no("wrong_network");
  }
  if (!prepared.signed) return no("bad_signature");
  if (said.previous !== (state.heads.get(said.subject) ?? null)) return no("stale");
  const missing = presence(state, said, subject);
  if (missing !== null) return no(missing);
  const signers = signatures.map(({ keyid }) => keyid);
  if (!permitted(state, said, subject, signers)) return no("forbidden");
  const detail = notAllowed(state, said, subject, signers);
  return detail === null ? null : no("not_allowed", detail);
}

/** What a prepared entry does to a state. Pure, and quick. */
export function decide(state: State, prepared: Prepared): Outcome {
  const seen = { ...state, size: state.size + 1 };
  const refused = refusal(state, prepared);
  if (refused !== null) return { rejected: true, ...refused, state: seen };
  if (prepared.entry === null) throw new Error("an entry without a form is always refused");
  return { rejected: false, state: effectOf(seen, prepared.entry, prepared.hash, prepared.device) };
}

export async function apply(state: State, entry: Uint8Array): Promise<Outcome> {
  return decide(state, await prepare(entry));
}
