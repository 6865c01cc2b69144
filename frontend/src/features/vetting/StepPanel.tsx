/** What may be done now: the present step with its acts, or how the application ended. */
import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Card, Chip, Link, Notice, TextArea, toast } from "../../ui";
import { useAct } from "../members/act";
import { useActProblem } from "../members/errors";
import { AdmissionPanel } from "./AdmissionPanel";
import { useDoer } from "./Decided";
import { AskDialog } from "./Exchange";
import { isOpen, onlyPrevents } from "./listing";
import { BackDialog, DeclineDialog, OfferDialog, ReturnDialog } from "./stepDialogs";
import type { CaseProps } from "./useCase";
import { WhyNot } from "./WhyNot";
import { useShortDay, useWords } from "./words";

export function StepPanel(props: CaseProps) {
  const { application } = props;
  const { t } = useI18n();
  const words = useWords();
  if (!isOpen(application)) return <Closed {...props} />;
  const at = application.steps.findIndex(({ key }) => key === application.step);
  const step = application.steps[at];
  if (application.status !== "vetting" || step === undefined) {
    return (
      <Card title={t(titles[application.status] ?? "vetting.title")}>
        <div className="stack">
          <WaitsForApplicant application={application} />
          <OtherActs {...props} />
        </div>
      </Card>
    );
  }
  if (step.kind === "admission") {
    return (
      <AdmissionPanel {...props}>
        <OtherActs {...props} />
      </AdmissionPanel>
    );
  }
  return (
    <Card
      title={words.stepTitle(step)}
      beside={t("vetting.panel.step", { number: at + 1, total: application.steps.length })}
    >
      <div className="stack">
        <Due {...props} />
        <p className="small muted">{t(`vetting.panel.check.${checkOf(step)}`)}</p>
        <Hints {...props} kind={step.kind} />
        {application.may_decide ? (
          <Pass {...props} step={step} />
        ) : (
          <WhyNot application={application} step={step} />
        )}
        <OtherActs {...props} />
      </div>
    </Card>
  );
}

const titles: Record<string, "vetting.panel.returned" | "vetting.panel.offered" | "vetting.head.draft"> = {
  draft: "vetting.head.draft",
  returned: "vetting.panel.returned",
  offered: "vetting.panel.offered",
};

type Step = CaseProps["application"]["steps"][number];
type Kind = Exclude<Step["kind"], "admission">;

/** Completeness is a check of its own words; other checks are the network's. */
function checkOf({ key, kind }: Step): Kind | "completeness" {
  return key === "completeness" ? "completeness" : kind === "admission" ? "check" : kind;
}

function Due({ application }: CaseProps) {
  const { t, formatDate } = useI18n();
  if (application.due_at === null) return null;
  const date = formatDate(application.due_at);
  return application.overdue ? (
    <p>
      <Chip tone="bad" icon={TriangleAlert}>
        {t("vetting.panel.overdue", { date })}
      </Chip>
    </p>
  ) : (
    <p className="small muted">{t("vetting.panel.due", { date })}</p>
  );
}

/** What speaks against going on, before anything is written. */
function Hints({ application, kind }: CaseProps & { kind: Step["kind"] }) {
  const { t } = useI18n();
  const words = useWords();
  const { documents, missing, membership, objections } = application;
  const letter = documents.some(
    ({ purpose, judgement }) => purpose === "state_confirmation" && judgement === "accepted",
  );
  const open = documents.filter(({ judgement }) => judgement !== "accepted").length;
  return (
    <>
      {missing.length === 0 ? null : (
        <Notice tone="warn">{t("vetting.panel.still_missing", { list: words.fields(missing) })}</Notice>
      )}
      {kind === "eligibility" && membership === "member" && onlyPrevents(application) ? (
        <Notice tone="warn" title={t("vetting.panel.prevents")}>
          {t("vetting.panel.prevents_text")}
        </Notice>
      ) : null}
      {kind === "confirmation" && !letter ? (
        <Notice tone="warn" title={t("vetting.panel.no_letter")}>
          {t("vetting.panel.no_letter_text")}
        </Notice>
      ) : null}
      {kind === "check" && open > 0 ? (
        <p className="small muted">{t("vetting.panel.not_accepted", { count: open })}</p>
      ) : null}
      {objections === 0 ? null : (
        <Notice tone="warn">{t("vetting.panel.unsettled", { count: objections })}</Notice>
      )}
    </>
  );
}

