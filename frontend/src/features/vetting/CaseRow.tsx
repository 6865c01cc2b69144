/** One application in a list: until when, who, and what it waits for. */
import { Hourglass, TriangleAlert } from "lucide-react";
import { useI18n } from "../../i18n";
import type { VettingStep } from "../../sync/applications";
import { classes, Icon, Link } from "../../ui";
import { isOpen, type Summary } from "./listing";
import { useShortDay, useStanding, useWords } from "./words";

interface Props {
  application: Summary;
  steps: readonly VettingStep[];
  isCurrent?: boolean;
}

export function CaseRow({ application, steps, isCurrent = false }: Props) {
  const words = useWords();
  const standing = useStanding()(application, steps);
  const { name } = application;
  const original = name !== "" && name !== words.title(application) ? name : null;
  return (
    <Link
      href={`/secretariat/applications/${application.id}`}
      className="case"
      aria-current={isCurrent ? "true" : undefined}
    >
      <span className="case__who">
        <b>
          <bdi>{words.title(application)}</bdi>
        </b>
        <span>
          {words.state(application.state)}
          {original === null ? null : (
            <>
              {application.state === "" ? null : " · "}
              <bdi>{original}</bdi>
            </>
          )}
        </span>
      </span>
      <span className="case__standing">
        <Icon icon={standing.icon} flip={standing.flip ?? false} />
        <span>{standing.words}</span>
      </span>
      <When application={application} />
    </Link>
  );
}

/** A deadline that is past has a sign and a word of its own, not only another colour. */
function When({ application }: { application: Summary }) {
  const { t } = useI18n();
  const day = useShortDay();
  const { overdue, due_at, changed_at } = application;
  const due = isOpen(application) ? due_at : null;
  const late = overdue && due !== null;
  return (
    <span className={classes("case__when", late && "case__when--late", due === null && "case__when--none")}>
      {due === null ? null : <Icon icon={late ? TriangleAlert : Hourglass} />}
      <span>
        {late
          ? t("vetting.row.overdue", { date: day(due) })
          : due !== null
            ? t("vetting.row.until", { date: day(due) })
            : t("vetting.row.since", { date: day(changed_at) })}
      </span>
    </span>
  );
}
