/** Who is who: what the Register says, with names from the directory where they fit the signed commitment. */
import { fromBase64, fromHex } from "../crypto/encoding";
import { codeToCompare, commitmentTo } from "../crypto/invitation";
import { type AccountState, isTainted, type State } from "../crypto/state";
import type { Vault } from "../vault";
import type { Authority, Person, UnlockKey } from "./contract";
import { get } from "./http";
import type { RegisterSync } from "./registerSync";
import * as wire from "./wire";

const RECORD = "directory";

type DirectoryRow = wire.Directory["people"][number];

export interface PeopleView {
  me: Person | null;
  authorities: Authority[];
  officers: Person[];
  threshold: number;
  unlockKeys: UnlockKey[];
}

export class People {
  readonly #register: RegisterSync;
  readonly #self: string;
  readonly #publish: (view: PeopleView) => void;
  readonly #vault: Vault;
  readonly #codes = new Map<string, Promise<string>>();
  /** Whether the name that was asked for last is the one committed to: a growth of the Register changes few of them. */
  readonly #fitting = new Map<string, { asked: string; fits: Promise<boolean> }>();
  #directory = new Map<string, DirectoryRow>();

  constructor(register: RegisterSync, vault: Vault, self: string, publish: (view: PeopleView) => void) {
    this.#register = register;
    this.#vault = vault;
    this.#self = self;
    this.#publish = publish;
  }

  /** The names that were fetched last, so that nobody is nameless on a slow line. */
  async load(): Promise<void> {
    const held = await this.#vault.read("records", RECORD, wire.directory);
    if (held === undefined) {
      await this.fetchNames();
      return;
    }
    this.#take(held);
    await this.update();
  }

  /** Fetches the names anew; without an answer the names that are held stay. */
  async fetchNames(): Promise<void> {
    const answer = await get("/api/directory", wire.directory);
    this.#take(answer);
    await this.update();
    await this.#vault.write([{ store: "records", key: RECORD, value: answer }]);
  }

  #take({ people }: wire.Directory): void {
    this.#directory = new Map(people.map((row) => [row.account, row]));
  }

  async update(): Promise<void> {
    const { state } = this.#register;
    const all = await Promise.all(
      [...state.accounts].map(([account, known]) => this.#person(account, known)),
    );
    const of = new Map<string | null, Person[]>();
    for (const person of all) {
      of.set(person.authority, [...(of.get(person.authority) ?? []), person]);
    }
    const authorities = [...state.authorities].map(([id, authority]) => ({
      id,
      name: authority.name,
      state: authority.state,
      kind: authority.kind,
      status: authority.status,
      people: (of.get(id) ?? []).sort(byRole),
    }));
    this.#publish({
      me: all.find(({ self }) => self) ?? null,
      authorities: authorities.sort((a, b) => (a.name < b.name ? -1 : 1)),
      officers: all.filter((person) => person.role === "officer"),
      threshold: state.threshold,
      unlockKeys: (state.accounts.get(this.#self)?.unlock_keys ?? []).map(({ key, kind, serial, date }) => ({
        key,
        kind,
        serial,
        date,
      })),
    });
  }

  compareCode(identityKey: string): Promise<string> {
    let code = this.#codes.get(identityKey);
    if (code === undefined) {
      code = codeToCompare(this.#register.network, fromBase64(identityKey, 32)).then((six) => six.join(" "));
      this.#codes.set(identityKey, code);
    }
    return code;
  }

  async #person(account: string, known: AccountState): Promise<Person> {
    const row = await this.#named(account, known);
    return {
      account,
      role: known.role,
      authority: known.authority,
      name: row?.name ?? null,
      function: row?.function ?? null,
      self: account === this.#self,
      held: known.held,
      active: known.active,
      since: known.since,
      vouchedBy: { by: known.vouched_by.by, account: known.vouched_by.account },
      hasKeys: known.generation > 0,
      tainted: isTainted(known),
      codeToCompare: await this.compareCode(known.identity_key),
      devices: Object.values(known.devices).filter((device) => device.active).length,
      keysChanged: this.#register.keysChanged(account),
      identityChanged: this.#register.identityChanged(account),
    };
  }

  /** The directory's row, unless its name is not the one that was committed to when the person was brought in. */
  async #named(account: string, { commitment }: AccountState): Promise<DirectoryRow | null> {
    const row = this.#directory.get(account);
    if (row === undefined || commitment === null) {
      return row ?? null; // officers have no commitment
    }
    const asked = JSON.stringify([commitment, row.salt, row.name, row.function]);
    let answer = this.#fitting.get(account);
    if (answer?.asked !== asked) {
      answer = { asked, fits: fits(row, commitment) };
      this.#fitting.set(account, answer);
    }
    return (await answer.fits) ? row : null;
  }
}

/** Whether name and function are those of the commitment. */
export async function fits(
  row: { salt: string | null; name: string; function: string },
  commitment: string,
): Promise<boolean> {
  if (row.salt === null) {
    return false;
  }
  try {
    return (await commitmentTo(fromHex(row.salt, 32), row.name, row.function)) === commitment;
  } catch {
    return false;
  }
}

const RANK = { lead: 0, deputy: 1, member: 2, officer: 3 };

function byRole(a: Person, b: Person): number {
  return RANK[a.role] - RANK[b.role] || a.since - b.since;
}

/** The head of a chain, as the next statement on it names it. */
export function headOf(state: State, subject: string): string | null {
  return state.heads.get(subject) ?? null;
}
