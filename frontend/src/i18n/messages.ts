/** All messages by domain, as English has them: what the first page needs, and what screens behind it bring along. */
import type { absences } from "./en/absences";
import type { accounts } from "./en/accounts";
import type { alarms } from "./en/alarms";
import type { apply } from "./en/apply";
import type { audit } from "./en/audit";
import type { charter } from "./en/charter";
import type { common } from "./en/common";
import type { conversations } from "./en/conversations";
import type { directory } from "./en/directory";
import type { documents } from "./en/documents";
import type { enrolment } from "./en/enrolment";
import type { keeping } from "./en/keeping";
import type { members } from "./en/members";
import type { notices } from "./en/notices";
import type { passkeys } from "./en/passkeys";
import type { people } from "./en/people";
import type { recovery } from "./en/recovery";
import type { states } from "./en/states";
import type { storage } from "./en/storage";
import type { vetting } from "./en/vetting";
import type { writing } from "./en/writing";
import type { At, Catalogue, Language, Message, ParameterNames, Paths } from "./types";

interface First {
  common: typeof common;
  accounts: typeof accounts;
  enrolment: typeof enrolment;
  conversations: typeof conversations;
  members: typeof members;
  passkeys: typeof passkeys;
  recovery: typeof recovery;
  keeping: typeof keeping;
  alarms: typeof alarms;
  storage: typeof storage;
  notices: typeof notices;
  writing: typeof writing;
  charter: typeof charter;
}

interface Later {
  apply: typeof apply;
  audit: typeof audit;
  documents: typeof documents;
  states: typeof states;
  directory: typeof directory;
  absences: typeof absences;
  people: typeof people;
  vetting: typeof vetting;
}

export interface English extends First, Later {}

export type Messages = { readonly [D in keyof English]: Catalogue<English[D]> };
export type FirstMessages = Pick<Messages, keyof First>;
export type LaterMessages = Pick<Messages, keyof Later>;
/** What is in memory. */
export type Loaded = FirstMessages & Partial<LaterMessages>;

/** `domain.key`, or `domain.group.key`. */
export type Key = Paths<English>;

export type ParametersOf<K extends Key> = ParameterNames<At<English, K>>;

/** Loads what the first page needs of one language; the others stay on the server. */
export async function loadMessages(language: Language): Promise<FirstMessages> {
  switch (language) {
    case "ar":
      return (await import("./ar")).messages;
    case "zh":
      return (await import("./zh")).messages;
    case "en":
      return (await import("./en")).messages;
    case "fr":
      return (await import("./fr")).messages;
    case "ru":
      return (await import("./ru")).messages;
    case "es":
      return (await import("./es")).messages;
  }
}

/** Loads the rest of one language. */
export async function loadLaterMessages(language: Language): Promise<LaterMessages> {
  switch (language) {
    case "ar":
      return (await import("./ar/later")).messages;
    case "zh":
      return (await import("./zh/later")).messages;
    case "en":
      return (await import("./en/later")).messages;
    case "fr":
      return (await import("./fr/later")).messages;
    case "ru":
      return (await import("./ru/later")).messages;
    case "es":
      return (await import("./es/later")).messages;
  }
}

/** The message at a dotted path that is known only at run time, or null. */
export function findMessage(messages: Loaded, path: string): Message | null {
  let here: unknown = messages;
  for (const step of path.split(".")) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) {
      return null;
    }
    here = (here as Record<string, unknown>)[step];
  }
  if (typeof here === "string") {
    return here;
  }
  return typeof here === "object" && here !== null && "other" in here ? (here as Message) : null;
}
