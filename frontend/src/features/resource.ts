/** One answer of the server that a screen draws: loading, failed, or there. */
import { useCallback, useEffect, useRef, useState } from "react";
import { get, type Schema } from "../sync/http";
import { type Failure, failureOf } from "./members/errors";

export type Resource<T> =
  | { state: "loading" }
  | { state: "failed"; failure: Failure }
  | { state: "ready"; value: T };

/** Reads `path` once, and again whenever `reload` is called; what was there stays until the new answer is in. */
export function useResource<T>(path: string, schema: Schema<T>): [Resource<T>, () => Promise<void>] {
  const [resource, setResource] = useState<Resource<T>>({ state: "loading" });
  const alive = useRef(true);
  const reload = useCallback(async () => {
    try {
      const value = await get(path, schema);
      if (alive.current) {
        setResource({ state: "ready", value });
      }
    } catch (thrown) {
      if (alive.current) {
        setResource({ state: "failed", failure: failureOf(thrown) });
      }
    }
  }, [path, schema]);
  useEffect(() => {
    alive.current = true;
    void reload();
    return () => {
      alive.current = false;
    };
  }, [reload]);
  return [resource, reload];
}
