/** Drafts: what a person has begun to write, sealed so that only they can read or make it (docs/protocol.md, 5.7). */

import { canonical, parse } from "./canonical.ts";
import { type Bytes, fromHex, Malformed, utf8 } from "./encoding.ts";
import { pad, unpad } from "./messages.ts";
import type { Whose } from "./person.ts";
import { DoesNotOpen, derive, openSealed, seal } from "./seal.ts";
import { anyText, type Checked, id, object, sorted } from "./shapes.ts";

const longestSealed = 96 * 1024;
const mostAuthorities = 50;

const authorities = sorted(id, (one) => one);
const ofConversation = object({ text: anyText });
const ofNew = object({ authorities, subject: anyText, text: anyText });

/** A conversation id, or `new`: where a draft lies. */
export type Slot = string;
export const newSlot: Slot = "new";

export type SealedDraft = Checked<typeof ofConversation> | Checked<typeof ofNew>;

export function isSlot(text: string): boolean {
  return text === newSlot || /^[0-9a-f]{64}$/.test(text);
}

function fits(slot: Slot, draft: unknown): draft is SealedDraft {
  if (slot !== newSlot) return isSlot(slot) && ofConversation(draft);
  return ofNew(draft) && draft.authorities.length <= mostAuthorities;
}

function infoOf(account: string, slot: Slot): string {
  return `entente/v1/draft\n${account}\n${slot}`;
}

export function draftKey(readingSeed: Bytes, { network, account }: Whose, slot: Slot): Promise<Bytes> {
  return derive(readingSeed, fromHex(network, 32), infoOf(account, slot));
}

/** Throws `Malformed` for what may not lie in the slot, and beyond 96 KiB. */
export async function sealDraft(
  readingSeed: Bytes,
  whose: Whose,
  slot: Slot,
  draft: SealedDraft,
): Promise<Bytes> {
  if (!fits(slot, draft)) throw new Malformed("not a draft of this slot");
  const key = await draftKey(readingSeed, whose, slot);
  const sealed = await seal(key, pad(canonical(draft)), utf8(infoOf(whose.account, slot)));
  if (sealed.length > longestSealed) throw new Malformed("a draft over 96 KiB");
  return sealed;
}

/** Throws `DoesNotOpen`. */
export async function openDraft(
  readingSeed: Bytes,
  whose: Whose,
  slot: Slot,
  sealed: Bytes,
): Promise<SealedDraft> {
  const key = await draftKey(readingSeed, whose, slot);
  const padded = await openSealed(key, sealed, utf8(infoOf(whose.account, slot)));
  try {
    const draft = parse(unpad(padded));
    if (!fits(slot, draft)) throw new Malformed("not a draft of this slot");
    return draft;
  } catch (error) {
    if (error instanceof Malformed) throw new DoesNotOpen(`sealed well, but inside is ${error.message}`);
    throw error;
  }
}

/** A draft as it stands in a browser, in whatever slot. */
export interface DraftFields {
  readonly text: string;
  readonly subject?: string | undefined;
  readonly authorities?: readonly string[] | undefined;
}

export function sameDraft(one: DraftFields | null, other: DraftFields | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.text === other.text &&
    (one.subject ?? "") === (other.subject ?? "") &&
    (one.authorities ?? []).join() === (other.authorities ?? []).join()
  );
}

/** Two drafts that came from `base`, field by field: nothing of either is lost. */
export function mergeDrafts<T extends DraftFields>(
  base: T | null,
  mine: T | null,
  theirs: T | null,
): T | null {
  if (sameDraft(mine, theirs) || sameDraft(theirs, base)) return mine;
  if (sameDraft(mine, base)) return theirs;
  if (mine === null || theirs === null) return mine ?? theirs;
  const text = mergeTexts(base?.text ?? null, mine.text, theirs.text, "\n\n");
  if (mine.subject === undefined || theirs.subject === undefined) return { ...mine, text };
  const named = [mine.authorities ?? [], theirs.authorities ?? []];
  return {
    ...mine,
    text,
    subject: mergeTexts(base?.subject ?? null, mine.subject, theirs.subject, " / "),
    authorities: [...new Set(named.flat())].sort(),
  };
}

function mergeTexts(base: string | null, mine: string, theirs: string, between: string): string {
  if (theirs === base || mine.includes(theirs)) return mine;
  if (mine === base || theirs.includes(mine)) return theirs;
  if (base !== null && base !== "") {
    // What one side had put above or below what both began from stays where it is.
    if (theirs.startsWith(`${base}${between}`)) return mine + theirs.slice(base.length);
    if (theirs.endsWith(`${between}${base}`)) return theirs.slice(0, -base.length) + mine;
  }
  return `${theirs}${between}${mine}`;
}
