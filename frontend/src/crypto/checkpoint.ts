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

async function keyIdOf(name: string, registerKey: Uint8Array): Promise<Bytes> {
  return (await hash(utf8(`${name}\n`), Uint8Array.of(1), registerKey)).slice(0, 4);
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

/** Whether the Register key signed it, in every line that names the key; lines of other signers are ignored. */
export async function verifyCheckpoint(checkpoint: Checkpoint, registerKey: Uint8Array): Promise<boolean> {
  const name = `entente/${checkpoint.network}`;
  const keyId = await keyIdOf(name, registerKey);
  const body = utf8(checkpoint.note.slice(0, checkpoint.note.indexOf("\n\n") + 1));
  const own = signaturesOf(checkpoint.note).filter((line) => line.name === name && equal(line.keyId, keyId));
  const verdicts = await Promise.all(own.map((line) => verifyRaw(registerKey, body, line.signature)));
  return own.length > 0 && verdicts.every((good) => good);
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
