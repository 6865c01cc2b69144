/** Tells a person, once, that somebody let both their factors be chosen anew: if it was not them, they can act at once. */
import { useState } from "react";
import { useLocation } from "wouter";
import { useI18n } from "../../i18n";
import { Button, Dialog } from "../../ui";
import { useCore, useSnapshot } from "../core";

export function ResetNotice() {
  const { t, formatDate, formatTime } = useI18n();
  const core = useCore();
  const [, navigate] = useLocation();
  const at = useSnapshot(({ session }) => session?.account?.signInResetAt ?? null);
  const [left, setLeft] = useState(false);
  if (at === null || left) return null;
  const seen = () => {
    setLeft(true);
    // What the server did not take is shown again at the next stay.
    void core.resetSeen().catch(() => undefined);
  };
  return (
    <Dialog
      isOpen
      isDismissable={false}
      title={t("recovery.reset.notice.title")}
      actions={
        <>
          <Button variant="main" onPress={seen}>
            {t("recovery.reset.notice.act")}
          </Button>
          <Button
            onPress={() => {
              setLeft(true);
              navigate("/account/sessions");
            }}
          >
            {t("recovery.reset.notice.sessions")}
          </Button>
        </>
      }
    >
      <p>{t("recovery.reset.notice.text", { date: formatDate(at), time: formatTime(at) })}</p>
      <p>{t("recovery.reset.notice.not_you")}</p>
    </Dialog>
  );
}
