/** Why this officer may not decide the present step, in words. */
import { useI18n } from "../../i18n";
import type { VettingCase } from "../../sync/applications";
import { Notice } from "../../ui";
import { usePersonNames } from "../members/names";

interface Props {
  application: VettingCase;
  step: VettingCase["steps"][number] | null;
}

export function WhyNot({ application, step }: Props) {
  const { t, formatDate, formatTime } = useI18n();
  const { nameOf } = usePersonNames();
  const { why_not: why, objections_until: until } = application;
  if (why === null) return null;
  if (why === "window_open" && until !== null) {
    const open = { date: formatDate(until), time: formatTime(until) };
    return <Notice tone="info">{t("vetting.panel.window", open)}</Notice>;
  }
  if (why === "not_your_step") {
    const names = (step?.officers ?? []).map(nameOf).join(", ");
    return (
      <Notice tone="info">
        {names === ""
          ? t("vetting.panel.why_not.not_your_step_nobody")
          : t("vetting.panel.why_not.not_your_step", { names })}
      </Notice>
    );
  }
  return <Notice tone="info">{t(`vetting.panel.why_not.${why}`)}</Notice>;
}
