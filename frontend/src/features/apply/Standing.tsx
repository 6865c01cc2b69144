/** Where an application stands that can not be changed now: steps, questions, what happened, and what was submitted. */
import { useEffect, useState } from "react";
import { localeTag, useI18n } from "../../i18n";
import type { OwnApplication } from "../../sync/applications";
import { answerQuestion, contentOf, decideObserver, readApplication } from "../../sync/applying";
import {
  Button,
  Card,
  type Definition,
  DescriptionList,
  languageNames,
  Notice,
  Page,
  PageHeader,
  TextArea,
  toast,
} from "../../ui";
import { FileDocument } from "../documents/FileDocument";
import { failureOf } from "../members/errors";
import { most, purposeKey } from "./form";
import { Judged } from "./Judged";
import { Pipe, useStepWords } from "./Pipe";
import { stagesOf } from "./steps";
import { useProblem } from "./useProblem";
import { Withdraw } from "./Withdraw";

interface Props {
  application: OwnApplication;
  onChanged: (application: OwnApplication) => void;
  onEnded: () => void;
  onLeave: () => void;
}

export function Standing({ application, onChanged, onEnded, onLeave }: Props) {
  const { t, formatDate, stateName } = useI18n();
  const { form, status } = application;
  const closed = status === "declined" || status === "withdrawn" || status === "admitted";
  useNews(onChanged, onEnded);
  const name = form.name_en === "" ? form.name : form.name_en;
  return (
    <Page>
      <PageHeader
        title={t(application.asked ? "apply.standing.asked_title" : `apply.standing.titles.${status}`)}
        lead={
          <p className="apply-whose">
            <bdi>{name}</bdi>
            {form.state === "" ? null : <span>{stateName(form.state)}</span>}
            {application.submitted_at === null ? null : (
              <span>{t("apply.standing.submitted", { date: formatDate(application.submitted_at) })}</span>
            )}
          </p>
        }
      />
      <div className="apply-standing">
        {application.submitted_at === null ? null : <Pipe application={application} />}
        <div className="apply-standing__columns">
          <div className="stack stack--wide">
            <Present application={application} onChanged={onChanged} onEnded={onEnded} />
            <History application={application} />
          </div>
          <div className="stack stack--wide">
            <GivenDocuments application={application} />
            <Given application={application} />
            <div className="apply-foot">
              <div className="stack stack--tight">
                <Button size="s" onPress={onLeave}>
                  {t("apply.form.leave")}
                </Button>
                <p className="small muted">{t("apply.form.leave_text")}</p>
              </div>
              {closed ? null : <Withdraw onDone={onChanged} onEnded={onEnded} />}
            </div>
          </div>
        </div>
      </div>
    </Page>
  );
}

