/**
 * What the screens know of the core. The core (register, keys, vault, conversations, socket) lives in a worker;
 * the page calls `Core` methods and draws `Snapshot`s. Nothing here holds a secret but what a person must see once.
 */

import type { DirectoryEntry, DirectoryProfile } from "../crypto/directory";
import type { VettingCase } from "./applications";

export type { DirectoryEntry, DirectoryProfile, Hours } from "../crypto/directory";

export type Hex = string;
export type Milliseconds = number;

export type Role = "officer" | "lead" | "deputy" | "member";

export interface NetworkInfo {
  id: Hex | null;
  name: string;
  demo: boolean;
}

export interface Session {
  state: "anonymous" | "second_factor" | "signed_in";
  network: NetworkInfo;
  account: {
    id: Hex;
    email: string;
    role: Role | null;
    authority: Hex | null;
    language: string;
    /** When password and second factor were last replaced with somebody's help, until the person has seen it. */
    signInResetAt?: Milliseconds | null;
    /** Who gave the link for it, and who confirmed it, as the server has it on record. */
    signInResetBy?: Hex[];
  } | null;
  device: Hex | null;
  confirmedUntil: Milliseconds | null;
  /** How many passkeys the person has, as far as they have said who they are. */
  passkeys: number;
  demoPersonas: boolean;
}

/** Where the person stands. Screens are chosen by this alone. */
export type Phase =
  | { name: "loading" }
  /** What lies unsent on this computer is nobody's business before it is known who asks. */
  | { name: "anonymous" }
  | { name: "second_factor" }
  /** Both factors are given, and this network lets its officers act only with a passkey. */
  | { name: "passkey_needed" }
  /** `codeToCompare`: while somebody must sign, the code of one's own identity key, to be read aloud. */
  | { name: "enrolling"; step: EnrolmentStep; codeToCompare?: string }
  /** Signed in on a browser that holds no keys: the recovery code is needed. `otherNetwork`: this address served another network before. */
  | {
      name: "new_browser";
      otherNetwork: boolean;
      serial: number;
      date: Milliseconds;
      /** Why the last code opened nothing; it can turn out after `opening` has taken the place of the question. */
      failure?: CoreError;
      /** Messages that were never sent and went with the keys of this browser. */
      lostPending?: number;
      /** Messages that were never sent and go out once the code was entered. */
      keptPending?: number;
      /**
       * Why a browser that had keys has none: the browser lost what it kept, the server no longer knows them, they were
       * revoked, or they are damaged and are put right with the code. Absent where it had none before.
       */
      why?: "vanished" | "unknown" | "revoked" | "damaged";
    }
  /** Keys are being opened, or the Register is read for the first time. */
  | { name: "opening"; done: number; total: number }
  | { name: "ready" }
  /** The core refuses to talk. */
  | { name: "alarm"; alarm: Alarm }
  /** What this browser keeps cannot be used. */
  | { name: "storage"; trouble: StorageTrouble }
  /** Nobody can say yet where this browser stands; it is asked again by itself. */
  | { name: "unreachable"; why: "offline" | "server" | "unexpected" }
  /** The session ended elsewhere or expired; the vault is locked. */
  | {
      name: "locked";
      reason: "signed_out" | "session_ended" | "device_revoked" | "removed";
      /** The server could not be told yet: its session ends as soon as there is a line. */
      ending?: boolean;
      /** Messages that wait, sealed on this computer, until the person signs in here again. */
      waiting?: number;
      /** Messages that were never sent, and that nobody can open any more. */
      lostPending?: number;
    };

export type EnrolmentStep =
  | "sign_in"
  | "password"
  | "second_factor"
  | "keys"
  | "founding"
  | "recovery_code"
  | "waiting"
  | "done";

