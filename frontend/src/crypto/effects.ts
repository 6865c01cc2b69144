/** What an applied statement does to the state: the effects of section 4.3. */

import { fromBase64, toHex } from "./encoding.ts";
import type { AccountState, AuthorityState, DeviceState, State } from "./state.ts";
import type { Entry, StatementOf, Subject } from "./statements.ts";

type Vouched = AccountState["vouched_by"];

const hexOf = (key: string): string => toHex(fromBase64(key));

function withAccount(state: State, name: string, change: Partial<AccountState>): State {
  const before = state.accounts.get(name);
  if (before === undefined) throw new Error("an account whose presence was checked before");
  return { ...state, accounts: state.accounts.set(name, { ...before, ...change }) };
}

function withAuthority(state: State, name: string, change: Partial<AuthorityState>): State {
  const before = state.authorities.get(name);
  if (before === undefined) throw new Error("an authority whose presence was checked before");
  return { ...state, authorities: state.authorities.set(name, { ...before, ...change }) };
}

interface Newcomer {
  readonly account: string;
  readonly identity_key: string;
  readonly authority: string | null;
  readonly commitment: string | null;
  readonly role: AccountState["role"];
  readonly held: boolean;
  readonly since: number;
  readonly vouched_by: Vouched;
}

function withNewcomer(state: State, { account, ...newcomer }: Newcomer): State {
  const person: AccountState = {
    ...newcomer,
    active: true,
    devices: {},
    generation: 0,
    previous_box: null,
    reading_key: null,
    reading_keys: {},
    tainted_through: 0,
    unlock_keys: [],
  };
  const { authority } = newcomer;
  return {
    ...state,
    accounts: state.accounts.set(account, person),
    owners: state.owners.set(hexOf(newcomer.identity_key), account),
    people:
      authority === null
        ? state.people
        : state.people.set(authority, [...(state.people.get(authority) ?? []), account]),
  };
}

function withOfficer(
  state: State,
  account: string,
  identity_key: string,
  since: number,
  entry: string,
): State {
  const officers = state.officers.set(account, identity_key);
  return withNewcomer(
    { ...state, officers },
    {
      account,
      identity_key,
      authority: null,
      commitment: null,
      role: "officer",
      held: false,
      since,
      vouched_by: { account: null, by: "officers", entry },
    },
  );
}

/** The devices of a person with some of them, or all, no longer active. */
function deactivated(person: AccountState, only?: readonly string[]): { readonly [id: string]: DeviceState } {
  return Object.fromEntries(
    Object.entries(person.devices).map(([device, held]) =>
      only === undefined || only.includes(device) ? [device, { ...held, active: false }] : [device, held],
    ),
  );
}

/** The former lead, if still there, becomes deputy. */
function withLead(state: State, authority: string, account: string): State {
  const former = state.authorities.get(authority)?.lead ?? null;
  const before = former === null ? undefined : state.accounts.get(former);
  const stepped =
    former !== null && former !== account && before?.active === true
      ? withAccount(state, former, { role: "deputy" })
      : state;
  return withAccount(withAuthority(stepped, authority, { lead: account }), account, { role: "lead" });
}

/** Whoever comes in by officers alone, or by a lead who did, waits for a colleague's confirmation. */
function heldBy(state: State, authority: string, subject: Subject): boolean {
  if (subject.chain === "standing") return true;
  const lead = state.authorities.get(authority)?.lead ?? null;
  return lead !== null && state.accounts.get(lead)?.held === true;
}

function rekeyed(state: State, account: string, identity_key: string, held: boolean): State {
  const person = state.accounts.get(account);
  if (person === undefined) return state;
  const owners = state.owners.set(hexOf(identity_key), account);
  return withAccount({ ...state, owners }, account, {
    devices: deactivated(person),
    held,
    identity_key,
    previous_box: null,
    reading_key: null,
    tainted_through: person.generation,
    unlock_keys: [],
  });
}

function appointed(
  state: State,
  said: StatementOf<"focal_point.appointed">,
  subject: Subject,
  entry: string,
): State {
  const lead = state.authorities.get(said.authority)?.lead ?? null;
  const newcomer = withNewcomer(state, {
    account: said.account,
    identity_key: said.identity_key,
    authority: said.authority,
    commitment: said.commitment,
    role: said.role,
    held: heldBy(state, said.authority, subject),
    since: said.time,
    vouched_by:
      subject.chain === "people"
        ? { account: lead, by: "lead", entry }
        : { account: null, by: "officers", entry },
  });
  return said.role === "lead" ? withLead(newcomer, said.authority, said.account) : newcomer;
}

