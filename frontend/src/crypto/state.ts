/** What the Register says at one size of it. Never changed in place; each version shares what stayed the same. */

import { fromBase64, Malformed, toHex } from "./encoding.ts";
import type { Checked } from "./shapes.ts";
import * as is from "./shapes.ts";
import { type UnlockKey, unlockKeysShape } from "./statements.ts";
import { Table } from "./table.ts";

const deviceShape = is.object({ active: is.bool, box_key: is.hash, key: is.signingKey });
export type DeviceState = Checked<typeof deviceShape>;

const decimal: is.Check<string> = (value): value is string =>
  typeof value === "string" && /^[1-9][0-9]{0,15}$/.test(value);

const accountShape = is.object({
  active: is.bool,
  authority: is.nullable(is.id),
  commitment: is.nullable(is.hash),
  devices: is.record(is.hash, deviceShape),
  generation: is.integer(0),
  held: is.bool,
  identity_key: is.signingKey,
  previous_box: is.nullable(is.hash),
  reading_key: is.nullable(is.hash),
  reading_keys: is.record(decimal, is.hash),
  role: is.oneOf("officer", "lead", "deputy", "member"),
  since: is.time,
  tainted_through: is.integer(0),
  unlock_keys: unlockKeysShape,
  vouched_by: is.object({ account: is.nullable(is.id), by: is.oneOf("officers", "lead"), entry: is.hash }),
});
export type AccountState = Checked<typeof accountShape>;

const authorityShape = is.object({
  kind: is.oneOf("member", "observer"),
  lead: is.nullable(is.id),
  name: is.nameText,
  state: is.stateCode,
  status: is.oneOf("active", "suspended", "withdrawn"),
});
export type AuthorityState = Checked<typeof authorityShape>;

const plainShape = is.object({
  accounts: is.record(is.id, accountShape),
  authorities: is.record(is.id, authorityShape),
  demo: is.bool,
  heads: is.record(is.anyText, is.hash),
  name: is.anyText,
  network: is.nullable(is.hash),
  officers: is.record(is.id, is.signingKey),
  register_key: is.nullable(is.signingKey),
  size: is.integer(0),
  threshold: is.integer(0),
  used_keys: is.sorted(is.hash, (one) => one),
});
/** The form of section 4.2, for bookmarks and test vectors. */
export type PlainState = Checked<typeof plainShape>;

export interface State {
  readonly network: string | null;
  readonly name: string;
  readonly demo: boolean;
  readonly threshold: number;
  readonly register_key: string | null;
  /** Entries seen, those that did not apply too. */
  readonly size: number;
  readonly officers: Table<string>;
  readonly heads: Table<string>;
  readonly authorities: Table<AuthorityState>;
  readonly accounts: Table<AccountState>;
  /** Every identity and device key ever named, in hexadecimal, with the account it was named for. */
  readonly owners: Table<string>;
  /** The accounts ever brought into an authority. */
  readonly people: Table<readonly string[]>;
}

export const emptyState: State = {
  network: null,
  name: "",
  demo: false,
  threshold: 0,
  register_key: null,
  size: 0,
  officers: Table.empty(),
  heads: Table.empty(),
  authorities: Table.empty(),
  accounts: Table.empty(),
  owners: Table.empty(),
  people: Table.empty(),
};

export type { UnlockKey };

/** Nobody boxes to the present generation of a tainted account. */
export function isTainted(account: AccountState): boolean {
  return account.generation > 0 && account.generation <= account.tainted_through;
}

export function activeDevices(account: AccountState): DeviceState[] {
  return Object.values(account.devices).filter((device) => device.active);
}

/** The accounts that were ever focal points of an authority, removed ones too. */
export function peopleOf(state: State, authority: string): (readonly [string, AccountState])[] {
  const found: (readonly [string, AccountState])[] = [];
  for (const account of state.people.get(authority) ?? []) {
    const person = state.accounts.get(account);
    if (person !== undefined) found.push([account, person]);
  }
  return found;
}

export function toPlain(state: State): PlainState {
  return {
    accounts: Object.fromEntries(state.accounts),
    authorities: Object.fromEntries(state.authorities),
    demo: state.demo,
    heads: Object.fromEntries(state.heads),
    name: state.name,
    network: state.network,
    officers: Object.fromEntries(state.officers),
    register_key: state.register_key,
    size: state.size,
    threshold: state.threshold,
    used_keys: [...state.owners.keys()].sort(),
  };
}

/** Throws `Malformed` when the form is not that of section 4.2. */
export function fromPlain(value: unknown): State {
  if (!plainShape(value)) throw new Malformed("not a state of the Register");
  const owners = new Map<string, string>(value.used_keys.map((key) => [key, ""]));
  const people = new Map<string, string[]>();
  for (const [account, person] of Object.entries(value.accounts)) {
    owners.set(toHex(fromBase64(person.identity_key)), account);
    for (const device of Object.values(person.devices)) owners.set(toHex(fromBase64(device.key)), account);
    if (person.authority !== null) {
      people.set(person.authority, [...(people.get(person.authority) ?? []), account]);
    }
  }
  const { used_keys: _, ...rest } = value;
  return {
    ...rest,
    officers: Table.of(Object.entries(value.officers)),
    heads: Table.of(Object.entries(value.heads)),
    authorities: Table.of(Object.entries(value.authorities)),
    accounts: Table.of(Object.entries(value.accounts)),
    owners: Table.of(owners),
    people: Table.of(people),
  };
}