export interface StorageTrouble {
  /**
   * `unavailable`: the browser gives no storage. `newer`: a later version of this page wrote here. `full`: no room.
   * `closed`: the browser took it away. `damaged`: more than single records cannot be read. `keys`: the keys cannot be
   * read, and the recovery code is needed.
   */
  kind: "unavailable" | "newer" | "full" | "closed" | "damaged" | "keys";
  /** Messages that were not sent, lie here and can be read. */
  waiting: number;
  /** Messages that were not sent, and that nobody can read any more. */
  lost: number;
  /** For whoever helps: what failed, in English. */
  detail: string;
  at: Milliseconds;
}

/** What the core refuses to talk for; each has words of its own in every catalogue. */
export const alarmKinds = [
  "rolled_back",
  "forked",
  "bad_signature",
  "identity_swapped",
  "bad_history",
  "withheld",
] as const;

export interface Alarm {
  kind: (typeof alarmKinds)[number];
  /** Signed evidence, as text to save. */
  evidence: string;
  at: Milliseconds;
}

export interface Person {
  account: Hex;
  role: Role;
  authority: Hex | null;
  /** Null when the server's name does not match the signed commitment, or there is none. */
  name: string | null;
  function: string | null;
  self: boolean;
  held: boolean;
  active: boolean;
  since: Milliseconds;
  vouchedBy: { by: "officers" | "lead"; account: Hex | null };
  hasKeys: boolean;
  tainted: boolean;
  codeToCompare: string;
  devices: number;
  /** Any change after the first keys: a further browser, a renewal. The code to compare stays the same. */
  keysChanged: Milliseconds | null;
  /** The person was given a new identity key: the code is another one and wants to be compared again. */
  identityChanged: Milliseconds | null;
}

export interface Authority {
  id: Hex;
  name: string;
  /** ISO 3166 code, or one of the fictional States XC to XH. */
  state: string;
  kind: "member" | "observer";
  status: "active" | "suspended" | "withdrawn";
  people: Person[];
}

export type Loaded = "not_yet" | "failed" | "loaded";

export interface ConversationSummary {
  id: Hex;
  /** Null until the subject could be opened. */
  subject: string | null;
  participants: Hex[];
  administrators: Hex[];
  lastText: string | null;
  /**
   * Why there are no last words: their key comes by itself; only a colleague can hand them over; nothing was written
   * since this person came.
   */
  lacks?: "key" | "colleague" | "news" | null;
  lastFrom: Hex | null;
  lastAt: Milliseconds;
  unread: number;
  sequence: number;
  /** Nobody of the other side can read yet, or no longer: why writing is not possible. */
  closed: "not_member" | "nobody_there" | null;
  /** Who is writing there now. */
  typing: Hex[];
  /** How many of one's own messages were not sent yet. */
  waiting?: number;
  /** How far each person says that they have read. */
  readTo?: { [account: Hex]: number };
}

/**
 * Why a message was not sent yet: no line; the Register is not level; the server lacks a colleague's key; the server
 * had a fault; this browser has no room; the portal is being completed after it was put back; the charter is not
 * accepted. Null while it is on its way.
 */
export type WaitReason = "offline" | "register" | "keys" | "server" | "storage" | "restoring" | "charter";

/** What was begun and not sent; `subject` and `authorities` of a new conversation alone. */
export interface Draft {
  text: string;
  subject?: string;
  authorities?: Hex[];
}

/** `delivered`, `read`: to and by anybody but its author. */
export type ItemState = "pending" | "sent" | "delivered" | "read" | "failed";