function admitted(state: State, said: StatementOf<"authority.admitted">, entry: string): State {
  const { kind, lead, name } = said;
  const authority: AuthorityState = {
    kind,
    lead: lead?.account ?? null,
    name,
    state: said.state,
    status: "active",
  };
  const known = { ...state, authorities: state.authorities.set(said.authority, authority) };
  if (lead === null) return known;
  return withNewcomer(known, {
    ...lead,
    authority: said.authority,
    role: "lead",
    held: false,
    since: said.time,
    vouched_by: { account: null, by: "officers", entry },
  });
}

/** `device` is the id of the device that a `device.enrolled` names. */
function changed(state: State, { said, subject }: Entry, entry: string, device: string | null): State {
  switch (said.type) {
    case "network.founded": {
      const { name, demo, threshold, register_key } = said;
      const founded: State = { ...state, network: entry, name, demo, threshold, register_key };
      return said.officers.reduce(
        (next, officer) => withOfficer(next, officer.account, officer.identity_key, said.time, entry),
        founded,
      );
    }
    case "officer.appointed":
      return withOfficer(state, said.account, said.identity_key, said.time, entry);
    case "officer.rekeyed": {
      const officers = state.officers.set(said.account, said.identity_key);
      const held = state.accounts.get(said.account)?.held ?? false;
      return rekeyed({ ...state, officers }, said.account, said.identity_key, held);
    }
    case "officer.removed":
    case "focal_point.removed": {
      const person = state.accounts.get(said.account);
      if (person === undefined) return state;
      const officers =
        said.type === "officer.removed" ? state.officers.without(said.account) : state.officers;
      return withAccount({ ...state, officers }, said.account, {
        active: false,
        devices: deactivated(person),
      });
    }
    case "authority.admitted":
      return admitted(state, said, entry);
    case "authority.suspended":
      return withAuthority(state, said.authority, { status: "suspended" });
    case "authority.reinstated":
      return withAuthority(state, said.authority, { status: "active" });
    case "authority.withdrawn":
      return withAuthority(state, said.authority, { status: "withdrawn" });
    case "focal_point.appointed":
      return appointed(state, said, subject, entry);
    case "focal_point.role_changed":
      if (said.role === "lead") return withLead(state, said.authority, said.account);
      return withAccount(state, said.account, { role: said.role });
    case "focal_point.rekeyed": {
      const held = heldBy(state, said.authority, subject) || state.accounts.get(said.account)?.held === true;
      return rekeyed(state, said.account, said.identity_key, held);
    }
    case "focal_point.confirmed":
      return withAccount(state, said.account, { held: false });
    case "account.keys": {
      const person = state.accounts.get(said.account);
      const { generation, previous_box, reading_key, unlock_keys } = said;
      if (person === undefined || generation === person.generation) {
        return withAccount(state, said.account, { unlock_keys });
      }
      const reading_keys = { ...person.reading_keys, [String(generation)]: reading_key };
      return withAccount(state, said.account, {
        generation,
        previous_box,
        reading_key,
        reading_keys,
        unlock_keys,
      });
    }
    case "device.enrolled": {
      const person = state.accounts.get(said.account);
      if (person === undefined || device === null)
        throw new Error("a device whose presence was checked before");
      const enrolled: DeviceState = { active: true, box_key: said.device_box_key, key: said.device_key };
      const owners = state.owners.set(hexOf(said.device_key), said.account);
      return withAccount({ ...state, owners }, said.account, {
        devices: { ...deactivated(person, said.revokes), [device]: enrolled },
        tainted_through: said.revokes.length > 0 ? person.generation : person.tainted_through,
      });
    }
    case "device.revoked": {
      const person = state.accounts.get(said.account);
      if (person === undefined) return state;
      return withAccount(state, said.account, {
        devices: deactivated(person, [said.device]),
        tainted_through: person.generation,
      });
    }
  }
}

export function effectOf(state: State, entry: Entry, entryHash: string, device: string | null): State {
  const next = changed(state, entry, entryHash, device);
  return { ...next, heads: next.heads.set(entry.said.subject, entryHash) };
}
