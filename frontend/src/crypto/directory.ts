/** Entries of the directory and profiles: what is said in one, and who has signed it (section 4.8). */

import { canonical, parse } from "./canonical.ts";
import { type Bytes, Malformed } from "./encoding.ts";
import { hashHex } from "./seal.ts";
import {
  bool,
  type Check,
  type Checked,
  hash,
  id,
  integer,
  nameText,
  nullable,
  object,
  oneOf,
  sorted,
  text,
  time,
} from "./shapes.ts";
import { payloadTypes, type Signer, verify } from "./signing.ts";

const longestBody = 32 * 1024;
const sixLanguages: ReadonlySet<string> = new Set(["ar", "en", "es", "fr", "ru", "zh"]);

function matching(pattern: RegExp, longest = 64): Check<string> {
  return (value): value is string =>
    typeof value === "string" && value.length <= longest && pattern.test(value);
}

function line(most: number): Check<string> {
  const short = text(0, most);
  return (value): value is string => short(value) && !/\p{Cc}/u.test(value);
}

function list<T>(
  check: Check<T>,
  by: (one: T) => string | number,
  most: number,
  least = 0,
): Check<readonly T[]> {
  const inOrder = sorted(check, by);
  return (value): value is readonly T[] => inOrder(value) && value.length >= least && value.length <= most;
}

const names: Check<Names> = (value): value is Names =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(([language, name]) => sixLanguages.has(language) && nameText(name));

const minutes = 24 * 60;
const weekday: Check<number> = (value): value is number => integer(1)(value) && value <= 7;
const hoursForm = object({
  days: list(weekday, (day) => day, 7, 1),
  from: integer(0),
  until: integer(1),
});
const hours: Check<Hours> = (value): value is Hours =>
  hoursForm(value) && value.until <= minutes && value.from < value.until;

const itself = (one: string) => one;
const code = matching(/^[a-z][a-z_]{0,39}$/);
const codes = list(code, itself, 40);
const languages = list(matching(/^[a-z]{2,3}$/), itself, 20);
const zone = nullable(matching(/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/));
const matters = list(object({ code, note: text(0, 300) }), (one) => one.code, 40);

const entryForm = object({
  address: text(0, 500),
  basis: text(0, 2000),
  central: bool,
  competences: codes,
  duty: nullable(object({ hours: nullable(hours), telephone: line(60) })),
  electronic: nullable(object({ accepted: bool, how: text(0, 500) })),
  email: line(254),
  formal: matters,
  hours: nullable(hours),
  informal: matters,
  interpol: nullable(bool),
  languages,
  names,
  networks: codes,
  note: text(0, 2000),
  powers: codes,
  switchboard: line(60),
  zone,
});
const profileForm = object({
  competences: codes,
  hours: nullable(hours),
  languages,
  title: line(200),
  zone,
});

/** Names by language. */
export type Names = { readonly [language: string]: string };

/** Days of the week (1 is Monday), and from which to which minute of each. */
export interface Hours {
  readonly days: readonly number[];
  readonly from: number;
  readonly until: number;
}

export type DirectoryEntry = Checked<typeof entryForm>;
export type DirectoryProfile = Checked<typeof profileForm>;

const subjects = matching(/^(?:authority\/[0-9a-f]{32}|state\/[A-Z]{2}|account\/[0-9a-f]{32})$/);

function form<T>(entry: Check<T>, type: "directory.entry" | "directory.profile") {
  return object({
    account: id,
    device: hash,
    entry,
    network: hash,
    previous: nullable(hash),
    revision: integer(1),
    size: integer(1),
    subject: subjects,
    time,
    type: oneOf(type),
  });
}
const entryBody = form(entryForm, "directory.entry");
const profileBody = form(profileForm, "directory.profile");

