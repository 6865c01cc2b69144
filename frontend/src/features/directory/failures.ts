/** What is said where an act on the directory failed: in the words of the directory, or in those that all screens have. */
import { useCallback } from "react";
import { useI18n } from "../../i18n";
import { type Failure, useErrorText } from "../members/errors";

export function useFailureText(): (failure: Failure) => string {
  const { lookup } = useI18n();
  const errorText = useErrorText();
  return useCallback(
    (failure) => lookup(`directory.errors.${failure.code}`) ?? errorText(failure),
    [lookup, errorText],
  );
}
