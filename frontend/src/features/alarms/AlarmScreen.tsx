/** The core refuses to talk: full screen, what happened, what is safe, what to do. */
import { useI18n } from "../../i18n";
import type { Alarm } from "../../sync/contract";
import { Page, PageHeader } from "../../ui";

export function AlarmScreen({ alarm }: { alarm: Alarm }) {
  const { t } = useI18n();
  return (
    <Page layout="narrow">
      <PageHeader title={t("common.failed.title")} lead={alarm.kind} />
    </Page>
  );
}
