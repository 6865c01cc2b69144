/** Reads the directory when a screen that shows it is opened; what was checked before is there at once. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { DirectoryView } from "../../sync/contract";
import { useCore, useSnapshot } from "../core";
import { type Failure, failureOf } from "../members/errors";

export interface DirectoryHere {
  directory: DirectoryView | null;
  /** The line is asked at this moment. */
  reading: boolean;
  failure: Failure | null;
  again: () => void;
}

export function useDirectory(): DirectoryHere {
  const core = useCore();
  const directory = useSnapshot((snapshot) => snapshot.directory);
  const [reading, setReading] = useState(true);
  const [failure, setFailure] = useState<Failure | null>(null);
  const alive = useRef(true);
  const again = useCallback(() => {
    setReading(true);
    core
      .readDirectory()
      .then(
        () => null,
        (thrown: unknown) => failureOf(thrown),
      )
      .then((failed) => {
        if (alive.current) {
          setReading(false);
          setFailure(failed);
        }
      });
  }, [core]);
  useEffect(() => {
    alive.current = true;
    again();
    return () => {
      alive.current = false;
    };
  }, [again]);
  return { directory, reading, failure, again };
}
