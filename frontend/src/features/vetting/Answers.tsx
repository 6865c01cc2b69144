/** All answers of the form in sections, with marks on what is missing, was asked for or has changed. */
import { useI18n } from "../../i18n";
import type { ApplicationForm, VettingCase } from "../../sync/applications";
import { Card, Chip, classes, type Definition, DescriptionList, languageNames } from "../../ui";
import { type Section, sections } from "./form";
import { useWords } from "./words";

export function Answers({ application }: { application: VettingCase }) {
  const { t, formatDate } = useI18n();
  const { form } = application;
  const last = application.revisions.at(-1);
  return (
    <Card
      title={t("vetting.answers.title")}
      beside={last === undefined ? undefined : t("vetting.answers.beside", { date: formatDate(last.at) })}
    >
      <div className="answers">
        {sections.map(({ section, fields }) => (
          <Answered key={section} section={section} application={application}>
            {section === "people" ? [] : fields.map((field) => ({ field, value: form[field] }))}
          </Answered>
        ))}
      </div>
    </Card>
  );
}

interface AnsweredProps {
  section: Section;
  application: VettingCase;
  children: { field: keyof ApplicationForm; value: ApplicationForm[keyof ApplicationForm] }[];
}

function Answered({ section, application, children: answers }: AnsweredProps) {
  const { t } = useI18n();
  const words = useWords();
  const marks = useMarks(application);
  const shown = useShown();
  const items: Definition[] = answers.map(({ field, value }) => ({
    term: words.field(field),
    value: (
      <>
        {isEmpty(value) ? null : shown(field, value)} {marks(field, isEmpty(value))}
      </>
    ),
  }));
  if (section === "authority") {
    items.push(
      { term: t("vetting.answers.email"), value: <bdi dir="ltr">{application.email}</bdi> },
      {
        term: t("vetting.answers.language"),
        value: <bdi lang={application.language}>{languageNames[application.language]}</bdi>,
      },
    );
  }
  return (
    <section>
      <h3>
        {t(`vetting.answers.${section}`)} {section === "people" ? marks("focal_points", false) : null}
      </h3>
      {section === "people" ? <People application={application} /> : <DescriptionList items={items} />}
    </section>
  );
}

/** What is answered in sentences, not in a line. */
const texts: readonly (keyof ApplicationForm)[] = [
  "mandate",
  "independence",
  "protection_physical",
  "protection_legal",
  "note",
];

function isEmpty(value: unknown): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}

function useShown() {
  const { t } = useI18n();
  const words = useWords();
  return (field: keyof ApplicationForm, value: ApplicationForm[keyof ApplicationForm]) => {
    if (field === "powers") return words.powers(value as ApplicationForm["powers"]);
    if (field === "membership") return t(`vetting.membership.${value as ApplicationForm["membership"]}`);
    if (field === "state")
      return t("vetting.state_code", { name: words.state(String(value)), code: String(value) });
    if (field === "charter") return t("vetting.answers.charter", { number: String(value) });
    if (field === "website" || field === "telephone") return <bdi dir="ltr">{String(value)}</bdi>;
    return (
      // A line stands where the lines around it stand, whatever its script; a text of its own begins where texts of it do.
      <span className={classes("answers__words", !texts.includes(field) && "title")} dir="auto">
        {String(value)}
      </span>
    );
  };
}

/** Of an application that was submitted again, what the last submission changed. */
function useMarks(application: VettingCase) {
  const { t } = useI18n();
  const { missing, wanted, revisions } = application;
  const changed = revisions.length > 1 ? (revisions.at(-1)?.changes ?? []) : [];
  return (field: string, empty: boolean) => (
    <>
      {empty && !missing.includes(field) ? <span className="subtle">–</span> : null}
      {missing.includes(field) ? <Chip tone="warn">{t("vetting.answers.missing")}</Chip> : null}{" "}
      {wanted.includes(field) ? <Chip tone="accent">{t("vetting.answers.wanted")}</Chip> : null}{" "}
      {changed.includes(field) ? <Chip tone="accent">{t("vetting.answers.changed")}</Chip> : null}
    </>
  );
}

function People({ application }: { application: VettingCase }) {
  const { t } = useI18n();
  return (
    <ul className="answers__people">
      {application.form.focal_points.map((point, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing else tells two of them apart
        <li key={index}>
          <b>
            <bdi>{point.name || "–"}</bdi>
          </b>
          <span>
            {t(`common.roles.${point.role}`)}
            {point.function === "" ? null : (
              <>
                {" · "}
                <bdi>{point.function}</bdi>
              </>
            )}
          </span>
          <span>
            <bdi dir="ltr">{point.email || "–"}</bdi>
            {" · "}
            <bdi lang={point.language}>{languageNames[point.language]}</bdi>
          </span>
        </li>
      ))}
    </ul>
  );
}
