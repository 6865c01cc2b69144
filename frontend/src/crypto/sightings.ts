/** Sightings: what a device says, signed, that it holds, so that others see what was kept from them (section 5.8). */

import { canonical, parse } from "./canonical.ts";
import { type Bytes, Malformed, utf8 } from "./encoding.ts";
import { hashHex } from "./seal.ts";
import { hash, id, integer, object, oneOf, sorted, time } from "./shapes.ts";
import { payloadTypes, type Signer, verify } from "./signing.ts";

export const mostSighted = 2_000;
const longest = 512 * 1024;

interface HeldPlace {
  readonly sequence: number;
  /** Hexadecimal. */
  readonly head: string;
}

export interface Sighting {
  readonly body: Bytes;
  readonly signature: Bytes;
  readonly account: string;
  readonly device: string;
  readonly network: string;
  readonly time: number;
  readonly checkpoint: { readonly root: string; readonly size: number };
  readonly conversations: readonly (HeldPlace & { readonly tag: string })[];
}

const shape = object({
  account: id,
  checkpoint: object({ root: hash, size: integer(0) }),
  conversations: sorted(object({ head: hash, sequence: integer(1), tag: hash }), ({ tag }) => tag),
  device: hash,
  network: hash,
  time,
  type: oneOf("sighting"),
});

/** How a conversation is called in the sightings of a device: only those who are in it know which one it is. */
export function sightingTag(conversation: string, device: string): Promise<string> {
  return hashHex(utf8(`entente/v1/sighting\n${conversation}${device}`));
}

export interface Sighted {
  readonly account: string;
  readonly device: string;
  readonly network: string;
  readonly checkpoint: { readonly root: string; readonly size: number };
  readonly held: readonly (HeldPlace & { readonly id: string })[];
  readonly time: number;
}

export async function makeSighting(seen: Sighted): Promise<Bytes> {
  const { account, device, network, checkpoint, held } = seen;
  const conversations = await Promise.all(
    held.map(async (one) => ({
      head: one.head,
      sequence: one.sequence,
      tag: await sightingTag(one.id, device),
    })),
  );
  conversations.sort((a, b) => (a.tag < b.tag ? -1 : 1));
  return canonical({
    account,
    checkpoint: { root: checkpoint.root, size: checkpoint.size },
    conversations,
    device,
    network,
    time: seen.time,
    type: "sighting",
  });
}

export function signSighting(device: Signer, body: Bytes): Promise<Bytes> {
  return device.sign(payloadTypes.sighting, body);
}

/** Throws `Malformed` when the bytes have not exactly the form of a sighting. */
export function readSighting(body: Bytes, signature: Bytes): Sighting {
  if (body.length > longest || signature.length !== 64) throw new Malformed("too long, or no signature");
  const fields = parse(body);
  if (!shape(fields) || fields.conversations.length > mostSighted) throw new Malformed("not a sighting");
  const { account, checkpoint, conversations, device, network, time: at } = fields;
  return { body, signature, account, checkpoint, conversations, device, network, time: at };
}

/** Whether the device with this key signed it, and is the one that it names. */
export async function verifySighting(sighting: Sighting, deviceKey: Bytes): Promise<boolean> {
  return (
    (await hashHex(deviceKey)) === sighting.device &&
    (await verify(deviceKey, payloadTypes.sighting, sighting.body, sighting.signature))
  );
}
