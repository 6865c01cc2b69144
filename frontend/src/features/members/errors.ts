/** One sentence for anything that a call of the core or of the server can fail with. */
import { useCallback } from "react";
import { useI18n } from "../../i18n";

export interface Failure {
  code: string;
  detail: string;
  group?: number | undefined;
  serial?: number | undefined;
  retryAfter?: number | undefined;
}

/** What was thrown, as far as it says what it is. */
export function failureOf(thrown: unknown): Failure {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string") {
    return thrown as Failure;
  }
  return { code: "unexpected", detail: String(thrown) };
}

export function useErrorText(): (failure: Failure) => string {
  const { t, lookup } = useI18n();
  return useCallback(
    (failure) => {
      if (failure.code === "slow_down" && failure.retryAfter === undefined) {
        return t("common.errors.slow_down_soon");
      }
      const count = Math.ceil(failure.retryAfter ?? 0);
      return (
        lookup(`common.errors.${failure.code}`, { count, code: failure.code }) ??
        lookup(`vetting.errors.${failure.code}`) ??
        t("common.errors.unknown", { code: failure.code })
      );
    },
    [t, lookup],
  );
}

/** After these nobody here knows whether the act was done: its answer is what was lost. */
const unsure = new Set(["offline", "server_failed", "bad_answer", "core_moved"]);

export const mayBeDone = ({ code }: Failure): boolean => unsure.has(code);

/** What is said of an act that failed; that nothing was changed only where that is known. */
export function useActProblem(
  failed: "members.failed" | "accounts.keys.failed" = "members.failed",
): (failure: Failure) => string {
  const { t } = useI18n();
  const errorText = useErrorText();
  return useCallback(
    (failure) => {
      const reason = errorText(failure);
      return mayBeDone(failure) ? reason : t(failed, { reason });
    },
    [t, errorText, failed],
  );
}
