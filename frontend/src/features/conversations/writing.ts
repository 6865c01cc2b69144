/** The rules of the composer: which key sends, how long a text may be, and drafts that outlive a page. */

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

/**
 * Drafts, one per conversation. They stay in the memory of this page: words that were not sent are written to no
 * disk in clear.
 */
export class Drafts {
  readonly #texts = new Map<string, string>();
  readonly #most: number;

  constructor(most = 200) {
    this.#most = most;
  }

  get(conversation: string): string {
    return this.#texts.get(conversation) ?? "";
  }

  set(conversation: string, text: string): void {
    this.#texts.delete(conversation);
    if (text === "") return;
    this.#texts.set(conversation, text);
    const oldest = this.#texts.keys().next();
    if (this.#texts.size > this.#most && !oldest.done) this.#texts.delete(oldest.value);
  }

  /** For a signed-out page: nothing of the last person may be seen by the next. */
  clear(): void {
    this.#texts.clear();
  }
}

export const drafts = new Drafts();
