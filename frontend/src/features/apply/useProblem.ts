/** One sentence for what the server refuses an applicant. */
import { useCallback } from "react";
import { useI18n } from "../../i18n";
import { type Failure, useErrorText } from "../members/errors";

export function useProblem(): (failure: Failure) => string {
  const { lookup } = useI18n();
  const errorText = useErrorText();
  return useCallback(
    (failure) => lookup(`apply.errors.${failure.code}`) ?? errorText(failure),
    [lookup, errorText],
  );
}
