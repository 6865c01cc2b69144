/** Long lists are drawn as far as one has come: hundreds of rows at once would hold the page up. */
import { type ReactNode, startTransition, useCallback, useEffect, useRef, useState } from "react";

/** So many rows fill the highest screen. */
const STEP = 25;
/** How far below the screen the next rows are drawn, so that nobody comes to an end that is none. */
const AHEAD = "1000px";

interface Growing<T> {
  readonly shown: readonly T[];
  /** Draws the next rows; null where all of them are drawn. For lists that watch their end themselves. */
  readonly grow: (() => void) | null;
  /** Stands behind the last row, inside the list; nothing where all of it is drawn. */
  readonly end: ReactNode;
}

/** The first rows of `all`, and more of them as their end comes near; begins anew when `search` is another. */
export function useGrowing<T>(all: readonly T[], search = ""): Growing<T> {
  const [drawn, setDrawn] = useState({ search, rows: STEP });
  const end = useRef<HTMLLIElement>(null);
  const rows = drawn.search === search ? drawn.rows : STEP;
  const more = rows < all.length;
  const grow = useCallback(
    () => startTransition(() => setDrawn({ search, rows: rows + STEP })),
    [search, rows],
  );
  // after each growth anew: the end may still be in sight, of which an observer tells nothing twice
  useEffect(() => {
    if (end.current === null || !more) {
      return;
    }
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) {
          grow();
        }
      },
      { rootMargin: `0px 0px ${AHEAD} 0px` },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [more, grow]);
  return more
    ? { shown: all.slice(0, rows), grow, end: <li ref={end} aria-hidden="true" /> }
    : { shown: all, grow: null, end: null };
}
