/** What each submission changed against the one before; stands where there was more than one. */
import { useI18n } from "../../i18n";
import type { VettingCase } from "../../sync/applications";
import { Card } from "../../ui";
import { useWords } from "./words";

export function Changes({ application }: { application: VettingCase }) {
  const { t, formatDate } = useI18n();
  const words = useWords();
  const { revisions } = application;
  if (revisions.length < 2) return null;
  return (
    <Card title={t("vetting.changes.title")}>
      <ol className="happenings">
        {[...revisions].reverse().map(({ number, at, changes }) => (
          <li key={number}>
            <time dateTime={new Date(at).toISOString()}>{formatDate(at)}</time>
            <p>
              <b>{number === 1 ? t("vetting.changes.first") : t("vetting.changes.number", { number })}</b>{" "}
              {number === 1 ? null : changes.length === 0 ? t("vetting.changes.none") : words.fields(changes)}
            </p>
          </li>
        ))}
      </ol>
    </Card>
  );
}
