/** Who may say what: the rules `unknown`, `exists`, `forbidden` and `not_allowed` of section 4.3. */

import { canonicalText } from "./canonical.ts";
import { fromBase64, toHex } from "./encoding.ts";
import { type AccountState, activeDevices, isTainted, type State } from "./state.ts";
import type { Statement, StatementOf, Subject } from "./statements.ts";

const mostDevices = 20;

const hexOf = (key: string): string => toHex(fromBase64(key));

function account(state: State, name: string): AccountState {
  const found = state.accounts.get(name);
  if (found === undefined) throw new Error("an account whose presence was checked before");
  return found;
}

/** Rule 6. */
export function presence(state: State, said: Statement, subject: Subject): "unknown" | "exists" | null {
  if (said.type === "network.founded") return null;
  const appoints =
    said.type === "officer.appointed" ||
    said.type === "focal_point.appointed" ||
    said.type === "authority.admitted";
  if (said.type !== "authority.admitted") {
    if (
      (subject.chain === "standing" || subject.chain === "people") &&
      !state.authorities.has(subject.authority)
    ) {
      return "unknown";
    }
  }
  if ("account" in said && !appoints) {
    const person = state.accounts.get(said.account);
    if (person === undefined) return "unknown";
    if (said.type === "device.revoked" && !Object.hasOwn(person.devices, said.device)) return "unknown";
    if (subject.chain === "account" && subject.identityKey !== hexOf(person.identity_key)) return "unknown";
  }
  if (said.type === "authority.admitted") {
    if (state.authorities.has(said.authority)) return "exists";
    if (said.lead !== null && state.accounts.has(said.lead.account)) return "exists";
    if (said.lead !== null && state.owners.has(hexOf(said.lead.identity_key))) return "exists";
  }
  if (appoints && "account" in said && state.accounts.has(said.account)) return "exists";
  if ("identity_key" in said && state.owners.has(hexOf(said.identity_key))) return "exists";
  if (said.type === "device.enrolled" && state.owners.has(hexOf(said.device_key))) return "exists";
  return null;
}

function byThreshold(state: State, signers: readonly string[]): boolean {
  const inOffice = new Set<string>();
  for (const key of state.officers.values()) inOffice.add(hexOf(key));
  return signers.length >= state.threshold && signers.every((signer) => inOffice.has(signer));
}

/** The active account that this key is an active device of, or null. */
function deviceOwner(state: State, signer: string): string | null {
  const owner = state.owners.get(signer);
  const person = owner === undefined ? undefined : state.accounts.get(owner);
  if (owner === undefined || person?.active !== true) return null;
  return activeDevices(person).some((device) => hexOf(device.key) === signer) ? owner : null;
}

/** The active focal point of the active authority whose device the only signer is, or null. */
function colleague(state: State, authority: string, signers: readonly string[]): string | null {
  const [signer, ...more] = signers;
  if (signer === undefined || more.length > 0) return null;
  if (state.authorities.get(authority)?.status !== "active") return null;
  const owner = deviceOwner(state, signer);
  return owner !== null && state.accounts.get(owner)?.authority === authority ? owner : null;
}

function byLeadOrDeputy(state: State, authority: string, signers: readonly string[]): boolean {
  const owner = colleague(state, authority, signers);
  const role = owner === null ? undefined : state.accounts.get(owner)?.role;
  return role === "lead" || role === "deputy";
}

function byLeadIdentity(state: State, authority: string, signers: readonly string[]): boolean {
  const { status, lead } = state.authorities.get(authority) ?? { status: "withdrawn", lead: null };
  const person = lead === null ? undefined : state.accounts.get(lead);
  if (status !== "active" || person?.active !== true || signers.length !== 1) return false;
  return signers[0] === hexOf(person.identity_key);
}

/** Whether a person may sign for their own account: officers in office, and people of an authority not withdrawn. */
function mayActForThemself(state: State, person: AccountState): boolean {
  if (!person.active) return false;
  return person.authority === null || state.authorities.get(person.authority)?.status !== "withdrawn";
}

function byThePerson(
  state: State,
  said: StatementOf<"account.keys" | "device.enrolled" | "device.revoked">,
  signers: readonly string[],
): boolean {
  const person = account(state, said.account);
  if (!mayActForThemself(state, person)) return false;
  const identity = hexOf(person.identity_key);
  if (said.type === "device.enrolled") {
    const device = hexOf(said.device_key);
    return signers.length === 2 && signers.includes(identity) && signers.includes(device);
  }
  const [signer, ...more] = signers;
  if (signer === undefined || more.length > 0) return false;
  if (signer === identity) return true;
  if (deviceOwner(state, signer) !== said.account) return false;
  return (
    said.type === "device.revoked" || canonicalText(said.unlock_keys) === canonicalText(person.unlock_keys)
  );
}