export type ThreadItem =
  | {
      type: "message";
      key: string; // sequence, or client id while pending
      sequence: number | null;
      account: Hex;
      device: Hex;
      own: boolean;
      text: string;
      /** The server's time, or our own while pending. */
      at: Milliseconds;
      /** The sender's claim; differs from `at` by more than a few minutes only when something is odd. */
      claimedAt: Milliseconds;
      state: ItemState;
      failure: string | null;
      /** While pending. */
      waits?: WaitReason | null;
      /** An attempt may have reached the server: changing or discarding it may come too late. */
      attempted?: boolean;
    }
  | { type: "created"; key: string; sequence: number; account: Hex; at: Milliseconds }
  | {
      type: "key_changed";
      key: string;
      sequence: number;
      account: Hex;
      at: Milliseconds;
      reason: "members" | "keys" | "renewed";
      joined: Hex[];
      left: Hex[];
    }
  | {
      type: "late_box";
      key: string;
      sequence: number;
      account: Hex;
      forAccount: Hex;
      epochs: number;
      at: Milliseconds;
      /** What was written from then on was handed over; null where this browser does not know when that was. */
      since: Milliseconds | null;
    }
  /** The reader waits for a colleague's browser to pass the key on; never an error of theirs. */
  | { type: "waiting_for_key"; key: string; sequence: number; account: Hex; at: Milliseconds }
  /** What stands here was written before this person had their present keys: a colleague can hand it over. */
  | { type: "closed"; key: string; sequence: number; at: Milliseconds }
  /** Something a hostile member or server put here; it is left out and named. `by` is the account that signed it. */
  | { type: "refused"; key: string; sequence: number; by: Hex | null; reason: string; at: Milliseconds };

export interface ConversationView {
  id: Hex;
  subject: string | null;
  participants: Hex[];
  administrators: Hex[];
  /** Accounts that can read what is written now (derived from the Register). */
  readers: Hex[];
  items: ThreadItem[];
  firstUnread: number | null;
  /** What was written while this person was no reader, and may have been handed over to them: never unread. */
  without?: { first: number; last: number }[];
  /** `items` is a window of at most 240 items; whether there are readable ones before it, and after it. */
  hasOlder: boolean;
  hasNewer: boolean;
  loadingOlder: boolean;
  loadingNewer: boolean;
  /** The oldest sequence that this person may read, be it here already or not, and the newest that is here. */
  firstSequence: number;
  newestSequence: number;
  typing: Hex[];
  /** How far each person has received and read this; whoever has read has received. */
  received: { [account: Hex]: number };
  read: { [account: Hex]: number };
  /**
   * Readers to whom this person could hand over earlier messages, and from where on they read now; `at` is null while
   * they can read nothing yet.
   */
  readsFrom: { [account: Hex]: { sequence: number; at: Milliseconds | null } };
  closed: ConversationSummary["closed"];
  /** A new key is being made for the next message: progress over boxes, or null. */
  sealing: { done: number; total: number } | null;
}

/** The window of a conversation that a page shows already: another core shows it again, at the same place. */
export interface FormerWindow {
  first: number;
  /** Null where it ends with what is newest. */
  last: number | null;
  firstUnread: number | null;
}

/** Where a jump goes to: a sequence, a time of the server, what was read last, or the end. */
export type ThreadPlace = { sequence: number } | { at: Milliseconds } | "unread" | "newest";

/** Earlier messages of one conversation that a reader lacks and this browser can open. */
export interface HandOverOffer {
  conversation: Hex;
  subject: string | null;
  participants: Hex[];
  lastAt: Milliseconds;
  /** From when on they can read now; null while they can read nothing. */
  readsFrom: Milliseconds | null;
  /** Where the handing over can begin, the earliest first: whatever follows comes with it. */
  steps: { from: number; at: Milliseconds }[];
}

/** `from`: the first item to be handed over; null for all that this browser can open. */
export interface HandOverChoice {
  conversation: Hex;
  from: number | null;
}

export interface Invitation {
  id: Hex;
  /** `rekey`: new keys for somebody who is in the Register and lost all of theirs. */
  kind: "focal_point" | "lead" | "officer" | "rekey";
  email: string;
  role: Role;
  authority: { id: Hex; name: string; state: string; kind: "member" | "observer" } | null;
  /** Of the lead whom it names. */
  application: Hex | null;
  account: Hex;
  name: string;
  function: string;
  state: "open" | "enrolling" | "waiting" | "done" | "expired" | "withdrawn";
  /** Whose it was before it was taken over: its secret is not known here, so the code has to be compared. */
  takenOverFrom?: Hex | null;
  /** The invitee's identity key was authenticated with the secret of the link; null where that cannot be known. */
  matches: boolean | null;
  codeToCompare: string | null;
  expires: Milliseconds;
}

