/** A draft that the server does not keep: the other browsers of this person do not have it, and that is said. */
import { Monitor } from "lucide-react";
import { useI18n } from "../../i18n";
import type { Snapshot } from "../../sync/contract";
import { Icon } from "../../ui";
import "./writing.css";

export function OnlyHere({ why }: { why: Snapshot["draftsHere"][string] }) {
  const { t } = useI18n();
  return (
    <p className="only-here" role="status">
      <Icon icon={Monitor} />
      <span>{t(`keeping.draft.${why}`)}</span>
    </p>
  );
}
