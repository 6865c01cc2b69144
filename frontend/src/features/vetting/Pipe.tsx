/** The steps of one application: which are passed, when and by whom, and at which it stands. */
import { Check, X } from "lucide-react";
import { useI18n } from "../../i18n";
import type { VettingCase } from "../../sync/applications";
import { classes, Icon } from "../../ui";
import { usePersonNames } from "../members/names";
import { isOpen } from "./listing";
import { useShortDay, useWords } from "./words";

type Step = VettingCase["steps"][number];

export function Pipe({ application }: { application: VettingCase }) {
  const { t } = useI18n();
  const words = useWords();
  const { steps, status } = application;
  const open = isOpen(application);
  const ended = open || status === "admitted" ? null : steps.find(({ passed_at }) => passed_at === null);
  return (
    <section className="card card--padded">
      <ol className="pipe" aria-label={t("vetting.pipe.label")}>
        {steps.map((step) => {
          const current = application.step === step.key && open && status !== "draft";
          const done = !current && (status === "admitted" || step.passed_at !== null);
          const stopped = ended?.key === step.key;
          return (
            <li
              key={step.key}
              className={classes(done && "pipe--done", stopped && "pipe--stopped")}
              aria-current={current ? "step" : undefined}
            >
              <span className="pipe__dot">
                {done ? <Icon icon={Check} /> : stopped ? <Icon icon={X} /> : null}
              </span>
              <b>{words.stepTitle(step)}</b>
              <Below application={application} step={step} current={current} done={done} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}

interface BelowProps {
  application: VettingCase;
  step: Step;
  current: boolean;
  done: boolean;
}

/** A few words under the step: the day and who; for the present one, what it waits for. */
function Below({ application, step, current, done }: BelowProps) {
  const { t } = useI18n();
  const day = useShortDay();
  const { nameOf } = usePersonNames();
  if (done) {
    const { passed_at, passed_by } = step;
    if (passed_at === null) return null;
    const date = day(passed_at);
    if (step.kind === "objection" && !application.events.some(({ act }) => act === "objected")) {
      return <span>{t("vetting.pipe.none_by", { date })}</span>;
    }
    return (
      <span>
        {passed_by === null
          ? t("vetting.pipe.passed_nobody", { date })
          : t("vetting.pipe.passed", { date, name: nameOf(passed_by) })}
      </span>
    );
  }
  if (!current) {
    return (
      <span className="visually-hidden">
        {t(isOpen(application) ? "vetting.pipe.later" : "vetting.pipe.stopped")}
      </span>
    );
  }
  const { due_at, overdue, objections_until: until } = application;
  const due = until ?? due_at;
  return (
    <span className={classes(overdue && "late")}>
      {step.kind === "admission"
        ? t("vetting.pipe.signatures", { done: application.signatures })
        : due === null
          ? t("vetting.pipe.now")
          : t(overdue ? "vetting.pipe.overdue" : "vetting.pipe.until", { date: day(due) })}
    </span>
  );
}
