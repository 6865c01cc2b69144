/** What a person does with passkeys: the server's question, the touch, and the server's answer, in one. */
import * as v from "valibot";
import type { Bytes } from "../../crypto/encoding";
import { prfInput } from "../../crypto/passkey";
import type { Core } from "../../sync/contract";
import { post } from "../../sync/http";
import { stepSchema } from "./answers";
import { makePasskey, touchPasskey } from "./webauthn";

const text = v.string();
const descriptor = v.looseObject({ id: text, type: text });
/** As WebAuthn writes them in JSON; the browser itself checks the rest. */
const requestSchema = v.object({
  options: v.looseObject({
    challenge: text,
    timeout: v.number(),
    allowCredentials: v.optional(v.array(descriptor)),
  }),
});
const creationSchema = v.object({
  options: v.looseObject({
    challenge: text,
    timeout: v.number(),
    rp: v.looseObject({ id: text, name: text }),
    user: v.looseObject({ id: text, name: text, displayName: text }),
    pubKeyCredParams: v.array(v.looseObject({ type: text, alg: v.number() })),
    excludeCredentials: v.optional(v.array(descriptor)),
  }),
});

export const passkeySchema = v.looseObject({
  id: text,
  name: text,
  created: v.number(),
  last_used: v.nullable(v.number()),
  synced: v.boolean(),
  prf: v.boolean(),
  unlock_key: v.nullish(v.string(), null),
  credential: text,
});
export const passkeysSchema = v.array(passkeySchema);
export type Passkey = v.InferOutput<typeof passkeySchema>;

export const confirmedSchema = v.looseObject({ confirmed_until: v.number() });

/** What was touched: its id, and what it derived for this network, if it can. That never leaves this computer. */
export interface Touched {
  credential: string;
  secret: Bytes | null;
}

/** The one passkey of the list that is meant, or whichever the person picks. */
async function touch(
  path: string,
  schema: v.GenericSchema<unknown, unknown>,
  network: string | null,
  only?: Passkey,
): Promise<Touched> {
  const { options } = await post(`${path}/options`, {}, requestSchema);
  const asked = options as PublicKeyCredentialRequestOptionsJSON;
  const allowed = asked.allowCredentials?.filter(({ id }) => only === undefined || id === only.credential);
  const question = allowed === undefined ? asked : { ...asked, allowCredentials: allowed };
  const { body, secret } = await touchPasskey(question, network === null ? null : await prfInput(network));
  await post(path, body, schema);
  return { credential: body.id, secret };
}

/** Both factors at once, by whichever passkey of this portal the person picks. */
export function signInByPasskey(network: string | null): Promise<Touched> {
  return touch("/api/session/passkey", stepSchema, network);
}

/** After the password. */
export function givePasskey(network: string | null): Promise<Touched> {
  return touch("/api/session/second-factor/passkey", stepSchema, network);
}

/** Before acts that ask for a fresh factor, and for what only a touch derives. */
export function confirmByPasskey(network: string | null, only?: Passkey): Promise<Touched> {
  return touch("/api/session/confirm/passkey", confirmedSchema, network, only);
}

/** Opens the keys of a browser that has none, where the touch that signed in derived what does so. */
export async function openByTouch(core: Core, { secret, credential }: Touched): Promise<void> {
  silent = secret === null;
  if (secret !== null) {
    // Where the keys are open already there is nothing to do; what else fails is said where the keys are asked for.
    await core.openWithPasskey(secret, credential).catch(() => undefined);
    secret.fill(0);
  }
}

let silent = false;
/** Whether the passkey that signed in here last has derived nothing. */
export const derivedNothing = (): boolean => silent;

/** Said where only what a passkey derives is of use, and it derives nothing. */
export class NoSecret extends Error {
  readonly code = "passkey_no_prf";
  readonly detail = "The authenticator has no PRF.";
}

export function secretOf({ secret }: Touched): Bytes {
  if (secret === null) {
    throw new NoSecret();
  }
  return secret;
}

/** What the authenticator is asked to make; to be had first, since it may ask for a fresh factor. */
export async function askForPasskey(): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { options } = await post("/api/passkeys/options", {}, creationSchema);
  return options as unknown as PublicKeyCredentialCreationOptionsJSON;
}

/** The new passkey, with what it derived at once; many derive only when they are touched again. */
export async function makeAndKeep(
  options: PublicKeyCredentialCreationOptionsJSON,
  name: string,
  network: string | null,
): Promise<{ passkey: Passkey; secret: Bytes | null }> {
  const { body, secret } = await makePasskey(options, network === null ? null : await prfInput(network));
  return { passkey: await post("/api/passkeys", { ...body, name }, passkeySchema), secret };
}