/** A link with which somebody chooses a new password and second factor. It touches no key. */
export interface SignInReset {
  id: Hex;
  account: Hex;
  requestedBy: Hex;
  requestedAt: Milliseconds;
  confirmedBy: Hex | null;
  /** `needs_second`: another officer has to confirm it before the link works. */
  state: "needs_second" | "open" | "done" | "expired" | "withdrawn";
  expires: Milliseconds;
}

export interface Proposal {
  id: Hex;
  type: string;
  /** The person whom it is about, and the authority. */
  account: Hex | null;
  authority: Hex | null;
  /** What will be signed, as label and value pairs in the order to show; labels are catalogue keys. */
  summary: { label: string; value: string }[];
  proposedBy: Hex;
  proposedAt: Milliseconds;
  /** What the first officer wrote to it. */
  why: string;
  mine: boolean;
  stale: boolean;
  /** What it admits on. `matches`: what was signed for is what it says now. */
  application: { id: Hex; matches: boolean } | null;
  codeToCompare: string | null;
}

/** By language: all six. */
export type CharterTexts = { readonly [language: string]: string };

export interface CharterAcceptance {
  authority: Hex;
  account: Hex;
  /** When it came, by the server. */
  at: Milliseconds;
  /** `other_text`: it was signed, but for another text than that of this version. `broken`: whom it names did not sign it. */
  proof: "holds" | "other_text" | "broken";
}

export interface CharterVersion {
  number: string;
  /** From when on it binds. */
  effective: Milliseconds;
  hash: Hex;
  writtenBy: Hex;
  publishedBy: Hex;
  publishedAt: Milliseconds;
  acceptances: CharterAcceptance[];
}

export interface Charter {
  /** Whether an authority that has not accepted what is in force may only read. */
  required: boolean;
  /** The earliest first. */
  versions: CharterVersion[];
}

/** What officers prepare. */
export interface CharterDraft {
  number: string;
  effective: Milliseconds | null;
  texts: CharterTexts;
  /** Nothing is missing, and another officer can publish it. */
  whole: boolean;
  /** Who wrote last. */
  writtenBy: Hex;
  changedAt: Milliseconds;
}

/** What somebody signed of an authority, of a State's central authority, or of themself. */
export interface SignedWords<T> {
  /** `authority/<id>`, `state/<code>` or `account/<id>`. */
  subject: string;
  /** The newest revision that this browser has verified; null where none held. */
  said: T | null;
  revision: number;
  signedBy: Hex | null;
  /** By the browser of whoever signed. */
  signedAt: Milliseconds;
  /**
   * What the server shows does not hold, and is not used: nobody who could signed it (`broken`), it is older than what
   * this browser has verified (`older`), or another than follows (`other`).
   */
  refused: "broken" | "older" | "other" | null;
}

/** An institution that is no member: nobody signed for it, and nobody can write to it. */
export interface Institution {
  id: number;
  name: string;
  state: string;
  central: boolean;
  languages: string[];
  zone: string | null;
}

export interface DirectoryView {
  /** Whether the server has told of all since the directory was opened: what the browser holds is here at once. */
  entriesLoaded: Loaded;
  profilesLoaded: Loaded;
  /** By subject. */
  entries: { [subject: string]: SignedWords<DirectoryEntry> };
  /** By account. */
  profiles: { [account: Hex]: SignedWords<DirectoryProfile> };
  institutions: Institution[];
}

/** `seen`: the revision that was edited. */
export interface EntryDraft {
  seen: number;
  form: string;
  at: Milliseconds;
}

