/**
 * The browser's own questions to authenticators (WebAuthn). Only the fields that the server checks are taken out of an
 * answer: what the authenticator derives for unlocking stands in the same object, stays on this computer, and is given
 * back apart as `secret`.
 */
import { type Bytes, fromBase64Url, toBase64Url } from "../../crypto/encoding";

/** Codes that the catalogues translate under `common.errors`. */
export type TouchFailure =
  | "passkey_cancelled"
  /** No browser tells a page whether the person said no, or nothing here can check who they are. */
  | "passkey_not_made"
  | "passkey_timed_out"
  | "passkey_not_allowed"
  | "passkey_none"
  | "passkey_there"
  | "passkey_unsupported";

export class TouchFailed extends Error {
  readonly code: TouchFailure;
  readonly detail: string;

  constructor(code: TouchFailure, detail: string) {
    super(`${code}: ${detail}`);
    this.name = "TouchFailed";
    this.code = code;
    this.detail = detail;
  }
}

/** As the server takes it: base64url without padding. */
export interface AssertionBody {
  id: string;
  client_data: string;
  authenticator_data: string;
  signature: string;
  user_handle: string | null;
}

export interface RegistrationBody {
  id: string;
  client_data: string;
  attestation_object: string;
  transports: string[];
  /** Whether the authenticator says that it can derive secrets. */
  prf: boolean;
}

const SECRET_LENGTH = 32;
/** What the browser waits for longer than this is no person who has said no. */
const NEARLY = 0.95;

export function passkeysSupported(): boolean {
  return typeof PublicKeyCredential !== "undefined" && navigator.credentials !== undefined;
}

function needPasskeys(): void {
  if (!passkeysSupported()) {
    throw new TouchFailed("passkey_unsupported", "This browser has no WebAuthn.");
  }
}

let asking: AbortController | null = null;

/** There is one question at a time: a new one takes the place of the one before. */
function signal(): AbortSignal {
  asking?.abort();
  asking = new AbortController();
  return asking.signal;
}

/** `prfInput`: what the authenticator is to derive a secret from, where it can. */
export async function makePasskey(
  options: PublicKeyCredentialCreationOptionsJSON,
  prfInput: Bytes | null,
): Promise<{ body: RegistrationBody; secret: Bytes | null }> {
  needPasskeys();
  const publicKey = withPrf(creationOptions(options), prfInput);
  const made = await asked("passkey_not_made", options.timeout, () =>
    navigator.credentials.create({ publicKey, signal: signal() }),
  );
  const response = made.response as AuthenticatorAttestationResponse;
  const { prf } = made.getClientExtensionResults();
  const secret = secretOf(prf);
  return {
    secret,
    body: {
      id: toBase64Url(bytesOf(made.rawId)),
      client_data: toBase64Url(bytesOf(response.clientDataJSON)),
      attestation_object: toBase64Url(bytesOf(response.attestationObject)),
      transports: response.getTransports?.() ?? [],
      prf: prf?.enabled === true || secret !== null,
    },
  };
}

export async function touchPasskey(
  options: PublicKeyCredentialRequestOptionsJSON,
  prfInput: Bytes | null,
): Promise<{ body: AssertionBody; secret: Bytes | null }> {
  needPasskeys();
  const publicKey = withPrf(requestOptions(options), prfInput);
  const given = await asked("passkey_cancelled", options.timeout, () =>
    navigator.credentials.get({ publicKey, signal: signal() }),
  );
  const response = given.response as AuthenticatorAssertionResponse;
  return {
    secret: secretOf(given.getClientExtensionResults().prf),
    body: {
      id: toBase64Url(bytesOf(given.rawId)),
      client_data: toBase64Url(bytesOf(response.clientDataJSON)),
      authenticator_data: toBase64Url(bytesOf(response.authenticatorData)),
      signature: toBase64Url(bytesOf(response.signature)),
      user_handle: response.userHandle === null ? null : toBase64Url(bytesOf(response.userHandle)),
    },
  };
}

async function asked(
  otherwise: TouchFailure,
  timeout: number | undefined,
  ask: () => Promise<Credential | null>,
): Promise<PublicKeyCredential> {
  const since = performance.now();
  try {
    const answer = await ask();
    if (answer !== null) {
      return answer as PublicKeyCredential;
    }
  } catch (error) {
    const waited = performance.now() - since;
    const late = waited >= NEARLY * (timeout ?? Infinity);
    throw new TouchFailed(reasonOf(error) ?? (late ? "passkey_timed_out" : otherwise), String(error));
  }
  throw new TouchFailed(otherwise, "The browser gave no credential.");
}

/** Browsers tell a page little of what went wrong, so that it learns nothing of the authenticators that are there. */
function reasonOf(error: unknown): TouchFailure | null {
  switch (error instanceof DOMException ? error.name : "") {
    case "SecurityError":
      return "passkey_not_allowed";
    case "InvalidStateError":
      return "passkey_there";
    case "ConstraintError":
    case "NotSupportedError":
    case "NotReadableError":
      return "passkey_none";
    case "TimeoutError":
      return "passkey_timed_out";
    default:
      return null;
  }
}

function secretOf(prf: AuthenticationExtensionsPRFOutputs | undefined): Bytes | null {
  const first = prf?.results?.first;
  const secret = first === undefined ? null : bytesOf(first);
  return secret?.length === SECRET_LENGTH ? secret : null;
}

function bytesOf(source: BufferSource): Bytes {
  return source instanceof ArrayBuffer
    ? new Uint8Array(source.slice(0))
    : new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength).slice();
}

function withPrf<T extends { extensions?: AuthenticationExtensionsClientInputs }>(
  options: T,
  input: Bytes | null,
): T {
  const prf = input === null ? {} : { eval: { first: input } };
  return { ...options, extensions: { ...options.extensions, prf } };
}

function creationOptions(json: PublicKeyCredentialCreationOptionsJSON): PublicKeyCredentialCreationOptions {
  if (typeof PublicKeyCredential.parseCreationOptionsFromJSON === "function") {
    return PublicKeyCredential.parseCreationOptionsFromJSON(json);
  }
  const { extensions: _, ...rest } = json;
  return {
    ...rest,
    challenge: fromBase64Url(json.challenge),
    user: { ...json.user, id: fromBase64Url(json.user.id) },
    excludeCredentials: descriptors(json.excludeCredentials),
  } as PublicKeyCredentialCreationOptions;
}

function requestOptions(json: PublicKeyCredentialRequestOptionsJSON): PublicKeyCredentialRequestOptions {
  if (typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function") {
    return PublicKeyCredential.parseRequestOptionsFromJSON(json);
  }
  const { extensions: _, ...rest } = json;
  return {
    ...rest,
    challenge: fromBase64Url(json.challenge),
    allowCredentials: descriptors(json.allowCredentials),
  } as PublicKeyCredentialRequestOptions;
}

function descriptors(listed: readonly PublicKeyCredentialDescriptorJSON[] | undefined) {
  return (listed ?? []).map((one) => ({ ...one, id: fromBase64Url(one.id) }));
}
