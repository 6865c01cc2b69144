/** The pipe of steps: what is done, where it stands, what is to come. */
import { Check } from "lucide-react";
import { useI18n } from "../../i18n";
import type { OwnApplication } from "../../sync/applications";
import { classes, Icon } from "../../ui";
import { type OwnStep, ownWords, stagesOf } from "./steps";

export function useStepWords(): (step: OwnStep) => { title: string; text: string } {
  const { t, lookup, language } = useI18n();
  return (step) => ({
    title:
      ownWords(step.title, language) ??
      lookup(`vetting.steps.${step.key}`) ??
      t(`vetting.kinds.${step.kind}`),
    text: ownWords(step.text, language) ?? t(`apply.steps.${step.kind}_text`),
  });
}

export function Pipe({ application }: { application: OwnApplication }) {
  const { t, formatDate } = useI18n();
  const words = useStepWords();
  return (
    <div className="card">
      <ol className="apply-pipe" aria-label={t("apply.standing.steps")}>
        {stagesOf(application).map(({ step, state }) => (
          <li
            key={step.key}
            className={classes("apply-pipe__step", `apply-pipe__step--${state}`)}
            aria-current={state === "present" ? "step" : undefined}
          >
            <span className="apply-pipe__dot">{state === "done" ? <Icon icon={Check} /> : null}</span>
            <span className="apply-pipe__words">
              <b>{words(step).title}</b>
              <span>
                {state === "done" && step.passed_at !== null
                  ? t("apply.standing.done_on", { date: formatDate(step.passed_at) })
                  : t(`apply.standing.${state}`)}
              </span>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
