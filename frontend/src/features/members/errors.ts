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
        t("common.errors.unknown", { code: failure.code })
      );
    },
    [t, lookup],
  );
}
