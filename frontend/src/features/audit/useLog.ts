/** Reads the log page by page: one's own in one list that grows downwards, that of officers one page at a time. */
import { useCallback, useEffect, useRef, useState } from "react";
import { get } from "../../sync/http";
import { type Failure, failureOf } from "../members/errors";
import { type LogPage, pageSchema, type Row } from "./answers";

export interface Reading {
  /** Null until the first answer is in; the rows of before stay while others are read. */
  page: LogPage | null;
  failure: Failure | null;
  isReading: boolean;
}

/** The page at `path`; an answer that is overtaken by the next question is left out. */
export function usePage(path: string | null): [Reading, () => Promise<void>] {
  const [reading, setReading] = useState<Reading>({ page: null, failure: null, isReading: true });
  const turn = useRef(0);
  const read = useCallback(async () => {
    turn.current += 1;
    const mine = turn.current;
    if (path === null) {
      setReading((before) => ({ ...before, isReading: false }));
      return;
    }
    setReading((before) => ({ ...before, failure: null, isReading: true }));
    try {
      const page = await get(path, pageSchema);
      if (mine === turn.current) setReading({ page, failure: null, isReading: false });
    } catch (thrown) {
      if (mine === turn.current) {
        setReading((before) => ({ ...before, failure: failureOf(thrown), isReading: false }));
      }
    }
  }, [path]);
  useEffect(() => {
    void read();
    return () => {
      turn.current += 1;
    };
  }, [read]);
  return [reading, read];
}

export interface Growing extends Omit<Reading, "page"> {
  rows: readonly Row[] | null;
  hasEarlier: boolean;
  /** Reads on from the last row, or begins where nothing is there; gives how many rows came. */
  readOn: () => Promise<number>;
}

export function useGrowingLog(path: string): Growing {
  const [rows, setRows] = useState<readonly Row[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isReading, setReading] = useState(true);
  const alive = useRef(true);
  const read = useCallback(
    async (before: number | null) => {
      setReading(true);
      setFailure(null);
      try {
        const page = await get(before === null ? path : `${path}?before=${before}`, pageSchema);
        if (!alive.current) return 0;
        setRows((held) => (before === null ? page.rows : [...(held ?? []), ...page.rows]));
        setNext(page.next);
        return page.rows.length;
      } catch (thrown) {
        if (alive.current) setFailure(failureOf(thrown));
        return 0;
      } finally {
        if (alive.current) setReading(false);
      }
    },
    [path],
  );
  useEffect(() => {
    alive.current = true;
    void read(null);
    return () => {
      alive.current = false;
    };
  }, [read]);
  return { rows, failure, isReading, hasEarlier: next !== null, readOn: () => read(next) };
}
