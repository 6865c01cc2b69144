/** One application: where it stands, what was handed in, who decided what, and what may be done now. */
import { ArrowLeft, FileQuestion } from "lucide-react";
import { type RefObject, useEffect, useRef } from "react";
import { useI18n } from "../../i18n";
import type { VettingCase } from "../../sync/applications";
import {
  Button,
  classes,
  EmptyState,
  Link,
  Notice,
  PageHeader,
  Skeleton,
  StateTile,
  useDocumentTitle,
} from "../../ui";
import { useErrorText } from "../members/errors";
import { Answers } from "./Answers";
import { Changes } from "./Changes";
import { Decided } from "./Decided";
import { Documents } from "./Documents";
import { Exchange } from "./Exchange";
import { Objections } from "./Objections";
import { Pipe } from "./Pipe";
import { Remarks } from "./Remarks";
import { StepPanel } from "./StepPanel";
import { type CaseProps, useCase } from "./useCase";
import { useWords } from "./words";

export function CasePage({ id, onChanged }: { id: string; onChanged: () => Promise<void> }) {
  const { t } = useI18n();
  const errorText = useErrorText();
  const [resource, acts] = useCase(id, onChanged);
  return (
    <div className="vetting__case">
      <p className="vetting__back">
        <Link href="/secretariat/applications">{t("vetting.all")}</Link>
      </p>
      {resource.state === "ready" ? (
        <Whole application={resource.value} acts={acts} />
      ) : resource.state === "loading" ? (
        <>
          <PageHeader title={t("vetting.title")} />
          <Skeleton lines={8} />
        </>
      ) : resource.failure.code === "not_found" ? (
        <EmptyState
          level={1}
          icon={FileQuestion}
          title={t("common.not_found.title")}
          action={
            <Button icon={ArrowLeft} flipIcon href="/secretariat/applications">
              {t("vetting.all")}
            </Button>
          }
        >
          {t("common.not_found.text")}
        </EmptyState>
      ) : (
        <>
          <PageHeader title={t("vetting.title")} />
          <Notice
            tone="bad"
            live
            title={t("vetting.case_failed")}
            action={
              <Button size="s" onPress={() => void acts.reload()}>
                {t("common.actions.try_again")}
              </Button>
            }
          >
            {errorText(resource.failure)}
          </Notice>
        </>
      )}
    </div>
  );
}

function Whole({ application, acts }: CaseProps) {
  const panel = useFocusOnWhatComes(`${application.status}:${application.step}:${application.proposal}`);
  return (
    <>
      <Head application={application} />
      <Pipe application={application} />
      <div className="vet">
        <div className="vet__first stack stack--wide">
          <Documents application={application} acts={acts} />
          <Decided application={application} />
        </div>
        <div
          ref={panel}
          className={classes("vet__panel", !standsAtAdmission(application) && "vet__panel--stays")}
        >
          <StepPanel application={application} acts={acts} />
        </div>
        <div className="vet__rest stack stack--wide">
          <Objections application={application} acts={acts} />
          <Answers application={application} />
          <Changes application={application} />
          <Exchange application={application} acts={acts} />
          <Remarks application={application} acts={acts} />
        </div>
      </div>
    </>
  );
}

/** An act takes its own button away: the focus then goes to the heading of what may be done now. */
function useFocusOnWhatComes(what: string): RefObject<HTMLDivElement | null> {
  const panel = useRef<HTMLDivElement>(null);
  const before = useRef(what);
  useEffect(() => {
    if (before.current === what) return undefined;
    before.current = what;
    // A dialog that is closed by the act gives the focus back first, to a button that may be gone.
    const frame = requestAnimationFrame(() => requestAnimationFrame(give));
    function give() {
      const heading = panel.current?.querySelector<HTMLElement>("h2") ?? null;
      if (heading === null || document.activeElement !== document.body) return;
      heading.tabIndex = -1;
      heading.focus();
    }
    return () => cancelAnimationFrame(frame);
  }, [what]);
  return panel;
}

function standsAtAdmission({ step, steps }: VettingCase): boolean {
  return steps.find(({ key }) => key === step)?.kind === "admission";
}

function Head({ application }: Pick<CaseProps, "application">) {
  const { t, formatDate } = useI18n();
  const words = useWords();
  const { name, name_en, state, submitted_at, revision } = application;
  const called = words.title(application);
  const title =
    state === "" ? called : t("members.authority_of_state", { name: called, state: words.state(state) });
  useDocumentTitle(title);
  return (
    <div className="vetting__head">
      <StateTile code={state === "" ? "–" : state} size="l" />
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        <p className="muted line">
          {name !== "" && name_en !== "" && name !== name_en ? <bdi>{name}</bdi> : null}
          <span>
            {submitted_at === null
              ? t("vetting.head.draft")
              : t("vetting.head.applied", { date: formatDate(submitted_at) })}
            {revision > 1 ? `, ${t("vetting.head.revision", { count: revision })}` : null}
          </span>
          <span>{words.powers(application.powers)}</span>
          <span>{t(`vetting.membership.${application.membership}`)}</span>
        </p>
      </div>
    </div>
  );
}
