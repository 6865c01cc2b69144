/** What a reader has read in the open thread, and where the line "New since you last read" stands. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { ConversationView, Hex } from "../../sync/contract";
import { useCore } from "../core";
import { firstUnreadIn } from "./thread";
import type { Place } from "./usePlace";

/** Somebody who scrolls on has not read what passed. */
const restsFor = 300;

const looks = () => document.visibilityState === "visible" && document.hasFocus();

export interface Reading {
  /** The sequence above which the line stands. */
  line: number | null;
  dropLine(): void;
  /** The line is further up than the window reaches. */
  lineIsAbove: boolean;
  /** The reader has come to rest somewhere. */
  rests(): void;
}

export function useReading(view: ConversationView, me: Hex | null, place: Place): Reading {
  const core = useCore();
  const readTo = me === null ? 0 : (view.read[me] ?? 0);
  const [line, setLine] = useState(() =>
    view.firstUnread !== null && view.firstUnread > readTo
      ? view.firstUnread
      : firstUnreadIn(view.items, readTo, view.without),
  );
  const marked = useRef(0);
  const first = view.items[0]?.sequence ?? 0;
  const lineIsAbove = line !== null && view.hasOlder && first > line;

  // What came while nobody looked.
  const fresh = firstUnreadIn(view.items, readTo, view.without);
  if (line === null && fresh !== null && !(place.atEnd && looks())) setLine(fresh);

  // What was read in another browser or tab is not new here.
  useEffect(() => {
    setLine((held) => (held !== null && readTo >= held && readTo > marked.current ? fresh : held));
  }, [readTo, fresh]);

  const { atEnd, isAtEnd, lastInSight } = place;
  const mark = useCallback(() => {
    if (!looks() || lineIsAbove) return;
    const sequence = isAtEnd() ? view.newestSequence : lastInSight();
    if (sequence <= readTo || sequence === 0) return;
    marked.current = Math.max(sequence, marked.current);
    // The core may be locked at this very moment; what cannot be told now is told with what is read next.
    core.markRead(view.id, sequence).catch(() => undefined);
  }, [core, view.id, view.newestSequence, isAtEnd, lastInSight, lineIsAbove, readTo]);

  const latest = useRef(mark);
  latest.current = mark;
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const rests = useCallback(() => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(), restsFor);
  }, []);
  useEffect(() => {
    if (atEnd) mark();
    else rests();
  }, [atEnd, mark, rests]);
  useEffect(() => {
    const look = () => latest.current();
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
      if (timer.current !== null) clearTimeout(timer.current);
    };
  }, []);

  return { line, dropLine: useCallback(() => setLine(null), []), lineIsAbove, rests };
}
