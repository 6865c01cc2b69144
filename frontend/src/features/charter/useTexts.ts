/** The checked texts of a version, read when they are looked at. */
import { useCallback, useEffect, useState } from "react";
import type { CharterTexts } from "../../sync/contract";
import { useCore } from "../core";
import { type Failure, failureOf } from "../members/errors";

export type Read =
  | { state: "loading" }
  | { state: "failed"; failure: Failure }
  | { state: "read"; texts: CharterTexts };

const loading: Read = { state: "loading" };

/** `number` is null where there is nothing to read. */
export function useTexts(number: string | null): [Read, () => void] {
  const core = useCore();
  const [read, setRead] = useState<{ number: string | null; read: Read }>({ number, read: loading });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a further attempt is the same reading again
  useEffect(() => {
    if (number === null) return;
    let wanted = true;
    const done = (now: Read) => wanted && setRead({ number, read: now });
    core.readCharter(number).then(
      (texts) => done({ state: "read", texts }),
      (thrown: unknown) => done({ state: "failed", failure: failureOf(thrown) }),
    );
    return () => {
      wanted = false;
    };
  }, [core, number, attempt]);
  const again = useCallback(() => {
    setRead({ number, read: loading });
    setAttempt((count) => count + 1);
  }, [number]);
  return [read.number === number ? read.read : loading, again];
}
