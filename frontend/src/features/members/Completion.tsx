/** For the secretariat: how far a portal is completed whose database was put back to an older copy. */
import { useI18n } from "../../i18n";
import { Notice } from "../../ui";
import { useSnapshot } from "../core";

export function Completion() {
  const { t, formatNumber } = useI18n();
  const restoration = useSnapshot((snapshot) => snapshot.restoration);
  if (restoration === null) return null;
  const { came, expected, registerComplete } = restoration;
  return (
    <Notice tone="info" title={t("keeping.restoring.office")}>
      <ul>
        <li>
          {t("keeping.restoring.people", { came: formatNumber(came), expected: formatNumber(expected) })}
        </li>
        <li>{t(registerComplete ? "keeping.restoring.whole" : "keeping.restoring.lacking")}</li>
      </ul>
      <p>{t("keeping.restoring.ask")}</p>
    </Notice>
  );
}
