/** What was handed in, whether it shows what it must, and who is named as focal point. */
import { Check, UsersRound, X } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { ApplicationDocument } from "../../sync/applications";
import { getBytes } from "../../sync/http";
import { Button, Card, Chip, Icon, Notice, RadioCards, TextArea, toast } from "../../ui";
import { FileDocument } from "../documents/FileDocument";
import { savedName } from "../documents/naming";
import { saveFile } from "../enrolment/keep";
import { ActDialog } from "../members/ActDialog";
import { useAct } from "../members/act";
import { useActProblem } from "../members/errors";
import { isOpen } from "./listing";
import type { CaseProps } from "./useCase";

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
  const { t } = useI18n();
  const act = useAct();
  const problemOf = useActProblem();
  const [problem, setProblem] = useState<string | null>(null);
  const { id, name, purpose, judgement, remark, media_type, size, sha256 } = document;
  const address = `/api/vetting/${application}/documents/${id}/content`;
  const download = async () => {
    setProblem(null);
    const outcome = await act(() => getBytes(address));
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
      <FileDocument
        address={address}
        name={name}
        mediaType={media_type}
        size={size}
        sha256={sha256}
        about={t(wordsOf(purpose))}
        onDownload={download}
        marks={
          judgement === "accepted" ? (
            <Chip tone="ok" icon={Check}>
              {t("vetting.documents.accepted")}
            </Chip>
          ) : judgement === "refused" ? (
            <Chip tone="bad" icon={X}>
              {t("vetting.documents.refused")}
            </Chip>
          ) : media_type === null ? (
            <Chip tone="warn">{t("vetting.documents.broken")}</Chip>
          ) : onJudge === null ? (
            <Chip>{t("vetting.documents.open")}</Chip>
          ) : null
        }
        actions={
          onJudge === null ? null : (
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
          )
        }
      >
        {remark === "" && problem === null ? undefined : (
          <>
            {remark === "" ? null : (
              <p className="small muted title" dir="auto">
                {remark}
              </p>
            )}
            {problem === null ? null : (
              <Notice tone="bad" live>
                {problem}
              </Notice>
            )}
          </>
        )}
      </FileDocument>
    </li>
  );
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
    <li className="documents__row documents__row--people">
      <Icon icon={UsersRound} size="large" />
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
