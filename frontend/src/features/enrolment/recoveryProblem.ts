/** Why a recovery code did not open anything, in one sentence that says what to do. */
import { useCallback } from "react";
import { useI18n } from "../../i18n";
import { useSnapshot } from "../core";
import { failureOf, useErrorText } from "../members/errors";

export function useRecoveryProblem(): (thrown: unknown) => string {
  const { t, formatDate } = useI18n();
  const errorText = useErrorText();
  const phase = useSnapshot((snapshot) => snapshot.phase);
  return useCallback(
    (thrown) => {
      const failure = failureOf(thrown);
      if (failure.code === "recovery_code_wrong") {
        return failure.group === undefined
          ? t("enrolment.browser.not_yours")
          : t("enrolment.browser.group_wrong", { group: failure.group + 1 });
      }
      if (failure.code === "recovery_code_old") {
        const old = failure.serial ?? 0;
        return phase.name === "new_browser" && phase.serial > 0
          ? t("enrolment.browser.old", { old, serial: phase.serial, date: formatDate(phase.date) })
          : t("enrolment.browser.old_plain", { old });
      }
      return errorText(failure);
    },
    [t, formatDate, errorText, phase],
  );
}
