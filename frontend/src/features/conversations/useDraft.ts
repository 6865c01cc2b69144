/** What was begun in a field, kept by the core; what another browser of this person writes appears when the field rests. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Draft } from "../../sync/contract";
import { useCore, useSnapshot } from "../core";
import { type Failure, failureOf } from "../members/errors";
import { emptyDraft, sameWords } from "./writing";

/** After the last key: to the vault. */
const keepAfter = 300;
/** After the last key: the field rests, and what came from elsewhere may stand in it. */
const restAfter = 2_000;

export interface HeldDraft {
  draft: Draft;
  change(next: Draft): void;
  /** Everything that is not kept yet, now, and to the server. */
  keep(): void;
  /** The words went out: `going` says whether they did. What else was begun meanwhile stays. */
  leave(going: Promise<unknown>): void;
  /** Why the last change could not be kept on this computer. */
  failure: Failure | null;
}

export function useDraft(slot: string): HeldDraft {
  const core = useCore();
  const kept = useSnapshot((snapshot) => snapshot.drafts[slot] ?? null);
  const [draft, setDraft] = useState<Draft>(() => kept ?? emptyDraft);
  const [failure, setFailure] = useState<Failure | null>(null);
  /** What stands in the field; what the core was given or gave last; what it has now. */
  const now = useRef<Draft>(draft);
  const seen = useRef<Draft | null>(kept);
  const newest = useRef<Draft | null>(kept);
  const changed = useRef(false);
  const underWay = useRef(0);
  /** An input method is at work: what it has begun may not be taken from under it. */
  const composing = useRef(false);
  const typedAt = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  newest.current = kept;

  const rest = useRef<() => void>(() => undefined);
  const later = useCallback((task: () => void, after: number) => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = null;
      task();
    }, after);
  }, []);

  const keep = useCallback(
    (atOnce: boolean) => {
      if (!changed.current) return;
      const [before, words] = [seen.current, now.current];
      seen.current = words;
      changed.current = false;
      underWay.current += 1;
      core
        .saveDraft(slot, words, before, atOnce)
        .then(() => setFailure(null))
        .catch((thrown: unknown) => {
          // A page that is locked by now cannot keep anything; everything else is said.
          const problem = failureOf(thrown);
          changed.current = true;
          // The core may have the words though it could not write them down: then they are not another browser's.
          const had = [seen.current, words, before].find((each) => sameWords(each, newest.current));
          seen.current = had === undefined ? before : had;
          setFailure(problem.code === "not_ready" ? null : problem);
        })
        .finally(() => {
          underWay.current -= 1;
          rest.current();
        });
    },
    [core, slot],
  );

  rest.current = () => {
    const busy = changed.current || underWay.current > 0 || composing.current;
    if (busy || sameWords(newest.current, seen.current)) return;
    const left = typedAt.current + restAfter - Date.now();
    if (left > 0) {
      later(() => rest.current(), left);
      return;
    }
    seen.current = newest.current;
    now.current = newest.current ?? emptyDraft;
    setDraft(now.current);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the core has another draft
  useEffect(() => rest.current(), [kept]);

  const change = useCallback(
    (next: Draft) => {
      now.current = next;
      changed.current = true;
      typedAt.current = Date.now();
      setDraft(next);
      later(() => keep(false), keepAfter);
    },
    [keep, later],
  );

  const leave = useCallback(
    (going: Promise<unknown>) => {
      const [words, before] = [now.current, seen.current];
      now.current = emptyDraft;
      changed.current = false;
      setDraft(emptyDraft);
      underWay.current += 1;
      going
        .then(
          async () => {
            if (seen.current === before) {
              seen.current = null;
              await core.saveDraft(slot, null, before, true).catch(() => undefined);
            } else if (!changed.current) {
              // What was kept meanwhile may have gone with what went out, where it begins in the same way.
              await core.saveDraft(slot, now.current, null, true).catch(() => undefined);
            }
          },
          () => {
            // Nothing of it went out: the words come back, above whatever was begun meanwhile.
            const begun = now.current.text;
            change({ ...words, text: begun === "" ? words.text : `${words.text}\n\n${begun}` });
          },
        )
        .finally(() => {
          underWay.current -= 1;
          rest.current();
        });
    },
    [change, core, slot],
  );

  useEffect(() => {
    const hidden = () => {
      if (document.visibilityState === "hidden") keep(true);
    };
    const gone = () => keep(true);
    const composes = (event: Event) => {
      composing.current = event.type === "compositionstart";
      rest.current();
    };
    document.addEventListener("visibilitychange", hidden);
    document.addEventListener("compositionstart", composes);
    document.addEventListener("compositionend", composes);
    addEventListener("pagehide", gone);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      document.removeEventListener("compositionstart", composes);
      document.removeEventListener("compositionend", composes);
      removeEventListener("pagehide", gone);
      if (timer.current !== null) clearTimeout(timer.current);
      keep(true);
    };
  }, [keep]);

  return { draft, change, keep: useCallback(() => keep(true), [keep]), leave, failure };
}