/** One of the revisions of an entry, the newest first. */
export interface PastRevision {
  revision: number;
  signedBy: Hex;
  signedAt: Milliseconds;
}

export interface Founding {
  state: "collecting" | "signing" | "founded";
  officers: { account: Hex; name: string; hasKey: boolean; signed: boolean; self: boolean }[];
  networkId: Hex | null;
  /** Short code of what is to be signed, for the three to compare. */
  codeToCompare: string | null;
}

export interface Snapshot {
  phase: Phase;
  session: Session | null;
  connection: "online" | "connecting" | "offline";
  register: {
    size: number;
    root: Hex;
    replaying: { done: number; total: number } | null;
    rejectedEntries: number;
    /** `stale`: nobody has confirmed the Register for a day; `stopped`: for a week, and nothing is sealed. */
    freshness: "fresh" | "stale" | "stopped";
    confirmed: Milliseconds | null;
  } | null;
  /** People one of whose browsers says less than it signs: what it has seen may be kept from this one. */
  withheld: Hex[];
  me: Person | null;
  authorities: Authority[];
  /** Those who left among them, as with the people of authorities: what they did goes on naming them. */
  officers: Person[];
  /** How many officers must sign together; null before the Register is read. */
  threshold: number | null;
  conversations: ConversationSummary[];
  open: ConversationView | null;
  invitations: Invitation[];
  /** Of those whom this person may help: a lead their own people, officers leads and officers. */
  resets: SignInReset[];
  /** What opens this person's keys on a new browser, as the Register has it; null before it is read. */
  unlockKeys: UnlockKey[] | null;
  proposals: Proposal[];
  founding: Founding | null;
  /** Null where the server has not told of it yet. */
  charter: Charter | null;
  /** Null until it is opened: it is read when somebody looks for it. */
  directory: DirectoryView | null;
  /** The identity seed lies in the worker until this time ("unlocked for signing"). */
  identityUnlockedUntil: Milliseconds | null;
  /** One's own messages that were not sent yet, those that failed among them; `oldest` is when the first was written. */
  waiting: { messages: number; oldest: Milliseconds } | null;
  /** By conversation, or `new`. */
  drafts: { [slot: string]: Draft };
  /** Drafts that stay on this computer alone, and why: the server takes no longer ones, or no more of them. */
  draftsHere: { [slot: string]: "too_long" | "too_many" };
  /** Older items of all conversations that come in the background; null when everything is here. */
  history: { done: number; total: number; paused: boolean } | null;
  /** Whether the server has told of them since the keys were opened: before that, an empty list says nothing. */
  loaded: { conversations: Loaded; toSign: Loaded };
  /** Conversations of which something newer is there and cannot be taken; it is tried again by itself. */
  stalled: Hex[];
  /** What happened to the storage of this browser while it was open, until the person has seen it. */
  storage: {
    /** Nothing more can be written here. */
    full: boolean;
    /** Parts that were damaged or gone, and were fetched again. */
    repaired: number;
    /** Messages that were not sent, and that nobody can read any more. */
    lostPending: number;
  } | null;
  /** The database of the portal was put back to an older copy, and browsers hand back what it lacks. */
  restoration: Restoration | null;
  /** Work in the background that fails again and again, by a fault of this page. */
  fault: Fault | null;
  /** Counted for tests and shown nowhere: items that a member could not open. */
  undecryptable: number;
}

export interface Restoration {
  since: Milliseconds | null;
  /** Entries of the Register and items of conversations that this browser has handed back. */
  handed: number;
  /** People who have handed back, of those who were signed in during the days before the copy. */
  came: number;
  expected: number;
  /** Whether the server has every entry of the Register that is known of. */
  registerComplete: boolean;
}

export interface Fault {
  task: string;
  /** For whoever helps: what failed, in English. */
  detail: string;
  /** How often in a row. */
  times: number;
  at: Milliseconds;
}

export interface UnlockKey {
  /** Its hash. */
  key: Hex;
  kind: "recovery_code" | "passkey";
  serial: number;
  date: Milliseconds;
}

