/** The form in sections, saved as one types, with what is still missing and the way to each field. */
import { Check, CircleAlert, CircleDashed, LoaderCircle, RotateCw, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import type { ApplicationForm, OwnApplication } from "../../sync/applications";
import { submitApplication } from "../../sync/applying";
import { Button, Card, Icon, type IconType, Notice, Page, PageHeader, toast } from "../../ui";
import { useSnapshot } from "../core";
import { failureOf } from "../members/errors";
import { Documents } from "./Documents";
import { Authority, Independence, Mandate, Protection, Signatory } from "./Fields";
import { FocalPoints } from "./FocalPoints";
import { type FieldContext, FieldsProvider } from "./fieldContext";
import { goTo, type Section, sectionOf, sections } from "./form";
import type { SavingState } from "./saving";
import { type EditingState, useEditing } from "./useEditing";
import { useFieldName } from "./useFieldName";
import { useProblem } from "./useProblem";
import { Withdraw } from "./Withdraw";

interface Props {
  application: OwnApplication;
  onChanged: (application: OwnApplication) => void;
  onEnded: () => void;
  onLeave: () => void;
}

export function Editing({ application, onChanged, onEnded, onLeave }: Props) {
  const { t, formatDate } = useI18n();
  const editing = useEditing(application, onChanged, onEnded);
  const { saving, uploads, reload } = editing;
  const [attempted, setAttempted] = useState(false);
  const officer = useSnapshot((snapshot) => snapshot.session?.account?.role === "officer");
  // What an officer has marked stays marked until it is another than it was when the page was opened.
  const opened = useRef(application);
  const returned = application.status === "returned";
  const missing = saving.missing;
  const state = saving.state;

  useEffect(() => {
    if (state.name === "ended") onEnded();
  }, [state.name, onEnded]);

  // What could not be saved stays in sight instead of behind, on a computer that others use.
  const leave = async () => {
    if (await saving.flush()) onLeave();
  };

  const untouched = (code: string) => {
    if (code.startsWith("documents")) {
      return ids(opened.current) === ids(application);
    }
    const field = (code === "lead_email" ? "focal_points" : code.split(".")[0]) as keyof ApplicationForm;
    return JSON.stringify(opened.current.form[field]) === JSON.stringify(saving.form[field]);
  };
  const wanted = returned ? application.wanted.filter(untouched) : [];
  const context: FieldContext = {
    form: saving.form,
    change: (part) => saving.change(part),
    errorOf: (code) => {
      if (wanted.includes(code)) return t("apply.form.is_wanted");
      return attempted && missing.includes(code) ? t("apply.form.is_missing") : null;
    },
  };
  const lacking = (section: Section) =>
    new Set([...missing, ...wanted].filter((code) => sectionOf(code) === section)).size;
  const text = application.events.filter((event) => event.act === "returned").at(-1)?.text ?? "";

  return (
    <Page>
      <PageHeader
        title={t(returned ? "apply.standing.titles.returned" : "apply.form.title")}
        lead={
          <>
            <p>{t("apply.form.lead")}</p>
            <p>{t(officer ? "apply.form.officer" : "apply.form.whose", { email: application.email })}</p>
          </>
        }
      />
      <div className="apply-form">
        <aside className="apply-form__side" aria-label={t("apply.form.sections")}>
          <SavingLine state={state} onNow={() => void saving.flush()} />
          <nav className="apply-form__sections" aria-label={t("apply.form.sections")}>
            <ol>
              {[...sections, "submit" as const].map((section) => (
                <li key={section}>
                  <SectionLink section={section} lacks={section === "submit" ? null : lacking(section)} />
                </li>
              ))}
            </ol>
          </nav>
          <div className="apply-form__end stack small muted">
            {application.expires_at === null ? null : (
              <p>{t("apply.form.until", { date: formatDate(application.expires_at) })}</p>
            )}
            <p>{t("apply.start.reads_not")}</p>
          </div>
        </aside>
        <div className="stack stack--wide">
          {returned && text !== "" ? (
            <Notice tone="warn" title={t("apply.standing.returned")}>
              <p className="apply-words" dir="auto">
                {text}
              </p>
            </Notice>
          ) : null}
          {state.name === "changed" || state.name === "closed" ? (
            <div id="apply-changed" className="apply-changed" tabIndex={-1}>
              <ChangedNotice editing={editing} onChanged={onChanged} />
            </div>
          ) : null}
          <FieldsProvider value={context}>
            <Part section="authority">
              <Authority />
            </Part>
            <Part section="mandate">
              <Mandate />
            </Part>
            <Part section="independence">
              <Independence />
            </Part>
            <Part section="protection">
              <Protection />
            </Part>
            <Part section="people" lead={t("apply.leads.people")}>
              <FocalPoints language={application.language} />
            </Part>
            <Part section="documents" lead={t("apply.leads.documents")}>
              <Documents application={application} uploads={uploads} onChanged={reload} />
            </Part>
            <Part section="signatory" lead={t("apply.leads.signatory")}>
              <Signatory />
            </Part>
          </FieldsProvider>
          <Part section="submit">
            <Submit
              editing={editing}
              missing={missing}
              wanted={wanted}
              again={application.revision > 0}
              attempted={attempted}
              onAttempt={() => setAttempted(true)}
              onChanged={onChanged}
            />
          </Part>
          <div className="apply-foot">
            <div className="stack stack--tight">
              <Button size="s" onPress={() => void leave()}>
                {t("apply.form.leave")}
              </Button>
              <p className="small muted">{t("apply.form.leave_text")}</p>
            </div>
            <Withdraw onDone={onChanged} onEnded={onEnded} />
          </div>
        </div>
      </div>
    </Page>
  );
}

function ids(application: OwnApplication): string {
  return application.documents.map((document) => document.id).join(" ");
}

interface PartProps {
  section: Section | "submit";
  lead?: string;
  children: ReactNode;
}

function Part({ section, lead, children }: PartProps) {
  const { t } = useI18n();
  return (
    <div id={`apply-section-${section}`} className="apply-section" tabIndex={-1}>
      <Card title={t(`apply.sections.${section}`)}>
        <div className="apply-fields">
          {lead === undefined ? null : <p className="muted">{lead}</p>}
          {children}
        </div>
      </Card>
    </div>
  );
}

/** Goes to a part of the page, with the focus of whoever uses the keyboard. */
function showPart(id: string): void {
  const part = document.getElementById(id);
  part?.scrollIntoView({ block: "start" });
  part?.focus({ preventScroll: true });
}

function SectionLink({ section, lacks }: { section: Section | "submit"; lacks: number | null }) {
  const { t } = useI18n();
  return (
    <button
      type="button"
      className="apply-form__section"
      onClick={() => showPart(`apply-section-${section}`)}
    >
      <span>{t(`apply.sections.${section}`)}</span>
      {lacks === null ? null : lacks === 0 ? (
        <span className="apply-form__ok">
          <Icon icon={Check} />
          <span className="visually-hidden">{t("apply.form.complete")}</span>
        </span>
      ) : (
        <span className="apply-form__lacks">{t("apply.form.lacks", { count: lacks })}</span>
      )}
    </button>
  );
}

const savingIcons: Record<SavingState["name"], IconType> = {
  saved: Check,
  unsaved: CircleDashed,
  saving: LoaderCircle,
  waiting: RotateCw,
  refused: CircleAlert,
  changed: TriangleAlert,
  ended: CircleAlert,
  closed: CircleAlert,
};

function SavingLine({ state, onNow }: { state: SavingState; onNow: () => void }) {
  const { t } = useI18n();
  const problem = useProblem();
  const words = () => {
    switch (state.name) {
      case "refused":
        return t("apply.saving.refused", { reason: problem({ code: state.code, detail: "" }) });
      case "changed":
        return t("apply.saving.changed_title");
      case "closed":
        return t("apply.saving.closed_title");
      case "ended":
        return t("apply.open.ended_title");
      default:
        return t(`apply.saving.${state.name}`);
    }
  };
  const bad = state.name === "refused" || state.name === "changed" || state.name === "closed";
  return (
    <div className={`apply-saving apply-saving--${bad ? "bad" : state.name}`}>
      <Icon icon={savingIcons[state.name]} />
      <p>{words()}</p>
      {/* "Saving" comes and goes with every pause: only what lasts is read aloud. */}
      <span className="visually-hidden" role="status">
        {bad || state.name === "waiting" ? words() : ""}
      </span>
      {state.name === "changed" || state.name === "closed" ? (
        <Button size="s" onPress={() => showPart("apply-changed")}>
          {t("apply.saving.look")}
        </Button>
      ) : null}
      {state.name === "waiting" || state.name === "refused" ? (
        <Button size="s" onPress={onNow}>
          {t("apply.saving.now")}
        </Button>
      ) : null}
    </div>
  );
}

function ChangedNotice({
  editing: { saving },
  onChanged,
}: {
  editing: EditingState;
  onChanged: (application: OwnApplication) => void;
}) {
  const { t, formatMoment } = useI18n();
  const fieldName = useFieldName();
  const { state } = saving;
  if (state.name === "closed") {
    return (
      <Notice
        tone="bad"
        title={t("apply.saving.closed_title")}
        live
        action={
          <Button
            onPress={() => {
              saving.takeNewer();
              onChanged(state.newer);
            }}
          >
            {t("apply.saving.closed_act")}
          </Button>
        }
      >
        {t("apply.saving.closed_text")}
      </Notice>
    );
  }
  if (state.name !== "changed") return null;
  return (
    <Notice
      tone="bad"
      title={t("apply.saving.changed_title")}
      live
      action={
        <>
          <Button
            onPress={() => {
              saving.takeNewer();
              onChanged(state.newer);
            }}
          >
            {t("apply.saving.take")}
          </Button>
          <Button onPress={() => void saving.keepOwn()}>{t("apply.saving.keep")}</Button>
        </>
      }
    >
      <p>{t("apply.saving.changed_text", { time: formatMoment(state.newer.changed_at) })}</p>
      <ul className="apply-list">
        {state.fields.map((field) => (
          <li key={field}>{fieldName(field)}</li>
        ))}
      </ul>
    </Notice>
  );
}

interface SubmitProps {
  editing: EditingState;
  missing: readonly string[];
  wanted: readonly string[];
  /** It was submitted before. */
  again: boolean;
  attempted: boolean;
  onAttempt: () => void;
  onChanged: (application: OwnApplication) => void;
}

function Submit({ editing, missing, wanted, again, attempted, onAttempt, onChanged }: SubmitProps) {
  const { t } = useI18n();
  const problem = useProblem();
  const { saving, uploads, reload } = editing;
  const [pending, setPending] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const sending = uploads.shown.some((upload) => upload.state !== "failed");

  const submit = async () => {
    onAttempt();
    setFailed(null);
    setPending(true);
    try {
      if (!(await saving.flush())) {
        setFailed(t("apply.submit.not_saved"));
        return;
      }
      if (saving.missing.length > 0) {
        list.current?.focus();
        return;
      }
      const application = await submitApplication(saving.seen);
      toast(t("apply.submit.done"));
      onChanged(application);
    } catch (thrown) {
      setFailed(problem(failureOf(thrown)));
      await reload();
    } finally {
      setPending(false);
    }
  };

  return (
    <>
      <div ref={list} tabIndex={-1} className="apply-missing">
        {missing.length === 0 ? (
          <p className="apply-missing__none">
            <Icon icon={Check} /> {t("apply.submit.nothing")}
          </p>
        ) : (
          <CodeList
            title={t("apply.submit.missing", { count: missing.length })}
            codes={missing}
            urgent={attempted}
          />
        )}
        {wanted.length === 0 ? null : (
          <CodeList title={t("apply.submit.wanted")} codes={wanted} urgent={false} />
        )}
      </div>
      {failed === null ? null : (
        <Notice tone="bad" live>
          {failed}
        </Notice>
      )}
      <p className="muted">{t("apply.submit.effect")}</p>
      <div className="actions">
        <Button
          variant="main"
          size="l"
          isPending={pending}
          pendingLabel={t("apply.submit.acting")}
          whyDisabled={sending ? t("apply.submit.wait_upload") : null}
          onPress={() => void submit()}
        >
          {t(again ? "apply.submit.act_again" : "apply.submit.act")}
        </Button>
      </div>
    </>
  );
}

function CodeList({ title, codes, urgent }: { title: string; codes: readonly string[]; urgent: boolean }) {
  const fieldName = useFieldName();
  const id = useId();
  return (
    <div className={urgent ? "apply-codes apply-codes--urgent" : "apply-codes"}>
      <p id={id}>{title}</p>
      <ul className="apply-list" aria-labelledby={id}>
        {codes.map((code) => (
          <li key={code}>
            <button type="button" className="apply-link" onClick={() => goTo(code)}>
              {fieldName(code)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
