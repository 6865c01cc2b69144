/** Checkpoints of the Register: C2SP tlog-checkpoints inside signed notes. */

import { type Bytes, concat, equal, fromBase64, Malformed, toBase64, toHex, utf8 } from "./encoding.ts";
import { hash } from "./seal.ts";
import { verifyRaw } from "./signing.ts";

export interface Checkpoint {
  readonly network: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
  /** The whole note, as it came: the evidence. */
  readonly note: string;
}

interface NoteSignature {
  readonly name: string;
  readonly keyId: Bytes;
  readonly signature: Bytes;
}

function textOf(network: string, size: number, root: Uint8Array): string {
  return `entente/${network}\n${size}\n${toBase64(root)}\n`;
}

const plain = 1;
const withTime = 4;

async function keyIdOf(name: string, registerKey: Uint8Array, kind = plain): Promise<Bytes> {
  return (await hash(utf8(`${name}\n`), Uint8Array.of(kind), registerKey)).slice(0, 4);
}

const form = /^entente\/([0-9a-f]{64})\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n\n((?:— [^\n]+\n)+)$/;

export function parseCheckpoint(note: string): Checkpoint {
  const [, network = "", size = "", root = ""] = form.exec(note) ?? [];
  if (network === "") throw new Malformed("not a checkpoint");
  const number = Number(size);
  if (!Number.isSafeInteger(number)) throw new Malformed("a size of 2^53 or more");
  signaturesOf(note);
  return { network, size: number, root: toHex(fromBase64(root, 32)), note };
}

/** Throws `Malformed` when a line has not the form of a signed note, whoever signed it. */
function signaturesOf(note: string): NoteSignature[] {
  const lines = note.slice(note.indexOf("\n\n") + 2, -1).split("\n");
  return lines.map((line) => {
    const [, name, text] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
    if (name === undefined || text === undefined) throw new Malformed("a signature line of another form");
    const bytes = fromBase64(text);
    return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) };
  });
}

/**
 * Whether the Register key signed it, in every line that names the key, also where that says a time; lines of other
 * signers are ignored.
 */
export async function verifyCheckpoint(checkpoint: Checkpoint, registerKey: Uint8Array): Promise<boolean> {
  const name = `entente/${checkpoint.network}`;
  const keyId = await keyIdOf(name, registerKey);
  const body = utf8(checkpoint.note.slice(0, checkpoint.note.indexOf("\n\n") + 1));
  const own = signaturesOf(checkpoint.note).filter((line) => line.name === name && equal(line.keyId, keyId));
  const verdicts = await Promise.all(own.map((line) => verifyRaw(registerKey, body, line.signature)));
  return (
    own.length > 0 && verdicts.every((good) => good) && (await cosignedAt(checkpoint, registerKey)) !== "bad"
  );
}

function cosignedText(time: bigint, body: Uint8Array): Bytes {
  return concat(utf8(`cosignature/v1\ntime ${time}\n`), body);
}

/** The newest time, in seconds, at which the Register key said that the log had this head; `bad` when a line fails. */
export async function cosignedAt(
  { network, note }: Checkpoint,
  registerKey: Uint8Array,
): Promise<number | null | "bad"> {
  const name = `entente/${network}`;
  const keyId = await keyIdOf(name, registerKey, withTime);
  const body = utf8(note.slice(0, note.indexOf("\n\n") + 1));
  let newest: number | null = null;
  for (const line of signaturesOf(note)) {
    if (line.name !== name || !equal(line.keyId, keyId)) continue;
    if (line.signature.length !== 72) return "bad";
    const time = new DataView(line.signature.buffer, line.signature.byteOffset).getBigUint64(0);
    const seconds = Number(time);
    if (!Number.isSafeInteger(seconds)) return "bad";
    if (!(await verifyRaw(registerKey, cosignedText(time, body), line.signature.slice(8)))) return "bad";
    newest = Math.max(newest ?? 0, seconds);
  }
  return newest;
}

export type Freshness = "fresh" | "stale" | "stopped";

const hour = 60 * 60 * 1000;
const staleAfter = 24 * hour;
const stoppedAfter = 7 * 24 * hour;
/** A clock that is a day late must not keep anybody from writing. */
const ahead = 36 * hour;

/** Whether a cosigned time counts by this clock (milliseconds): none that was given in advance does. */
export function timeCounts(seconds: number, now: number): boolean {
  return seconds * 1000 <= now + ahead;
}

/** How long ago it was that somebody who holds the Register key spoke; nothing is sealed once it is `stopped`. */
export function freshnessOf(seconds: number | null, now: number): Freshness {
  if (seconds === null || !timeCounts(seconds, now) || now - seconds * 1000 > stoppedAfter) return "stopped";
  return now - seconds * 1000 > staleAfter ? "stale" : "fresh";
}

/** Adds to a note, which has no such line yet, that at this time the log had this head. */
export async function cosign(
  note: string,
  seconds: number,
  registerKey: Uint8Array,
  signRaw: (message: Bytes) => Promise<Bytes>,
): Promise<string> {
  const name = `entente/${parseCheckpoint(note).network}`;
  const body = utf8(note.slice(0, note.indexOf("\n\n") + 1));
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, BigInt(seconds));
  const line = concat(
    await keyIdOf(name, registerKey, withTime),
    time,
    await signRaw(cosignedText(BigInt(seconds), body)),
  );
  return `${note}— ${name} ${toBase64(line)}\n`;
}

/** Signs a checkpoint as the Register does. `signRaw` signs the bytes as they are. */
export async function writeCheckpoint(
  network: string,
  size: number,
  root: Uint8Array,
  registerKey: Uint8Array,
  signRaw: (message: Bytes) => Promise<Bytes>,
): Promise<string> {
  const text = textOf(network, size, root);
  const name = `entente/${network}`;
  const line = concat(await keyIdOf(name, registerKey), await signRaw(utf8(text)));
  return `${text}\n— ${name} ${toBase64(line)}\n`;
}
