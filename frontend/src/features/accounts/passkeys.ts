/** What a person does with passkeys: the server's question, the touch, and the server's answer, in one. */
import * as v from "valibot";
import { post } from "../../sync/http";
import { stepSchema } from "./answers";
import { type AssertionBody, makePasskey, touchPasskey } from "./webauthn";

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
});
export const passkeysSchema = v.array(passkeySchema);
export type Passkey = v.InferOutput<typeof passkeySchema>;

export const confirmedSchema = v.looseObject({ confirmed_until: v.number() });

async function touch(path: string): Promise<AssertionBody> {
  const { options } = await post(`${path}/options`, {}, requestSchema);
  const { body } = await touchPasskey(options as PublicKeyCredentialRequestOptionsJSON, null);
  return body;
}

/** Both factors at once, by whichever passkey of this portal the person picks. */
export async function signInByPasskey(): Promise<void> {
  const path = "/api/session/passkey";
  await post(path, await touch(path), stepSchema);
}

/** After the password. */
export async function givePasskey(): Promise<void> {
  const path = "/api/session/second-factor/passkey";
  await post(path, await touch(path), stepSchema);
}

/** Before acts that ask for a fresh factor. */
export async function confirmByPasskey(): Promise<void> {
  const path = "/api/session/confirm/passkey";
  await post(path, await touch(path), confirmedSchema);
}

/** What the authenticator is asked to make; to be had first, since it may ask for a fresh factor. */
export async function askForPasskey(): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { options } = await post("/api/passkeys/options", {}, creationSchema);
  return options as unknown as PublicKeyCredentialCreationOptionsJSON;
}

export async function addPasskey(
  options: PublicKeyCredentialCreationOptionsJSON,
  name: string,
): Promise<Passkey> {
  const { body } = await makePasskey(options, null);
  return post("/api/passkeys", { ...body, name }, passkeySchema);
}
