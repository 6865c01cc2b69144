/** What is typed into the form of an entry outlives the page: it lies in the vault until it is signed or given up. */
import { useCallback, useEffect, useRef, useState } from "react";
import { type DirectoryEntry, emptyEntry } from "../../crypto/directory";
import { useCore } from "../core";
import { type EntryForm, formOf, restored } from "./form";

const PAUSE = 400;

export interface KeptForm {
  form: EntryForm;
  change: (changes: Partial<EntryForm>) => void;
  /** When what stands here was written, if it comes from an earlier moment; and over which revision. */
  from: { at: number; seen: number } | null;
  startAgain: () => void;
  /** It was signed: nothing is to be kept any more. */
  done: () => void;
}

/** Null while it is not known what was kept. `entry` is the version that was signed last, `seen` its number. */
export function useKeptForm(subject: string, entry: DirectoryEntry | null, seen: number): KeptForm | null {
  const core = useCore();
  const first = useRef({ entry: entry ?? emptyEntry, seen });
  const [kept, setKept] = useState<{ form: EntryForm; from: KeptForm["from"] } | null>(null);
  /** What is to be written when the pause is over. */
  const waiting = useRef<EntryForm | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  useEffect(() => {
    let alive = true;
    const begin = (form: EntryForm | null, from: KeptForm["from"]) => {
      if (alive) setKept({ form: form ?? formOf(first.current.entry), from: form === null ? null : from });
    };
    core.entryDraft(subject).then(
      (draft) =>
        begin(draft === null ? null : restored(draft.form), draft && { at: draft.at, seen: draft.seen }),
      () => begin(null, null), // the storage has its own band; one can write all the same
    );
    return () => {
      alive = false;
    };
  }, [core, subject]);

  const write = useCallback(() => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    const form = waiting.current;
    waiting.current = null;
    if (form !== null) {
      const draft = { seen: first.current.seen, form: JSON.stringify(form), at: Date.now() };
      core.keepEntryDraft(subject, draft).catch(() => undefined); // likewise
    }
  }, [core, subject]);

  useEffect(() => {
    globalThis.addEventListener("pagehide", write);
    return () => {
      globalThis.removeEventListener("pagehide", write);
      write();
    };
  }, [write]);

  if (kept === null) return null;
  const forget = () => {
    waiting.current = null;
    core.keepEntryDraft(subject, null).catch(() => undefined);
  };
  return {
    ...kept,
    change: (changes) => {
      const form = { ...kept.form, ...changes };
      setKept({ ...kept, form });
      waiting.current = form;
      timer.current ??= setTimeout(write, PAUSE);
    },
    startAgain: () => {
      forget();
      first.current = { entry: entry ?? emptyEntry, seen };
      setKept({ form: formOf(entry ?? emptyEntry), from: null });
    },
    done: () => {
      waiting.current = null;
    },
  };
}