/** What is signed; `entry` is a profile where the subject is an account. */
export interface DirectorySaid<T = DirectoryEntry | DirectoryProfile> {
  readonly account: string;
  readonly device: string;
  readonly entry: T;
  readonly network: string;
  /** The hash of the revision before it; null for the first. */
  readonly previous: string | null;
  readonly revision: number;
  /** Of the Register, as whoever signed had it. */
  readonly size: number;
  /** `authority/<id>`, `state/<code>` for its central authority, or `account/<id>`. */
  readonly subject: string;
  readonly time: number;
}

export interface SignedDirectory extends DirectorySaid {
  readonly body: Bytes;
  readonly signature: Bytes;
  /** What the next revision names as the one before it. */
  readonly hash: string;
}

export const emptyEntry: DirectoryEntry = {
  address: "",
  basis: "",
  central: false,
  competences: [],
  duty: null,
  electronic: null,
  email: "",
  formal: [],
  hours: null,
  informal: [],
  interpol: null,
  languages: [],
  names: {},
  networks: [],
  note: "",
  powers: [],
  switchboard: "",
  zone: null,
};

export const emptyProfile: DirectoryProfile = {
  competences: [],
  hours: null,
  languages: [],
  title: "",
  zone: null,
};

export const isEntry = (value: unknown): value is DirectoryEntry => entryForm(value);
export const isProfile = (value: unknown): value is DirectoryProfile => profileForm(value);

const isOfAccount = (subject: string) => subject.startsWith("account/");

export function makeDirectory(said: DirectorySaid): Bytes {
  const { account, device, entry, network, previous, revision, size, subject, time: at } = said;
  const type = isOfAccount(subject) ? "directory.profile" : "directory.entry";
  return canonical({ account, device, entry, network, previous, revision, size, subject, time: at, type });
}

export function signDirectory(device: Signer, body: Bytes): Promise<Bytes> {
  return device.sign(payloadTypes.directory, body);
}

/** Throws `Malformed` when the bytes have not exactly the form of an entry or a profile. */
export async function readDirectory(body: Bytes, signature: Bytes): Promise<SignedDirectory> {
  if (body.length > longestBody || signature.length !== 64) throw new Malformed("too long, or no signature");
  const fields = parse(body);
  if (!fits(fields)) throw new Malformed("neither an entry of the directory nor a profile");
  const { type: _, ...said } = fields;
  return { body, signature, hash: await hashHex(body), ...said };
}

function fits(fields: unknown): fields is Checked<typeof entryBody> | Checked<typeof profileBody> {
  if (entryBody(fields)) {
    const { entry, subject } = fields;
    if (isOfAccount(subject)) return false;
    if (subject.startsWith("state/") && !(entry.central && Object.keys(entry.names).length > 0)) return false;
  } else if (!profileBody(fields) || !isOfAccount(fields.subject)) {
    return false;
  }
  return (fields.previous === null) === (fields.revision === 1);
}

/** Whether the device with this key signed it, and is the one that it names. */
export async function verifyDirectory(given: SignedDirectory, deviceKey: Bytes): Promise<boolean> {
  return (
    (await hashHex(deviceKey)) === given.device &&
    (await verify(deviceKey, payloadTypes.directory, given.body, given.signature))
  );
}

/** Whether it is the revision after this one, or the first. */
export function followsEntry(given: SignedDirectory, before: SignedDirectory | null): boolean {
  if (before === null) return given.revision === 1 && given.previous === null;
  return (
    given.subject === before.subject &&
    given.revision === before.revision + 1 &&
    given.previous === before.hash &&
    given.size >= before.size
  );
}

/** Whether somebody with this place in the Register speaks for the subject. */
export function maySignFor(
  subject: string,
  account: string,
  place: { readonly role: string; readonly authority: string | null },
  /** The kind of the authority that it is about, where it is about one that there is. */
  kind: "member" | "observer" | null,
): boolean {
  if (isOfAccount(subject)) return subject === `account/${account}`;
  if (subject.startsWith("state/")) return place.role === "officer";
  if (kind === null) return false;
  if (kind === "observer") return place.role === "officer";
  return (place.role === "lead" || place.role === "deputy") && subject === `authority/${place.authority}`;
}
