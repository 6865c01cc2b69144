/** Over every screen while the portal is completed after its database was put back: calm, and not to be put away. */
import { ArchiveRestore } from "lucide-react";
import { useI18n } from "../../i18n";
import { Icon } from "../../ui";
import { useSnapshot } from "../core";

export function RestorationBand() {
  const { t } = useI18n();
  const handed = useSnapshot(({ restoration }) => restoration?.handed ?? null);
  return (
    <div role="status">
      {handed === null ? null : (
        <div className="band band--calm">
          <Icon icon={ArchiveRestore} size="large" />
          <p>
            <strong>{t("keeping.restoring.title")}</strong> {t("keeping.restoring.text")}{" "}
            {handed === 0 ? t("keeping.restoring.none") : t("keeping.restoring.handed", { count: handed })}
          </p>
        </div>
      )}
    </div>
  );
}