export interface RecoveryCode {
  /** Eight groups of five characters. */
  groups: string[];
  serial: number;
  date: Milliseconds;
}

/** Thrown by every `Core` method; `code` is a catalogue key under `errors`. */
export interface CoreError {
  code: string;
  detail: string;
  /** For `recovery_code_wrong`: index of the group, 0 to 7; for an old code: its serial. */
  group?: number;
  serial?: number;
  retryAfter?: number;
}

export interface Core {
  /**
   * Ask the server where this browser stands, and go on from there. Called at load and after each sign-in step.
   * `unasked`: not by the person, who alone leaves an alarm or a locked screen.
   */
  refresh(unasked?: boolean): Promise<void>;
  signOut(): Promise<void>;
  /** Asks how fresh the Register is, and what other browsers say that they hold. */
  checkFreshness(): Promise<void>;

  // Enrolment (the fragment of the invitation link)
  openInvitation(fragment: string): Promise<{
    kind: Invitation["kind"];
    email: string;
    role: Role;
    authority: Invitation["authority"];
    name: string;
    function: string;
    step: EnrolmentStep;
  }>;
  /** Makes all keys of the person; the recovery code is shown once. For founding officers this comes after founding. */
  makeKeys(): Promise<RecoveryCode>;
  /** `answers`: group index to what the person typed. Rejects with the first group that does not match. Sends the keys. */
  confirmRecoveryCode(answers: { [group: number]: string }): Promise<void>;

  // Founding
  offerFoundingKey(): Promise<void>;
  signFounding(): Promise<void>;

  // A new browser; also unlocks the identity seed for ten minutes
  checkGroup(index: number, text: string): Promise<"ok" | "incomplete" | "wrong">;
  openWithRecoveryCode(code: string): Promise<void>;
  /** For acts that need the identity key, on a browser that is set up. */
  unlockIdentity(code: string): Promise<void>;
  /** The same with what a passkey has derived (32 bytes); `credential` is its id in base64url. */
  openWithPasskey(secret: Uint8Array<ArrayBuffer>, credential: string): Promise<void>;
  unlockWithPasskey(secret: Uint8Array<ArrayBuffer>): Promise<void>;
  lockIdentity(): Promise<void>;
  /** The network changed at this address: leave the old vault and start anew. */
  leaveOtherNetwork(): Promise<void>;

  /**
   * Where storage is in the way: forgets what cannot be read, keeps what was written and not sent, and goes on from
   * there; with the recovery code where the keys are among it.
   */
  repairStorage(): Promise<void>;
  /**
   * Forgets what the server has of all conversations and fetches the newest of it again; older messages then come when
   * they are wanted. What was not sent, drafts and keys stay. Rejects with `offline` without a line.
   */
  freeSpace(): Promise<{ bytes: number }>;
  /** The person has seen what happened to the storage. */
  storageSeen(): Promise<void>;

  // Keys and devices (identity must be unlocked for replaceRecoveryCode)
  replaceRecoveryCode(): Promise<RecoveryCode>;
  confirmReplacement(answers: { [group: number]: string }): Promise<void>;
  revokeDevice(device: Hex): Promise<void>;
  /** Lets a passkey open the keys too; `passkey` is its id in the server's list. Needs the identity. */
  addPasskey(secret: Uint8Array<ArrayBuffer>, passkey: Hex): Promise<void>;
  /** Takes an unlock key of a passkey back. Needs the identity; without effect where it is none any more. */
  removeUnlockKey(key: Hex): Promise<void>;

