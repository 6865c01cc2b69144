/**
 * The directory as this browser has verified it. Nothing is used that nobody signed who could; what held once is
 * remembered, so that an older revision, or another one in its place, is noticed. It is read when somebody opens the
 * directory: entries first, then profiles, each page shown as it comes.
 */
import * as v from "valibot";
import {
  type DirectoryEntry,
  type DirectoryProfile,
  followsEntry,
  isEntry,
  isProfile,
  makeDirectory,
  maySignFor,
  readDirectory,
  type SignedDirectory,
  signDirectory,
  verifyDirectory,
} from "../crypto/directory";
import { fromBase64, fromUtf8, Malformed, toBase64, utf8 } from "../crypto/encoding";
import { deviceSigner } from "../crypto/signing";
import type { AccountState } from "../crypto/state";
import type { DirectoryView, EntryDraft, PastRevision, SignedWords } from "./contract";
import { CoreFailure } from "./failure";
import { type Hands, needWhole, self } from "./hands";
import { get, Problem, post } from "./http";
import { Coalesced } from "./queue";
import * as wire from "./wire";

type What = "entries" | "profiles";
type Refusal = NonNullable<SignedWords<unknown>["refused"]>;

const KEPT: Record<What, string> = { entries: "directory-entries", profiles: "directory-profiles" };
const keptSchema = v.object({
  after: wire.count,
  restored: v.nullable(wire.time),
  rows: v.array(v.object({ body: v.string(), signature: wire.base64 })),
});
const DRAFTS = "directory-drafts";
const draftsSchema = v.record(v.string(), v.object({ seen: wire.count, form: v.string(), at: wire.time }));
/** Rows of the server's answer that are held back, since judging them asks for more than is at hand. */
type Later = wire.SignedRow[];

/** What is known of one of the two kinds. */
class Held {
  /** By subject: what this browser has verified, the newest. */
  readonly words = new Map<string, SignedDirectory>();
  /** By subject: what the server shows and does not hold, and at which place of its list. */
  readonly refused = new Map<string, { why: Refusal; place: number }>();
  after = 0;
  restored: number | null = null;
  loaded: DirectoryView["entriesLoaded"] = "not_yet";
}

export class DirectorySync {
  readonly #hands: Hands;
  readonly #reading = new Coalesced(() => this.#read());
  readonly #held: Record<What, Held> = { entries: new Held(), profiles: new Held() };
  #institutions: DirectoryView["institutions"] = [];
  #begun: Promise<void> | null = null;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** Resolves when everything was read that the server had when this was called. */
  read(): Promise<void> {
    return this.#reading.run();
  }

  signEntry(subject: string, entry: DirectoryEntry, seen: number): Promise<void> {
    if (subject.startsWith("account/") || !isEntry(entry)) {
      throw new CoreFailure("invalid", "This is no entry of the directory.");
    }
    return this.#sign("entries", subject, entry, seen);
  }

  signProfile(profile: DirectoryProfile, seen: number): Promise<void> {
    if (!isProfile(profile)) {
      throw new CoreFailure("invalid", "This is no profile.");
    }
    return this.#sign("profiles", `account/${this.#hands.keyring.whose.account}`, profile, seen);
  }

  /** Who signed is told only where each revision names the one before, and the last is the one that is held. */
  async history(subject: string): Promise<PastRevision[]> {
    const revisions = await this.#revisions(subject, 0);
    const newest = this.#held[kindOf(subject)].words.get(subject);
    if (revisions === null || (newest !== undefined && !revisions.some((one) => one.hash === newest.hash))) {
      throw new CoreFailure(
        "directory_chain",
        "The revisions that the server shows do not follow each other.",
      );
    }
    return revisions
      .map(({ revision, account, time }) => ({ revision, signedBy: account, signedAt: time }))
      .reverse();
  }

