/** Says plainly that something in the background fails again and again, and what whoever helps needs to know. */
import { TriangleAlert } from "lucide-react";
import { useI18n } from "../../i18n";
import { Button, Icon } from "../../ui";
import { useSnapshot } from "../core";
import "./alarms.css";

export function FaultBand() {
  const { t } = useI18n();
  const fault = useSnapshot((snapshot) => snapshot.fault);
  return (
    <div role="status">
      {fault === null ? null : (
        <div className="band">
          <Icon icon={TriangleAlert} size="large" />
          <div>
            <p>
              <strong>{t("keeping.fault.title")}</strong> {t("keeping.fault.text")}
            </p>
            <details className="small">
              <summary>{t("storage.act.detail")}</summary>
              <p className="alarm__evidence" dir="ltr">
                {new Date(fault.at).toISOString()} {fault.task}: {fault.detail}
              </p>
            </details>
          </div>
          <Button size="s" onPress={() => globalThis.location.reload()}>
            {t("keeping.fault.reload")}
          </Button>
        </div>
      )}
    </div>
  );
}