  // Conversations
  startConversation(authorities: Hex[], subject: string, text: string): Promise<Hex>;
  openConversation(id: Hex | null, former?: FormerWindow): Promise<void>;
  /** Move the window of the open conversation; what goes beyond its size is dropped at the other end. */
  loadOlder(id: Hex): Promise<void>;
  loadNewer(id: Hex): Promise<void>;
  /**
   * Puts the window around a place, which is fetched first where it is not here yet (`loadingOlder` meanwhile).
   * Gives the sequence to bring the reader to, or null when the conversation has nothing to show.
   */
  jumpTo(id: Hex, place: ThreadPlace): Promise<number | null>;
  /** Stops older items from coming in the background, also after a reload, or lets them come again. */
  pauseHistory(paused: boolean): Promise<void>;
  /** The same `clientId` again is the same message. */
  send(id: Hex, text: string, clientId?: string): Promise<void>;
  retry(id: Hex, key: string): Promise<void>;
  /**
   * Other words for a message that was not sent yet, at its place. Rejects with `already_sent`. `mayHaveLeft`: the
   * server may have the earlier words already; then those count, and these stay here as a message that failed.
   */
  editPending(id: Hex, key: string, text: string): Promise<{ mayHaveLeft: boolean }>;
  discard(id: Hex, key: string): Promise<void>;
  /**
   * Keeps what was begun, in the vault and sealed at the server, or forgets it (null). `seen` is the draft that the
   * page had last seen or kept; what came in meanwhile from elsewhere is not lost. `now`: do not wait to tell the server.
   */
  saveDraft(slot: string, draft: Draft | null, seen: Draft | null, now?: boolean): Promise<void>;
  markRead(id: Hex, sequence: number): Promise<void>;
  typing(id: Hex): Promise<void>;

  // Handing earlier messages over to a colleague who may read now
  handOverOffers(account: Hex): Promise<HandOverOffer[]>;
  handOver(account: Hex, choices: HandOverChoice[]): Promise<void>;

  // Membership (identity must be unlocked where an identity key signs)
  invite(input: {
    kind: Exclude<Invitation["kind"], "rekey">;
    email: string;
    role: Role;
    authority: { name: string; state: string; kind: "member" | "observer" } | null;
    /** The application that names this lead. */
    application?: Hex | null;
    /** Instead of `authority`: one that is admitted already, and whose next lead this will be. */
    led?: Hex;
    name: string;
    function: string;
    language: string;
  }): Promise<{ link: string }>;
  /** A link to new keys for somebody who lost everything; nothing changes before it is signed. */
  giveNewKeys(account: Hex): Promise<{ link: string }>;
  withdrawInvitation(id: Hex): Promise<void>;
  /** Goes on with what somebody left open who may no longer sign. */
  takeOverInvitation(id: Hex): Promise<void>;
  /** Lead: signs the appointment. Officer: proposes the admission or the officer's appointment (first signature). */
  signInvitation(id: Hex, why?: string): Promise<void>;
  proposeStanding(
    authority: Hex,
    change: "suspended" | "reinstated" | "withdrawn",
    reason: string,
  ): Promise<void>;
  /** Officers name somebody of an authority its lead; whoever was it and is still there becomes a deputy. */
  proposeLead(account: Hex): Promise<void>;
  /** Officers remove a lead, or one of themselves. */
  proposeRemoval(account: Hex): Promise<void>;
  signProposal(id: Hex, why?: string): Promise<void>;
  declineProposal(id: Hex): Promise<void>;
  removePerson(account: Hex): Promise<void>;
  confirmPerson(account: Hex): Promise<void>;
  /** A link to a new password and second factor; keys stay as they are. */
  resetSignIn(account: Hex): Promise<{ link: string; state: SignInReset["state"] }>;
  confirmReset(id: Hex): Promise<void>;
  withdrawReset(id: Hex): Promise<void>;
  /** The person has seen that their own sign-in was reset. */
  resetSeen(): Promise<void>;
  changeRole(account: Hex, role: "deputy" | "member"): Promise<void>;

  // Applications
  /**
   * One application as officers see it. Only what was read in this way, and has not changed since, can be signed for;
   * rejects with `application_mismatch` when the digest is not that of what the server shows.
   */
  readApplication(id: Hex): Promise<VettingCase>;
  /** The first of two signatures that admit an observer. Rejects with `application_changed`. */
  proposeObserver(application: Hex, why: string): Promise<void>;