/** Rule 7. `signers` are hexadecimal public keys whose signatures were verified. */
export function permitted(
  state: State,
  said: Statement,
  subject: Subject,
  signers: readonly string[],
): boolean {
  if (said.type === "network.founded") {
    const named = new Set(said.officers.map((officer) => hexOf(officer.identity_key)));
    return signers.length === named.size && signers.every((signer) => named.has(signer));
  }
  if (subject.chain === "network" || subject.chain === "standing") return byThreshold(state, signers);
  if (subject.chain === "people") {
    switch (said.type) {
      case "focal_point.confirmed": {
        const owner = colleague(state, subject.authority, signers);
        return owner !== null && !account(state, owner).held;
      }
      case "focal_point.removed":
      case "device.revoked":
        return byLeadOrDeputy(state, subject.authority, signers);
      default:
        return byLeadIdentity(state, subject.authority, signers);
    }
  }
  return (
    (said.type === "account.keys" || said.type === "device.enrolled" || said.type === "device.revoked") &&
    byThePerson(state, said, signers)
  );
}

/** Rule 8: what is wrong, in words, or null. */
export function notAllowed(
  state: State,
  said: Statement,
  subject: Subject,
  signers: readonly string[],
): string | null {
  switch (said.type) {
    case "network.founded":
    case "officer.appointed":
      return null;
    case "officer.rekeyed":
      return state.officers.has(said.account) ? null : "not an officer in office";
    case "officer.removed":
      if (!state.officers.has(said.account)) return "not an officer in office";
      return state.officers.size - 1 < state.threshold + 1 ? "too few officers would be left" : null;
    case "authority.admitted":
      return (said.kind === "member") === (said.lead !== null)
        ? null
        : "a member has a lead, an observer none";
    case "authority.suspended":
      return state.authorities.get(said.authority)?.status === "active" ? null : "not active";
    case "authority.reinstated":
      return state.authorities.get(said.authority)?.status === "suspended" ? null : "not suspended";
    case "authority.withdrawn":
      return state.authorities.get(said.authority)?.status === "withdrawn" ? "withdrawn already" : null;
    case "focal_point.appointed": {
      const authority = state.authorities.get(said.authority);
      if (authority?.status === "withdrawn" || authority?.kind === "observer")
        return "not an authority for people";
      return (said.role === "lead") === (subject.chain === "standing")
        ? null
        : "officers appoint leads, leads others";
    }
    case "focal_point.role_changed":
    case "focal_point.rekeyed":
    case "focal_point.confirmed":
    case "focal_point.removed":
      return personNotAllowed(state, said, subject, signers);
    case "account.keys":
      return keysNotAllowed(account(state, said.account), said);
    case "device.enrolled": {
      const person = account(state, said.account);
      if (said.revokes.some((device) => person.devices[device]?.active !== true))
        return "revokes no active device";
      return activeDevices(person).length - said.revokes.length + 1 > mostDevices ? "too many devices" : null;
    }
    case "device.revoked": {
      const person = account(state, said.account);
      if (subject.chain === "network" && !state.officers.has(said.account)) return "not an officer in office";
      if (subject.chain === "people" || subject.chain === "standing") {
        if (!person.active || person.authority !== subject.authority)
          return "not an active person of the authority";
      }
      return person.devices[said.device]?.active === true ? null : "not an active device";
    }
  }
}

type AboutAPerson = StatementOf<
  "focal_point.role_changed" | "focal_point.rekeyed" | "focal_point.confirmed" | "focal_point.removed"
>;

function personNotAllowed(
  state: State,
  said: AboutAPerson,
  subject: Subject,
  signers: readonly string[],
): string | null {
  const person = account(state, said.account);
  if (!person.active || person.authority !== said.authority) return "not an active person of the authority";
  const isLead = state.authorities.get(said.authority)?.lead === said.account;
  const onPeople = subject.chain === "people";
  switch (said.type) {
    case "focal_point.role_changed":
      if (onPeople && isLead) return "only officers change the lead";
      return (said.role === "lead") === onPeople ? "officers name leads, leads name others" : null;
    case "focal_point.rekeyed":
      return isLead === onPeople ? "officers re-key the lead, the lead re-keys others" : null;
    case "focal_point.confirmed":
      if (!person.held) return "not held";
      return deviceOwner(state, signers[0] ?? "") === said.account ? "nobody confirms themself" : null;
    case "focal_point.removed": {
      if (!onPeople) return null;
      if (isLead) return "only officers remove the lead";
      const signer = deviceOwner(state, signers[0] ?? "");
      const byDeputy = signer !== null && account(state, signer).role === "deputy";
      return byDeputy && person.role === "deputy" && signer !== said.account
        ? "a deputy removes no deputy"
        : null;
    }
  }
}

function keysNotAllowed(person: AccountState, said: StatementOf<"account.keys">): string | null {
  const next = said.generation === person.generation + 1;
  if (!next && said.generation !== person.generation) return "neither the present generation nor the next";
  if (!next && said.reading_key !== person.reading_key)
    return "another reading key for the present generation";
  if (next && Object.values(person.reading_keys).includes(said.reading_key))
    return "a reading key used before";
  if (next && (said.previous_box === null) !== (person.reading_key === null))
    return "previous box missing or odd";
  if (!next && said.previous_box !== person.previous_box) return "another previous box";
  if (said.unlock_keys.length === 0) return "no unlock key";
  const receivers = new Set([
    ...activeDevices(person).map((device) => device.box_key),
    ...said.unlock_keys.map((unlock) => unlock.key),
  ]);
  if (
    said.reading_boxes.length !== receivers.size ||
    !said.reading_boxes.every((one) => receivers.has(one.key))
  ) {
    return "boxes for others than the active devices and unlock keys";
  }
  return !next && isTainted(person) ? "tainted: only a next generation" : null;
}
