/** On screens without keys: what lies unsent on this computer, or was lost with its keys. */
import { useI18n } from "../../i18n";
import { Notice } from "../../ui";
import { useSnapshot } from "../core";
import "./writing.css";

export function LeftBehind() {
  const { t } = useI18n();
  const phase = useSnapshot((snapshot) => snapshot.phase);
  const waiting = phase.name === "locked" ? (phase.waiting ?? 0) : 0;
  const ending = phase.name === "locked" && phase.ending === true;
  const lost = phase.name === "locked" || phase.name === "new_browser" ? (phase.lostPending ?? 0) : 0;
  if (waiting === 0 && lost === 0 && !ending) return null;
  return (
    <div className="left-behind">
      {ending && <Notice tone="warn" title={t("keeping.ending")} />}
      {waiting > 0 && <Notice tone="info" title={t("writing.locked.waiting", { count: waiting })} />}
      {lost > 0 && <Notice tone="bad" title={t("writing.locked.lost", { count: lost })} />}
    </div>
  );
}