  // The charter
  /** The texts of a published version, checked; rejects with `charter_mismatch`. */
  readCharter(number: string): Promise<CharterTexts>;
  /** As the lead: signs the version whose hash is that of what was shown. */
  acceptCharter(number: string, hash: Hex): Promise<void>;
  /** What officers prepare; null where nothing is. */
  charterDraft(): Promise<CharterDraft | null>;
  /** What a network without a charter begins with. */
  charterTemplate(): Promise<CharterTexts>;
  /** `seen`: when the draft that was read had been changed, 0 where there was none. Rejects with `charter_changed`. */
  saveCharterDraft(
    draft: Pick<CharterDraft, "number" | "effective" | "texts">,
    seen: Milliseconds,
  ): Promise<CharterDraft>;
  discardCharterDraft(): Promise<void>;
  /** As another officer than whoever wrote it last: exactly what was read. */
  publishCharter(draft: CharterDraft): Promise<void>;
  /** Mail to the leads of those who have not accepted, once a day at most. */
  remindOfCharter(number: string): Promise<{ sent: number }>;

  // The directory
  /** Reads what was signed since it was read last; what is held is in the snapshot at once, the rest as it comes. */
  readDirectory(): Promise<void>;
  /**
   * Signs the next revision of an entry; `seen` is the revision that was edited, 0 where there was none. Rejects with
   * `directory_changed` where there is another meanwhile.
   */
  signEntry(subject: string, entry: DirectoryEntry, seen: number): Promise<void>;
  signProfile(profile: DirectoryProfile, seen: number): Promise<void>;
  /** Every revision, which each names the one before; rejects with `directory_chain` where they do not. */
  entryHistory(subject: string): Promise<PastRevision[]>;
  /** What was begun and not signed, on this computer alone, as the form has it; null where nothing was. */
  entryDraft(subject: string): Promise<EntryDraft | null>;
  keepEntryDraft(subject: string, draft: EntryDraft | null): Promise<void>;
}

export const coreMethods = [
  "refresh",
  "signOut",
  "checkFreshness",
  "openInvitation",
  "makeKeys",
  "confirmRecoveryCode",
  "offerFoundingKey",
  "signFounding",
  "checkGroup",
  "openWithRecoveryCode",
  "unlockIdentity",
  "openWithPasskey",
  "unlockWithPasskey",
  "lockIdentity",
  "leaveOtherNetwork",
  "repairStorage",
  "freeSpace",
  "storageSeen",
  "replaceRecoveryCode",
  "confirmReplacement",
  "revokeDevice",
  "addPasskey",
  "removeUnlockKey",
  "startConversation",
  "openConversation",
  "loadOlder",
  "loadNewer",
  "jumpTo",
  "pauseHistory",
  "send",
  "retry",
  "editPending",
  "discard",
  "saveDraft",
  "markRead",
  "typing",
  "handOverOffers",
  "handOver",
  "invite",
  "giveNewKeys",
  "withdrawInvitation",
  "takeOverInvitation",
  "signInvitation",
  "proposeStanding",
  "proposeLead",
  "proposeRemoval",
  "signProposal",
  "declineProposal",
  "removePerson",
  "confirmPerson",
  "resetSignIn",
  "confirmReset",
  "withdrawReset",
  "resetSeen",
  "changeRole",
  "readApplication",
  "proposeObserver",
  "readCharter",
  "acceptCharter",
  "charterDraft",
  "charterTemplate",
  "saveCharterDraft",
  "discardCharterDraft",
  "publishCharter",
  "remindOfCharter",
  "readDirectory",
  "signEntry",
  "signProfile",
  "entryHistory",
  "entryDraft",
  "keepEntryDraft",
] as const satisfies readonly (keyof Core)[];
