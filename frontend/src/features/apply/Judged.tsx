/** How an officer judged a document, where one has. */
import { Check, CircleX } from "lucide-react";
import { useI18n } from "../../i18n";
import type { ApplicationDocument } from "../../sync/applications";
import { Chip } from "../../ui";

export function Judged({ document }: { document: ApplicationDocument }) {
  const { t } = useI18n();
  switch (document.judgement) {
    case null:
      return null;
    case "accepted":
      return (
        <Chip tone="ok" icon={Check}>
          {t("apply.standing.accepted")}
        </Chip>
      );
    case "refused":
      return (
        <Chip tone="bad" icon={CircleX}>
          {t("apply.standing.refused")}
        </Chip>
      );
  }
}
