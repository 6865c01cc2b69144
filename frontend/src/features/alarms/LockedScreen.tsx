/** The session ended: the keys are locked until the person signs in again. */
import { useI18n } from "../../i18n";
import type { Phase } from "../../sync/contract";
import { Button, Page, PageHeader } from "../../ui";
import { useCore } from "../core";

export type LockedReason = Extract<Phase, { name: "locked" }>["reason"];

export function LockedScreen({ reason }: { reason: LockedReason }) {
  const { t } = useI18n();
  const core = useCore();
  return (
    <Page layout="narrow">
      <PageHeader title={t("common.errors.not_signed_in")} lead={reason} />
      <Button variant="main" onPress={() => void core.refresh()}>
        {t("common.actions.sign_in")}
      </Button>
    </Page>
  );
}