  async draft(subject: string): Promise<EntryDraft | null> {
    return (await this.#drafts())[subject] ?? null;
  }

  async keepDraft(subject: string, draft: EntryDraft | null): Promise<void> {
    const { [subject]: _, ...others } = await this.#drafts();
    const value = draft === null ? others : { ...others, [subject]: draft };
    await this.#hands.vault.write([{ store: "records", key: DRAFTS, value }]);
  }

  async #drafts(): Promise<Record<string, EntryDraft>> {
    const found = await this.#hands.vault.readMany("records", draftsSchema, {
      range: IDBKeyRange.only(DRAFTS),
      broken: () => undefined, // what cannot be read is written anew
    });
    return found[0]?.value ?? {};
  }

  // signing

  async #sign(
    what: What,
    subject: string,
    entry: DirectoryEntry | DirectoryProfile,
    seen: number,
  ): Promise<void> {
    needWhole(this.#hands);
    const me = self(this.#hands);
    const { account, network } = this.#hands.keyring.whose;
    if (!maySignFor(subject, account, me, this.#authorityKind(subject))) {
      throw new CoreFailure("forbidden", "You do not speak for this entry of the directory.");
    }
    await this.read();
    const before = this.#held[what].words.get(subject) ?? null;
    if ((before?.revision ?? 0) !== seen) {
      throw new CoreFailure("directory_changed", "The entry has been changed since it was read.");
    }
    const { device } = this.#hands.keyring;
    const body = makeDirectory({
      account,
      device: device.id,
      entry,
      network,
      previous: before?.hash ?? null,
      revision: seen + 1,
      size: this.#hands.register.size,
      subject,
      time: Date.now(),
    });
    const signature = await signDirectory(deviceSigner(device), body);
    await post(`/api/directory/${what}`, { body: fromUtf8(body), signature: toBase64(signature) });
    await this.keepDraft(subject, null);
    await this.read();
  }

  // reading

  async #read(): Promise<void> {
    this.#begun ??= this.#begin().catch((error: unknown) => {
      this.#begun = null;
      throw error;
    });
    await this.#begun;
    try {
      const later = { entries: await this.#follow("entries"), profiles: [] as Later };
      this.#institutions = (await get("/api/directory/institutions", wire.institutions)).institutions.map(
        (one) => ({ ...one, zone: one.zone === "" ? null : one.zone }),
      );
      this.#publish();
      later.profiles = await this.#follow("profiles");
      // last, since they may need the Register from its beginning
      for (const what of ["entries", "profiles"] as const) {
        for (const row of later[what]) {
          await this.#take(what, row, null);
        }
        await this.#keep(what);
      }
    } finally {
      for (const held of Object.values(this.#held)) {
        if (held.loaded === "not_yet") held.loaded = "failed";
      }
      this.#publish();
    }
  }

  /** What the vault remembers was verified before it was kept. */
  async #begin(): Promise<void> {
    for (const what of ["entries", "profiles"] as const) {
      const kept = await this.#hands.vault.readMany("records", keptSchema, {
        range: IDBKeyRange.only(KEPT[what]),
        broken: () => undefined, // it is fetched and verified anew
      });
      const held = this.#held[what];
      for (const row of kept[0]?.value.rows ?? []) {
        const given = await readDirectory(utf8(row.body), fromBase64(row.signature, 64));
        held.words.set(given.subject, given);
      }
      held.after = kept[0]?.value.after ?? 0;
      held.restored = kept[0]?.value.restored ?? null;
    }
    this.#publish();
  }

  /** Page by page from where it was read last; gives the rows that are judged when the rest is there. */
  async #follow(what: What): Promise<Later> {
    const held = this.#held[what];
    // what did not hold is looked at again: it may have been put right where it stood
    held.after = Math.min(held.after, ...[...held.refused.values()].map(({ place }) => place - 1));
    const later: Later = [];
    const shown = new Map<string, number>();
    let anew = held.after === 0;
    let more = true;
    while (more) {
      const answer = await get(`/api/directory/${what}?after=${held.after}`, wire.directoryChanges);
      if (answer.restored !== held.restored) {
        // the database was put back to an older copy, and its rows have other places now
        held.restored = answer.restored;
        if (held.after !== 0) {
          held.after = 0;
          anew = true;
          continue;
        }
      }
      for (const row of answer.rows) {
        if (row.place <= held.after) {
          throw new Problem("bad_answer", 200, "The rows of the directory stand in no order.");
        }
        held.after = row.place;
        await this.#take(what, row, later);
        shown.set(row.subject, held.words.get(row.subject)?.revision ?? 0);
      }
      more = answer.more;
      await this.#keep(what, later);
      this.#publish();
    }
    if (anew && held.restored !== null) {
      await this.#handBack(what, shown);
    }
    held.loaded = "loaded";
    return later;
  }

  /** Into `later`, if it is given, goes what cannot be judged by the present state of the Register. */
  async #take(what: What, row: wire.SignedRow, later: Later | null): Promise<void> {
    const held = this.#held[what];
    const given = await this.#authentic(what, row);
    const may = given === null ? false : await this.#couldSign(given, later === null);
    if (given !== null && may === "ask" && later !== null) {
      later.push(row);
      return;
    }
    const why = given === null || may !== true ? "broken" : await this.#notNewest(held, given);
    if (why === null) {
      held.words.set(row.subject, given as SignedDirectory);
      held.refused.delete(row.subject);
    } else {
      held.refused.set(row.subject, { why, place: row.place });
    }
  }

  /** What was signed by the device that it names; null for anything else. */
  async #authentic(what: What, row: wire.SignedRow): Promise<SignedDirectory | null> {
    try {
      const given = await readDirectory(utf8(row.body), fromBase64(row.signature, 64));
      const { register, keyring } = this.#hands;
      if (given.subject !== row.subject || kindOf(given.subject) !== what) return null;
      if (given.network !== keyring.whose.network) return null;
      if (given.size > register.size) await register.catchUp();
      const key = register.state.accounts.get(given.account)?.devices[given.device]?.key;
      if (given.size > register.size || key === undefined) return null;
      return (await verifyDirectory(given, fromBase64(key, 32))) ? given : null;
    } catch (error) {
      if (error instanceof Malformed) return null;
      throw error;
    }
  }

  /** `ask`: by the place that they have now they could not; only the Register of that time tells whether they could then. */
  async #couldSign(given: SignedDirectory, lookBack: boolean): Promise<boolean | "ask"> {
    const { register } = this.#hands;
    const { subject, account } = given;
    const kind = this.#authorityKind(subject);
    const now = register.state.accounts.get(account);
    // who is held has been confirmed by no colleague yet: officers alone made them, or gave them their keys
    const speaks = (place: AccountState | undefined) =>
      place !== undefined &&
      !(place.held && subject.startsWith("authority/")) &&
      maySignFor(subject, account, place, kind);
    if (speaks(now)) return true;
    if (!subject.startsWith("authority/") || now?.authority !== subject.slice("authority/".length))
      return false;
    if (!lookBack) return "ask";
    return speaks((await register.stateAt(given.size))?.accounts.get(account));
  }

  /** Why it is not the newest of what is known; null where it is, with whatever lies between. */
  async #notNewest(held: Held, given: SignedDirectory): Promise<Refusal | null> {
    const before = held.words.get(given.subject);
    if (before === undefined || before.hash === given.hash) return null;
    if (given.revision < before.revision) return "older";
    if (given.revision <= before.revision + 1) return followsEntry(given, before) ? null : "other";
    const between = await this.#revisions(given.subject, before.revision);
    const [first] = between ?? [];
    const chained = first !== undefined && followsEntry(first, before);
    return chained && between?.some((one) => one.hash === given.hash) ? null : "other";
  }

  /** All revisions after this one, each of which names the one before; null where they do not. */
  async #revisions(subject: string, after: number): Promise<SignedDirectory[] | null> {
    const asked = `subject=${encodeURIComponent(subject)}&after=${after}`;
    const { rows } = await get(`/api/directory/history?${asked}`, wire.directoryHistory);
    try {
      const found: SignedDirectory[] = [];
      for (const row of rows) {
        const given = await readDirectory(utf8(row.body), fromBase64(row.signature, 64));
        const before = found.at(-1) ?? null;
        if (
          given.subject !== subject ||
          (before !== null || after === 0 ? !followsEntry(given, before) : false)
        ) {
          return null;
        }
        found.push(given);
      }
      return found;
    } catch (error) {
      if (error instanceof Malformed) return null;
      throw error;
    }
  }

  /** After an older copy was put back: what is newer here than there, or not there at all. */
  async #handBack(what: What, shown: ReadonlyMap<string, number>): Promise<void> {
    const held = this.#held[what];
    for (const [subject, given] of held.words) {
      if (shown.has(subject) && !held.refused.has(subject)) continue;
      try {
        const body = fromUtf8(given.body);
        await post("/api/directory/handed-back", { body, signature: toBase64(given.signature) });
        held.refused.delete(subject);
      } catch (error) {
        // whoever signed could not sign it now, or somebody signed another: then the mark stays
        if (!(error instanceof Problem) || error.code === "offline") throw error;
      }
    }
  }

  #authorityKind(subject: string): "member" | "observer" | null {
    return this.#hands.register.state.authorities.get(subject.slice("authority/".length))?.kind ?? null;
  }

  /** What does not hold is asked for again each time: it must not be forgotten that the server shows it. */
  async #keep(what: What, later: Later = []): Promise<void> {
    const { words, refused, after, restored } = this.#held[what];
    const open = [...refused.values(), ...later].map(({ place }) => place - 1);
    const rows = [...words.values()].map(({ body, signature }) => ({
      body: fromUtf8(body),
      signature: toBase64(signature),
    }));
    const value = { after: Math.min(after, ...open), restored, rows };
    await this.#hands.vault.write([{ store: "records", key: KEPT[what], value }]);
  }

  #publish(): void {
    if (!this.#hands.vault.unlocked) return;
    const { entries, profiles } = this.#held;
    const shown = <T extends DirectoryEntry | DirectoryProfile>(
      held: Held,
      name: (subject: string) => string,
    ) => {
      const subjects = new Set([...held.words.keys(), ...held.refused.keys()]);
      return Object.fromEntries(
        [...subjects].map((subject): [string, SignedWords<T>] => {
          const given = held.words.get(subject);
          return [
            name(subject),
            {
              subject,
              said: (given?.entry as T | undefined) ?? null,
              revision: given?.revision ?? 0,
              signedBy: given?.account ?? null,
              signedAt: given?.time ?? 0,
              refused: held.refused.get(subject)?.why ?? null,
            },
          ];
        }),
      );
    };
    const directory: DirectoryView = {
      entriesLoaded: entries.loaded,
      profilesLoaded: profiles.loaded,
      entries: shown<DirectoryEntry>(entries, (subject) => subject),
      profiles: shown<DirectoryProfile>(profiles, (subject) => subject.slice("account/".length)),
      institutions: this.#institutions,
    };
    this.#hands.snapshots.set({ directory });
  }
}

function kindOf(subject: string): What {
  return subject.startsWith("account/") ? "profiles" : "entries";
}
