/** The rules of the composer: which key sends, how long a text may be, and how old words are that wait. */
import type { Draft, Milliseconds } from "../../sync/contract";
import { nearness } from "./when";

export interface KeyPress {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  /** An input method is still composing: Enter chooses a candidate. */
  isComposing: boolean;
}

export type EnterSends = "enter" | "ctrl_enter";

/** Ctrl+Enter and Cmd+Enter always send; Enter alone sends where there is a keyboard and no choice against it. */
export function sends(press: KeyPress, enter: EnterSends): boolean {
  if (press.key !== "Enter" || press.isComposing || press.altKey) return false;
  if (press.ctrlKey || press.metaKey) return !press.shiftKey;
  return enter === "enter" && !press.shiftKey;
}

/** What fits under the 64 KiB of a sealed message with room for its frame, in bytes of its JSON form. */
export const mostBytes = 60_000;

const encoder = new TextEncoder();

export function tooLong(text: string): boolean {
  // Most texts are short: three bytes per unit is the worst that UTF-8 or an escape of two can do below this.
  if (text.length * 6 <= mostBytes) return false;
  return encoder.encode(JSON.stringify(text)).length > mostBytes;
}

export function worthSending(text: string): boolean {
  return text.trim() !== "" && !tooLong(text);
}

export const emptyDraft: Draft = { text: "" };

/** Whether two drafts say the same; nothing and an empty one do. */
export function sameWords(one: Draft | null, other: Draft | null): boolean {
  return (
    (one?.text ?? "") === (other?.text ?? "") &&
    (one?.subject ?? "") === (other?.subject ?? "") &&
    (one?.authorities ?? []).join() === (other?.authorities ?? []).join()
  );
}

/** How long ago something was written, in the words that a person would use. */
export type Age =
  | { kind: "now" }
  | { kind: "minutes"; count: number }
  | { kind: "today" | "yesterday" | "day" };

export function ageOf(at: Milliseconds, now: Milliseconds, zone?: string): Age {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return { kind: "now" };
  if (minutes < 60) return { kind: "minutes", count: minutes };
  const near = nearness(at, now, zone);
  return { kind: near === "today" || near === "yesterday" ? near : "day" };
}
