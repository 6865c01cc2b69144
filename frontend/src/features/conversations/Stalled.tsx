/** What could not be loaded is not the same as what is not there: it is said in the list and in the conversation. */
import { useI18n } from "../../i18n";
import type { Hex } from "../../sync/contract";
import { Notice } from "../../ui";
import { useSnapshot } from "../core";

export function Stalled() {
  const { t } = useI18n();
  const count = useSnapshot((snapshot) => snapshot.stalled.length);
  return (
    <div role="status">
      {count > 0 && (
        <div className="listheld">
          <Notice tone="warn" title={t("notices.stalled.count", { count })}>
            {t("notices.stalled.again")}
          </Notice>
        </div>
      )}
    </div>
  );
}

/** Nothing at all is here, and nobody could look. */
export function NotLoaded() {
  const { t } = useI18n();
  return (
    <div className="listheld" role="status">
      <Notice tone="warn" title={t("notices.stalled.all")}>
        {t("notices.stalled.again")}
      </Notice>
    </div>
  );
}

/** Below the newest that is here. */
export function StalledHere({ conversation }: { conversation: Hex }) {
  const { t } = useI18n();
  const stalled = useSnapshot((snapshot) => snapshot.stalled.includes(conversation));
  return (
    stalled && (
      <li className="thread__mark">
        <Notice tone="warn" title={t("notices.stalled.here")}>
          {t("notices.stalled.again")}
        </Notice>
      </li>
    )
  );
}
