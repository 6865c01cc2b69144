/** Items of a conversation: header, content and signature, and the running hash over them (section 5.1). */

import { canonical, parse } from "./canonical.ts";
import { type Bytes, concat, fromHex, Malformed, readU32, toHex, u32 } from "./encoding.ts";
import { hashHex, hash as sha256 } from "./seal.ts";

export { makeClientId } from "./clientId.ts";

import {
  type Check,
  type Checked,
  hash,
  id,
  integer,
  type ObjectOf,
  object,
  oneOf,
  sorted,
  time,
} from "./shapes.ts";
import { payloadTypes, type Signer } from "./signing.ts";

const longestHeader = 16 * 1024;
const longestContent = 64 * 1024;
const mostParticipants = 50;

const clientId: Check<string> = (value): value is string =>
  typeof value === "string" &&
  /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(value);

const common = {
  account: id,
  checkpoint: object({ root: hash, size: integer(0) }),
  client_id: clientId,
  device: hash,
  network: hash,
  time,
};
const within = { ...common, conversation: hash, seen: object({ head: hash, sequence: integer(1) }) };
const authorities = sorted(id, (one) => one);
const reason = oneOf("created", "members", "keys", "renewed");

const shapes = {
  "conversation.created": object({
    ...common,
    administrators: authorities,
    kind: oneOf("conversation.created"),
    nonce: hash,
    participants: authorities,
  }),
  epoch: object({
    ...within,
    administrators: authorities,
    commitment: hash,
    kind: oneOf("epoch"),
    members: hash,
    number: integer(1),
    participants: authorities,
    previous: hash,
    reason,
  }),
  message: object({ ...within, epoch: integer(1), kind: oneOf("message") }),
  late_box: object({
    ...within,
    account_for: id,
    boxes: sorted(object({ box: hash, epoch: integer(1) }), (one) => one.epoch),
    generation: integer(1),
    kind: oneOf("late_box"),
  }),
};

export type ItemKind = keyof typeof shapes;
export type HeaderOf<K extends ItemKind> = Checked<(typeof shapes)[K]>;
export type Header = { [K in ItemKind]: HeaderOf<K> }[ItemKind];
export type Seen = Checked<(typeof within)["seen"]>;
export type SeenCheckpoint = ObjectOf<{ root: Check<string>; size: Check<number> }>;
export type EpochReason = Checked<typeof reason>;

export interface Item {
  readonly body: Bytes;
  readonly signature: Bytes;
}

export interface ReadItem {
  readonly header: Header;
  /** As it stands in the body: the associated data of a message. */
  readonly headerBytes: Bytes;
  readonly content: Bytes;
}

function sensible(header: Header, content: Uint8Array): boolean {
  if ((header.kind === "message") !== content.length > 0 || content.length > longestContent) return false;
  if (header.kind === "late_box") return header.boxes.length > 0;
  if (header.kind !== "conversation.created" && header.kind !== "epoch") return true;
  const { participants, administrators } = header;
  return (
    participants.length >= 1 &&
    participants.length <= mostParticipants &&
    administrators.length >= 1 &&
    administrators.every((one) => participants.includes(one))
  );
}

const read = new WeakMap<Uint8Array, ReadItem>();

/** The form of a body, read once; throws `Malformed`. Nothing is said yet of its signature or its place. */
export function readItem(body: Uint8Array): ReadItem {
  const item = read.get(body) ?? readBody(body);
  read.set(body, item);
  return item;
}

function readBody(body: Uint8Array): ReadItem {
  const length = body.length < 4 ? longestHeader + 1 : readU32(body);
  if (length > longestHeader || 4 + length > body.length) throw new Malformed("no header of at most 16 KiB");
  const headerBytes = new Uint8Array(body.subarray(4, 4 + length));
  const content = new Uint8Array(body.subarray(4 + length));
  const value = parse(headerBytes) as { kind?: unknown } | null;
  const kind = value?.kind;
  const shape =
    typeof kind === "string" && Object.hasOwn(shapes, kind) ? shapes[kind as ItemKind] : undefined;
  if (shape === undefined || !(shape as Check<Header>)(value))
    throw new Malformed("not a header of a known form");
  const header: Header = value;
  if (!sensible(header, content)) throw new Malformed("a header or content that breaks its limits");
  return { header, headerBytes, content };
}

export function writeBody(headerBytes: Uint8Array, content: Uint8Array): Bytes {
  return concat(u32(headerBytes.length), headerBytes, content);
}

/** Signs header and content; `content` may depend on the exact bytes of the header. */
export async function makeItem(
  header: Header,
  signer: Signer,
  content?: (headerBytes: Bytes) => Promise<Bytes>,
): Promise<Item> {
  const headerBytes = canonical(header);
  const body = writeBody(headerBytes, (await content?.(headerBytes)) ?? new Uint8Array(0));
  readItem(body);
  return { body, signature: await signer.sign(payloadTypes.item, body) };
}

export function itemHash(item: Item): Promise<string> {
  return hashHex(item.body, item.signature);
}

/** The head before the first item. */
export const firstHead = "0".repeat(64);

export async function nextHead(head: string, item: string): Promise<string> {
  return toHex(await sha256(fromHex(head, 32), fromHex(item, 32)));
}