function Pass({ application, acts, step }: CaseProps & { step: Step }) {
  const { t } = useI18n();
  const act = useAct();
  const problemOf = useActProblem();
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const empty = text.trim() === "";
  const pass = async () => {
    setTried(true);
    setProblem(null);
    if (empty) return;
    setPending(true);
    const { revision } = application;
    const outcome = await act(() => acts.post("pass", { step: step.key, revision, text: text.trim() }));
    setPending(false);
    if (outcome.done) toast(t("vetting.panel.done"));
    else if (outcome.failure) setProblem(problemOf(outcome.failure));
  };
  return (
    <>
      <TextArea
        label={t("vetting.panel.why")}
        hint={t("vetting.panel.why_hint")}
        error={tried && empty ? t("vetting.panel.why_missing") : null}
        value={text}
        onChange={setText}
        rows={2}
      />
      {problem === null ? null : <Notice tone="bad" live title={problem} />}
      <Button
        variant="main"
        wide
        isPending={pending}
        pendingLabel={t("vetting.panel.passing")}
        onPress={() => void pass()}
      >
        {t(`vetting.panel.pass.${checkOf(step)}`)}
      </Button>
    </>
  );
}

function WaitsForApplicant({ application }: Pick<CaseProps, "application">) {
  const { t } = useI18n();
  const words = useWords();
  const { status, wanted, last_text: text } = application;
  return (
    <>
      {text === "" || status === "draft" ? null : <q dir="auto">{text}</q>}
      {status === "returned" ? (
        <>
          {wanted.length === 0 ? null : (
            <p>
              {t("vetting.panel.wanted")} {words.fields(wanted)}
            </p>
          )}
          <p className="small muted">{t("vetting.panel.returned_text")}</p>
        </>
      ) : status === "offered" ? (
        <p className="small muted">{t("vetting.panel.offered_text")}</p>
      ) : (
        <WhyNot application={application} step={null} />
      )}
    </>
  );
}

type Other = "return" | "ask" | "offer" | "back" | "decline";

function OtherActs({ application, acts }: CaseProps) {
  const { t } = useI18n();
  const [opened, setOpened] = useState<Other | null>(null);
  const { status, step, steps, membership } = application;
  const close = () => setOpened(null);
  const vetting = status === "vetting";
  const at = steps.findIndex(({ key }) => key === step);
  const offers = vetting && membership === "member";
  const goesBack = vetting && at > 1;
  const suggestsOffer = offers && onlyPrevents(application);
  if (status === "draft") return null;
  return (
    <div className="other-acts">
      <h3>{t("vetting.panel.other_acts")}</h3>
      {suggestsOffer ? (
        <Button variant="main" onPress={() => setOpened("offer")}>
          {t("vetting.panel.offer")}
        </Button>
      ) : null}
      {vetting ? (
        <Button size="s" onPress={() => setOpened("return")}>
          {t("vetting.panel.return")}
        </Button>
      ) : null}
      {vetting && application.waits_for !== "applicant" ? (
        <Button size="s" onPress={() => setOpened("ask")}>
          {t("vetting.exchange.ask")}
        </Button>
      ) : null}
      {offers && !suggestsOffer ? (
        <Button size="s" onPress={() => setOpened("offer")}>
          {t("vetting.panel.offer")}
        </Button>
      ) : null}
      {goesBack ? (
        <Button size="s" onPress={() => setOpened("back")}>
          {t("vetting.panel.back")}
        </Button>
      ) : null}
      <Button size="s" variant="danger" onPress={() => setOpened("decline")}>
        {t("vetting.panel.decline")}
      </Button>
      {opened === "return" && <ReturnDialog application={application} acts={acts} onClose={close} />}
      {opened === "ask" && <AskDialog acts={acts} onClose={close} />}
      {opened === "offer" && <OfferDialog application={application} acts={acts} onClose={close} />}
      {opened === "back" && <BackDialog application={application} acts={acts} onClose={close} />}
      {opened === "decline" && <DeclineDialog application={application} acts={acts} onClose={close} />}
    </div>
  );
}

function Closed({ application }: CaseProps) {
  const { t } = useI18n();
  const day = useShortDay();
  const doer = useDoer();
  const { status, last_text: text, authority, membership } = application;
  const ended = application.events.findLast(({ act }) => act === status);
  const how = status === "admitted" || status === "withdrawn" ? status : "declined";
  return (
    <Card title={t(`vetting.panel.closed.${how}`)}>
      <div className="stack">
        {ended === undefined ? null : (
          <p>{t("vetting.panel.closed_at", { date: day(ended.at), name: doer(ended) })}</p>
        )}
        {how === "declined" && text !== "" ? (
          <>
            <p className="small muted">{t("vetting.panel.reads_reason")}</p>
            <q dir="auto">{text}</q>
          </>
        ) : null}
        {how === "admitted" ? (
          <>
            <p className="small muted">
              {t(
                membership === "observer"
                  ? "vetting.admission.admitted_observer"
                  : "vetting.admission.admitted_text",
              )}
            </p>
            {authority === null ? null : (
              <p>
                <Link href={`/directory/${authority}`}>{t("vetting.head.to_directory")}</Link>
              </p>
            )}
          </>
        ) : null}
      </div>
    </Card>
  );
}
