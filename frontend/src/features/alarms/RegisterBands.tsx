/** Calm bands under the header: the word of the Register key is old, or what somebody's browser says does not get through. */
import { EyeOff, History } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Snapshot } from "../../sync/contract";
import { Button, Icon, type IconType } from "../../ui";
import { useCore, useSnapshot } from "../core";

const freshnessOf = ({ register }: Snapshot) => register?.freshness ?? "fresh";
const confirmedOf = ({ register }: Snapshot) => register?.confirmed ?? null;

/** The names of those whom the server keeps back, as far as they are known. */
function namesOf({ withheld, authorities }: Snapshot): string {
  const people = authorities.flatMap((authority) => authority.people);
  return withheld
    .map((account) => people.find((person) => person.account === account)?.name ?? account.slice(0, 8))
    .join(", ");
}

function Band({ icon, title, children }: { icon: IconType; title: string; children: string }) {
  const { t } = useI18n();
  const core = useCore();
  const [checking, setChecking] = useState(false);
  const again = () => {
    setChecking(true);
    void core
      .checkFreshness()
      .catch(() => undefined)
      .finally(() => setChecking(false));
  };
  return (
    <div className="band">
      <Icon icon={icon} size="large" />
      <p>
        <strong>{title}</strong> {children}
      </p>
      <Button size="s" isPending={checking} pendingLabel={t("alarms.checking")} onPress={again}>
        {t("alarms.freshness.again")}
      </Button>
    </div>
  );
}

export function RegisterBands() {
  const { t, formatMoment } = useI18n();
  const freshness = useSnapshot(freshnessOf);
  const confirmed = useSnapshot(confirmedOf);
  const names = useSnapshot(namesOf);
  return (
    <div role="status">
      {freshness === "fresh" ? null : (
        <Band
          icon={History}
          title={
            confirmed === null
              ? t("alarms.freshness.never")
              : t("alarms.freshness.confirmed", { moment: formatMoment(confirmed) })
          }
        >
          {t(`alarms.freshness.${freshness}`)}
        </Band>
      )}
      {names === "" ? null : (
        <Band icon={EyeOff} title={t("alarms.unheard.title", { names })}>
          {t("alarms.unheard.text")}
        </Band>
      )}
    </div>
  );
}
