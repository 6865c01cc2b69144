/** What a code of the server is called on the page. */
import { useCallback } from "react";
import { useI18n } from "../../i18n";
import { sectionOf } from "./form";

export function useFieldName(): (code: string) => string {
  const { t, lookup } = useI18n();
  return useCallback(
    (code) => {
      const section = sectionOf(code);
      const name = lookup(`apply.fields.${code}`);
      if (name !== null) {
        return section === "signatory" && code.startsWith("signatory")
          ? t("apply.form.within", { section: t("apply.sections.signatory"), field: name })
          : name;
      }
      return section === null ? code : t(`apply.sections.${section}`);
    },
    [t, lookup],
  );
}
