/** What was handed in, whether it shows what it must, and who is named as focal point. */
import { Check, FileCheck2, FileText, FileWarning, Stamp, UsersRound, X } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { ApplicationDocument } from "../../sync/applications";
import { getBytes } from "../../sync/http";
import { Button, Card, Chip, Icon, type IconType, Notice, RadioCards, TextArea, toast } from "../../ui";
import { savedName } from "../documents/naming";
import { saveFile } from "../enrolment/keep";
import { ActDialog } from "../members/ActDialog";
import { useAct } from "../members/act";
import { useActProblem } from "../members/errors";
import { isOpen } from "./listing";
import type { CaseProps } from "./useCase";

const icons: Record<ApplicationDocument["purpose"], IconType> = {
  mandate: FileCheck2,
  state_confirmation: Stamp,
  protection: FileCheck2,
  other: FileText,
};

function wordsOf(purpose: ApplicationDocument["purpose"]) {
  return `vetting.documents.purpose.${purpose === "other" ? "any" : purpose}` as const;
}

export function Documents({ application, acts }: CaseProps) {
  const { t } = useI18n();
  const [asked, setAsked] = useState<ApplicationDocument | null>(null);
  const { documents } = application;
  const accepted = documents.filter(({ judgement }) => judgement === "accepted").length;
  const judges = isOpen(application) && application.status !== "draft";
  return (
    <Card
      title={t("vetting.documents.title")}
      beside={
        documents.length === 0
          ? undefined
          : t("vetting.documents.count", { done: accepted, total: documents.length })
      }
    >
      <ul className="documents">
        {documents.length === 0 ? <li className="documents__none">{t("vetting.documents.none")}</li> : null}
        {documents.map((document) => (
          <Row
            key={document.id}
            application={application.id}
            document={document}
            onJudge={judges ? () => setAsked(document) : null}
          />
        ))}
        <FocalPoints application={application} />
      </ul>
      {documents.length === 0 ? null : (
        <p className="tiny subtle documents__logged">{t("vetting.documents.logged")}</p>
      )}
      {asked === null ? null : (
        <JudgeDialog
          key={asked.id}
          document={asked}
          call={(judgement, remark) => acts.put(`documents/${asked.id}/judgement`, { judgement, remark })}
          onClose={() => setAsked(null)}
        />
      )}
    </Card>
  );
}

interface RowProps {
  application: string;
  document: ApplicationDocument;
  onJudge: (() => void) | null;
}

function Row({ application, document, onJudge }: RowProps) {
  const { t, formatNumber } = useI18n();
  const act = useAct();
  const problemOf = useActProblem();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { id, name, purpose, judgement, remark, media_type, size, sha256 } = document;
  const download = async () => {
    setPending(true);
    setProblem(null);
    const outcome = await act(() => getBytes(`/api/vetting/${application}/documents/${id}/content`));
    setPending(false);
    if (!outcome.done) {
      if (outcome.failure) setProblem(problemOf(outcome.failure));
    } else if ((await sha256Of(outcome.value)) !== sha256) {
      setProblem(t("vetting.documents.differs"));
    } else if (media_type !== null) {
      saveFile(savedName(name, media_type), new Blob([outcome.value as BlobPart], { type: media_type }));
    }
  };
  return (
    <li className="documents__row">
      <Icon icon={media_type === null ? FileWarning : icons[purpose]} />
      <div className="documents__what">
        {media_type === null ? (
          <b>
            <bdi>{name}</bdi>
          </b>
        ) : (
          <button
            type="button"
            className="person-link"
            aria-label={t("vetting.documents.download", { name })}
            aria-busy={pending}
            onClick={() => void download()}
          >
            <bdi>{name}</bdi>
          </button>
        )}
        <span>
          {t(wordsOf(purpose))}
          {" · "}
          <span className="nowrap">
            {media_type === null ? t("vetting.documents.broken") : sizeOf(size, formatNumber)}
          </span>
        </span>
        {remark === "" ? null : <span dir="auto">{remark}</span>}
        {problem === null ? null : (
          <Notice tone="bad" live>
            {problem}
          </Notice>
        )}
      </div>
      <div className="documents__mark">
        {judgement === "accepted" ? (
          <Chip tone="ok" icon={Check}>
            {t("vetting.documents.accepted")}
          </Chip>
        ) : judgement === "refused" ? (
          <Chip tone="bad" icon={X}>
            {t("vetting.documents.refused")}
          </Chip>
        ) : onJudge === null ? (
          <Chip>{t("vetting.documents.open")}</Chip>
        ) : null}
        {onJudge === null ? null : (
          <Button
            size="s"
            variant={judgement === null ? "plain" : "quiet"}
            aria-label={t(
              judgement === null ? "vetting.documents.judge_name" : "vetting.documents.change_name",
              { name },
            )}
            onPress={onJudge}
          >
            {t(judgement === null ? "vetting.documents.judge" : "vetting.documents.change")}
          </Button>
        )}
      </div>
    </li>
  );
}