/** Whoever comes back to the page sees how it stands now. */
function useNews(onChanged: (application: OwnApplication) => void, onEnded: () => void): void {
  useEffect(() => {
    const look = () => {
      if (document.hidden) return;
      readApplication().then(onChanged, (thrown: unknown) => {
        if (failureOf(thrown).code === "not_found") onEnded();
      });
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [onChanged, onEnded]);
}

type Acting = Omit<Props, "onLeave">;

function textOf(application: OwnApplication, act: OwnApplication["events"][number]["act"]): string {
  return application.events.filter((event) => event.act === act).at(-1)?.text ?? "";
}

function Present(props: Acting) {
  const { t } = useI18n();
  const { application } = props;
  switch (application.status) {
    case "declined":
      return (
        <Card title={t("apply.standing.declined")}>
          <div className="stack">
            <Said text={textOf(application, "declined")} />
            <p className="muted">{t("apply.standing.declined_over")}</p>
          </div>
        </Card>
      );
    case "withdrawn":
      return (
        <Card title={t("apply.standing.now")}>
          <p>{t("apply.standing.withdrawn")}</p>
        </Card>
      );
    case "admitted":
      return (
        <Card title={t("apply.standing.now")}>
          <div className="stack">
            <p>
              {t(
                application.form.membership === "observer"
                  ? "apply.standing.admitted_observer"
                  : "apply.standing.admitted",
              )}
            </p>
            {application.form.membership === "observer" ? null : (
              <div className="actions">
                <Button variant="main" href="/">
                  {t("apply.standing.sign_in")}
                </Button>
              </div>
            )}
          </div>
        </Card>
      );
    case "offered":
      return <Offer {...props} />;
    default:
      return application.asked ? <Question {...props} /> : <Step application={application} />;
  }
}

function Said({ text }: { text: string }) {
  return text === "" ? null : (
    <blockquote className="apply-words" dir="auto">
      {text}
    </blockquote>
  );
}

function Step({ application }: { application: OwnApplication }) {
  const { t, formatDate } = useI18n();
  const words = useStepWords();
  const present = stagesOf(application).find((stage) => stage.state === "present");
  if (present === undefined) return null;
  const { title, text } = words(present.step);
  const date = present.due === null ? null : formatDate(present.due);
  const by = () => {
    if (date === null || present.due === null) return t("apply.standing.no_date");
    if (present.due < Date.now()) return t("apply.standing.late", { date });
    return present.step.kind === "objection"
      ? t("apply.standing.until", { date })
      : t("apply.standing.by", { date });
  };
  return (
    <Card title={t("apply.standing.now")}>
      <div className="stack">
        <p>
          <strong>{title}.</strong> {text}
        </p>
        <p>{by()}</p>
        <p className="muted">{t("apply.standing.do_nothing", { email: application.email })}</p>
      </div>
    </Card>
  );
}

function useAct(onChanged: (application: OwnApplication) => void, onEnded: () => void) {
  const problem = useProblem();
  const [pending, setPending] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const act = async (name: string, work: () => Promise<OwnApplication>) => {
    setPending(name);
    setFailed(null);
    try {
      onChanged(await work());
      return true;
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure.code === "not_found") onEnded();
      setFailed(problem(failure));
      return false;
    } finally {
      setPending(null);
    }
  };
  return { pending, failed, act };
}

function Question({ application, onChanged, onEnded }: Acting) {
  const { t } = useI18n();
  const [text, setText] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const { pending, failed, act } = useAct(onChanged, onEnded);
  const send = async () => {
    if (text.trim() === "") {
      setFault(t("apply.question.missing"));
      return;
    }
    setFault(null);
    if (await act("answer", () => answerQuestion(text.trim()))) toast(t("apply.question.sent"));
  };
  return (
    <Card title={t("apply.standing.asked_title")}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (pending === null) void send();
        }}
      >
        <Said text={textOf(application, "asked")} />
        <TextArea
          label={t("apply.question.label")}
          hint={t("apply.question.hint")}
          error={fault}
          rows={5}
          value={text}
          onChange={setText}
          maxLength={most.text}
        />
        {failed === null ? null : (
          <Notice tone="bad" live>
            {failed}
          </Notice>
        )}
        <div className="actions">
          <Button
            variant="main"
            type="submit"
            isPending={pending !== null}
            pendingLabel={t("apply.question.acting")}
          >
            {t("apply.question.act")}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function Offer({ application, onChanged, onEnded }: Acting) {
  const { t } = useI18n();
  const { pending, failed, act } = useAct(onChanged, onEnded);
  const decide = (accept: boolean) => void act(String(accept), () => decideObserver(accept));
  return (
    <Card title={t("apply.standing.titles.offered")}>
      <div className="stack">
        <p>{t("apply.observer.text")}</p>
        <Said text={textOf(application, "observer_offered")} />
        <ul className="apply-list">
          <li>{t("apply.observer.can")}</li>
          <li>{t("apply.observer.cannot")}</li>
        </ul>
        <p className="muted">{t("apply.observer.refuse_effect")}</p>
        {failed === null ? null : (
          <Notice tone="bad" live>
            {failed}
          </Notice>
        )}
        <div className="actions">
          <Button
            variant="main"
            isPending={pending === "true"}
            pendingLabel={t("apply.observer.acting")}
            isDisabled={pending === "false"}
            onPress={() => decide(true)}
          >
            {t("apply.observer.accept")}
          </Button>
          <Button
            isPending={pending === "false"}
            pendingLabel={t("apply.observer.acting")}
            isDisabled={pending === "true"}
            onPress={() => decide(false)}
          >
            {t("apply.observer.refuse")}
          </Button>
        </div>
      </div>
    </Card>
  );
}

function History({ application }: { application: OwnApplication }) {
  const { t, formatMoment } = useI18n();
  const words = useStepWords();
  const stepTitle = (key: string | null) => {
    const step = application.steps.find((one) => one.key === key);
    return step === undefined ? (key ?? "") : words(step).title;
  };
  return (
    <Card title={t("apply.standing.history")} flush>
      <ol className="apply-history">
        {[...application.events].reverse().map((event) => (
          <li key={event.id}>
            <time dateTime={new Date(event.at).toISOString()}>{formatMoment(event.at)}</time>
            <div className="stack stack--tight">
              <p>
                {t(`apply.acts.${event.act}`, { step: stepTitle(event.step) })}{" "}
                <span className="subtle">{t(`apply.by.${event.by}`)}</span>
              </p>
              {event.text === "" ? null : (
                <p className="apply-words title small" dir="auto">
                  {event.text}
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function GivenDocuments({ application }: { application: OwnApplication }) {
  const { t } = useI18n();
  const { documents } = application;
  return (
    <Card title={t("apply.standing.documents")}>
      {documents.length === 0 ? (
        <p className="muted">{t("apply.standing.no_documents")}</p>
      ) : (
        <ul className="apply-files">
          {documents.map((document) => (
            <li key={document.id}>
              <FileDocument
                address={contentOf(document.id)}
                name={document.name}
                mediaType={document.media_type}
                size={document.size}
                sha256={document.sha256}
                about={t(`apply.fields.documents.${purposeKey(document.purpose)}`)}
                marks={<Judged document={document} />}
              >
                {document.remark === "" ? undefined : (
                  <p className="apply-words title small" dir="auto">
                    {document.remark}
                  </p>
                )}
              </FileDocument>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Given({ application }: { application: OwnApplication }) {
  const { t, stateName, language } = useI18n();
  const { form } = application;
  const words = (text: string) =>
    text === "" ? (
      <span className="subtle">{t("apply.standing.empty")}</span>
    ) : (
      <span className="apply-given title" dir="auto">
        {text}
      </span>
    );
  const own = (
    field:
      | "name"
      | "name_en"
      | "address"
      | "telephone"
      | "website"
      | "mandate"
      | "legal_basis"
      | "independence"
      | "protection_physical"
      | "protection_legal",
  ): Definition => ({ term: t(`apply.fields.${field}`), value: words(form[field]) });
  const items: Definition[] = [
    own("name"),
    own("name_en"),
    { term: t("apply.fields.state"), value: words(form.state === "" ? "" : stateName(form.state)) },
    { term: t("apply.fields.membership"), value: t(`apply.membership.${form.membership}`) },
    own("address"),
    own("telephone"),
    own("website"),
    {
      term: t("apply.fields.powers"),
      value:
        form.powers.length === 0
          ? words("")
          : new Intl.ListFormat(localeTag(language)).format(
              form.powers.map((power) => t(`apply.powers.${power}`)),
            ),
    },
    own("mandate"),
    own("legal_basis"),
    own("independence"),
    own("protection_physical"),
    own("protection_legal"),
    {
      term: t("apply.fields.focal_points"),
      value: (
        <ul className="stack">
          {form.focal_points.map((person, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: what was submitted does not change places
            <li key={index}>
              <span>{t(`common.roles.${person.role}`)}</span>
              <br />
              <bdi>{[person.name, person.function].filter(Boolean).join(", ")}</bdi>
              <br />
              <bdi dir="ltr">{person.email}</bdi>{" "}
              <span className="subtle">{languageNames[person.language]}</span>
            </li>
          ))}
        </ul>
      ),
    },
    {
      term: t("apply.sections.signatory"),
      value: words([form.signatory_name, form.signatory_function].filter(Boolean).join(", ")),
    },
    ...(form.charter === "" ? [] : [{ term: t("apply.fields.charter"), value: words(form.charter) }]),
    ...(form.note === "" ? [] : [{ term: t("apply.fields.note"), value: words(form.note) }]),
  ];
  return (
    <Card title={t("apply.standing.given")}>
      <DescriptionList items={items} />
    </Card>
  );
}
