/** An invitation that is under way in this browser: its secret is kept, since the link is read only once. */
import * as v from "valibot";
import { fromBase64Url, Malformed, toBase64 } from "../crypto/encoding";
import { readFragment } from "../crypto/invitation";
import { makeVaultLocalKey } from "../crypto/session";
import { makeDeviceKey } from "../crypto/signing";
import { type DeviceRecord, UNFOUNDED, Vault } from "../vault";
import type { Core, EnrolmentStep, Phase } from "./contract";
import { CoreFailure } from "./failure";
import { get, Problem, post } from "./http";
import * as wire from "./wire";

const INVITATION = "invitation";
const secretSchema = v.object({ secret: v.string() });

/** The enrolment that the server knows for this session, or null when there is none. */
export async function fetchEnrolment(): Promise<wire.Enrolment | null> {
  try {
    return await get("/api/enrolment", wire.enrolment);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) {
      return null;
    }
    throw error;
  }
}

/** Before the first sign-in only the first two steps can be under way. */
export async function invitedPhase(): Promise<Phase | null> {
  const enrolment = await fetchEnrolment();
  return enrolment !== null && (enrolment.step === "password" || enrolment.step === "second_factor")
    ? { name: "enrolling", step: enrolment.step }
    : null;
}

/** Whether keys are still to be made, or to be signed for. */
export function isUnfinished({ step }: wire.Enrolment): boolean {
  return step === "keys" || step === "waiting";
}

/** Founding officers make the network itself before they make their keys. */
export function stepOf(enrolment: wire.Enrolment): EnrolmentStep {
  return isUnfinished(enrolment) && enrolment.founding && enrolment.network.id === null
    ? "founding"
    : enrolment.step;
}

export async function openInvitation(fragment: string): ReturnType<Core["openInvitation"]> {
  const read = halvesOf(fragment);
  const enrolment = await post("/api/enrolment/open", { token: read.token }, wire.enrolment);
  const vault = await Vault.open(enrolment.network.id ?? UNFOUNDED, enrolment.account);
  try {
    const { localKey } = await ownDevice(vault);
    if (read.secret !== null) {
      await vault.writePending(localKey, INVITATION, { secret: toBase64(read.secret) });
    }
  } finally {
    vault.lock();
  }
  const { kind, email, role, authority, name } = enrolment;
  return { kind, email, role, authority, name, function: enrolment.function, step: stepOf(enrolment) };
}

/** The token, and the secret that no server sees; the links of the first officers have none. */
function halvesOf(fragment: string): { token: string; secret: Uint8Array<ArrayBuffer> | null } {
  const text = fragment.replace(/^#/, "");
  try {
    if (!text.includes(".")) {
      fromBase64Url(text, 16);
      return { token: text, secret: null };
    }
    return readFragment(text);
  } catch (error) {
    if (error instanceof Malformed) {
      throw new CoreFailure("invitation_unknown", "This is not the whole link of an invitation.");
    }
    throw error;
  }
}

/** The secret of the link, or undefined where it was opened in another browser. */
export async function invitationSecret(
  vault: Vault,
  { localKey }: DeviceRecord,
): Promise<string | undefined> {
  return (await vault.readPending(localKey, INVITATION, secretSchema))?.secret;
}

export function forgetInvitation(vault: Vault): Promise<void> {
  return vault.dropPending(INVITATION);
}

/** The device of this browser in this vault; made when there is none. */
export async function ownDevice(vault: Vault): Promise<DeviceRecord> {
  const present = await vault.device();
  if (present !== undefined) {
    return present;
  }
  const record = { deviceKey: await makeDeviceKey(), localKey: await makeVaultLocalKey() };
  await vault.saveDevice(record);
  return record;
}