/** “1.4 MB”, in the numbers of the language. */
function sizeOf(bytes: number, formatNumber: (value: number) => string): string {
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "kB"] : [bytes / 1_000_000, "MB"];
  return `\u2068${formatNumber(value < 10 ? Math.ceil(value * 10) / 10 : Math.ceil(value))}\u00a0${unit}\u2069`;
}

async function sha256Of(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function FocalPoints({ application }: Pick<CaseProps, "application">) {
  const { t } = useI18n();
  const points = application.form.focal_points;
  const lead = points.find(({ role }) => role === "lead");
  const state = application.invitation?.state ?? null;
  const known = state === "open" || state === "enrolling" || state === "waiting" ? state : null;
  return (
    <li className="documents__row">
      <Icon icon={UsersRound} />
      <div className="documents__what">
        <b>{t("vetting.documents.people", { count: points.length })}</b>
        <span>
          {lead === undefined
            ? t("vetting.documents.no_lead")
            : t("vetting.documents.lead", { name: lead.name })}
        </span>
        {known === null ? null : <span>{t(`vetting.admission.link_state.${known}`)}</span>}
      </div>
    </li>
  );
}

type Judgement = "accepted" | "refused" | "none";

interface JudgeProps {
  document: ApplicationDocument;
  call: (judgement: "accepted" | "refused" | null, remark: string) => Promise<void>;
  onClose: () => void;
}

function JudgeDialog({ document, call, onClose }: JudgeProps) {
  const { t } = useI18n();
  const [judgement, setJudgement] = useState<Judgement>(document.judgement ?? "accepted");
  const [remark, setRemark] = useState(document.remark);
  const needsRemark = judgement === "refused" && remark.trim() === "";
  return (
    <ActDialog
      title={t("vetting.documents.judge_title", { name: document.name })}
      act={t("vetting.documents.save")}
      acting={t("vetting.documents.saving")}
      whyDisabled={needsRemark ? t("vetting.words_missing") : null}
      call={() => call(judgement === "none" ? null : judgement, remark.trim())}
      onDone={() =>
        toast(t(judgement === "none" ? "vetting.documents.open" : `vetting.documents.${judgement}`))
      }
      onClose={onClose}
    >
      <RadioCards<Judgement>
        label={t(wordsOf(document.purpose))}
        value={judgement}
        onChange={setJudgement}
        options={[
          {
            value: "accepted",
            label: t("vetting.documents.accept"),
            hint: t("vetting.documents.accept_text"),
          },
          {
            value: "refused",
            label: t("vetting.documents.refuse"),
            hint: t("vetting.documents.refuse_text"),
          },
          ...(document.judgement === null
            ? []
            : [{ value: "none" as const, label: t("vetting.documents.clear") }]),
        ]}
      />
      <TextArea
        label={t("vetting.documents.remark")}
        hint={t("vetting.documents.remark_hint")}
        optional={judgement !== "refused"}
        value={remark}
        onChange={setRemark}
      />
    </ActDialog>
  );
}
