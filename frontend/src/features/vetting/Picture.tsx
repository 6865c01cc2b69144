/** The pipeline with how many stand at each step; each is a filter of the list. */
import { TriangleAlert } from "lucide-react";
import { useI18n } from "../../i18n";
import { classes, Icon } from "../../ui";
import { DRAFT, type StepCount } from "./listing";
import { useWords } from "./words";

interface Props {
  counts: readonly StepCount[];
  chosen: string | null;
  onChoose: (step: string | null) => void;
}

export function Picture({ counts, chosen, onChoose }: Props) {
  const { t, formatNumber } = useI18n();
  const words = useWords();
  return (
    <ol className="stations" aria-label={t("vetting.picture.label")}>
      {counts.map(({ key, step, count, overdue }) => (
        <li key={key} className={classes("station", count === 0 && "station--empty")}>
          <button
            type="button"
            aria-pressed={chosen === key}
            onClick={() => onChoose(chosen === key ? null : key)}
          >
            <span className="station__count">{formatNumber(count)}</span>
            <b>
              {step !== null
                ? words.stepTitle(step)
                : key === DRAFT
                  ? t("vetting.picture.draft")
                  : words.stepOf([], key)}
            </b>
            {overdue === 0 ? null : (
              <span className="station__late">
                <Icon icon={TriangleAlert} />
                {t("vetting.picture.overdue", { count: overdue })}
              </span>
            )}
          </button>
        </li>
      ))}
    </ol>
  );
}
