/**
 * Does an act that needs a signature. Where the identity key is locked or the second factor was too long ago, it asks
 * for what is missing and then goes on by itself, so that nobody has to begin again.
 */
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { AgainDialog } from "./AgainDialog";
import { type Failure, failureOf } from "./errors";
import { UnlockDialog } from "./UnlockDialog";

export type Outcome<T> = { done: true; value: T } | { done: false; failure: Failure | null };

/** Runs the act; `failure` is null where the person gave up at a question. */
export type Act = <T>(act: () => Promise<T>) => Promise<Outcome<T>>;

const ActContext = createContext<Act | null>(null);

export function useAct(): Act {
  const act = useContext(ActContext);
  if (act === null) throw new Error("useAct needs an ActProvider above it.");
  return act;
}

type Question = "identity_locked" | "confirm_again";

export function ActProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const answer = useRef<(given: boolean) => void>(() => {});
  const ask = useCallback(
    (asked: Question) =>
      new Promise<boolean>((resolve) => {
        answer.current = (given) => {
          setQuestion(null);
          resolve(given);
        };
        setQuestion(asked);
      }),
    [],
  );
  const run = useMemo(
    (): Act => async (act) => {
      // Each question is asked once at most: what still fails after its answer is a failure.
      const asked = new Set<string>();
      for (;;) {
        try {
          return { done: true, value: await act() };
        } catch (thrown) {
          const failure = failureOf(thrown);
          const { code } = failure;
          if ((code !== "identity_locked" && code !== "confirm_again") || asked.has(code)) {
            return { done: false, failure };
          }
          asked.add(code);
          if (!(await ask(code))) return { done: false, failure: null };
        }
      }
    },
    [ask],
  );
  return (
    <ActContext value={run}>
      {children}
      {question === "identity_locked" && <UnlockDialog onAnswer={(given) => answer.current(given)} />}
      {question === "confirm_again" && <AgainDialog onAnswer={(given) => answer.current(given)} />}
    </ActContext>
  );
}
