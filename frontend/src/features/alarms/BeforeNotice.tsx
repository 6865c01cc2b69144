/** Why a browser that had keys asks for the recovery code, and what became of messages that were not sent. */
import { useI18n } from "../../i18n";
import type { Phase } from "../../sync/contract";
import { Notice } from "../../ui";
import { useNotedUnsent } from "./unsent";

export function BeforeNotice({ phase }: { phase: Extract<Phase, { name: "new_browser" }> }) {
  const { t } = useI18n();
  const noted = useNotedUnsent();
  const { why, keptPending = 0 } = phase;
  if (why === undefined) {
    return null;
  }
  const lost = phase.lostPending ?? (why === "vanished" ? noted : 0);
  return (
    <Notice
      tone={why === "damaged" && lost === 0 ? "info" : "warn"}
      title={t(`storage.before.${why}.title`)}
      live
    >
      <p>{t(`storage.before.${why}.text`)}</p>
      {why === "vanished" && lost === 0 ? <p>{t("storage.before.vanished.look")}</p> : null}
      {lost > 0 ? (
        <p>
          <strong>{t("storage.lost", { count: lost })}</strong>
        </p>
      ) : null}
      {keptPending > 0 ? <p>{t("storage.kept", { count: keptPending })}</p> : null}
    </Notice>
  );
}
