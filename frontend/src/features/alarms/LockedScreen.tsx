/** The session ended: the keys are locked until the person signs in again. */
import { KeyRound, Lock, UserRoundX } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Phase } from "../../sync/contract";
import { Button, EmptyState, type IconType, Page, useDocumentTitle } from "../../ui";
import { LeftBehind } from "../conversations/LeftBehind";
import { useCore } from "../core";

export type LockedReason = Extract<Phase, { name: "locked" }>["reason"];

const icons: Record<LockedReason, IconType> = {
  signed_out: Lock,
  session_ended: Lock,
  device_revoked: KeyRound,
  removed: UserRoundX,
};

export function LockedScreen({ reason }: { reason: LockedReason }) {
  const { t } = useI18n();
  const core = useCore();
  const [pending, setPending] = useState(false);
  const title = t(`alarms.locked.${reason}.title`);
  useDocumentTitle(title);
  const goOn = () => {
    setPending(true);
    void core
      .refresh()
      .catch(() => undefined)
      .finally(() => setPending(false));
  };
  return (
    <Page layout="narrow">
      <LeftBehind />
      <EmptyState
        level={1}
        icon={icons[reason]}
        title={title}
        action={
          <Button variant="main" isPending={pending} onPress={goOn}>
            {t("alarms.sign_in")}
          </Button>
        }
      >
        {t(`alarms.locked.${reason}.what`)}
      </EmptyState>
    </Page>
  );
}
