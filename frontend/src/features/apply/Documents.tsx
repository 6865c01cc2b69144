/** The files of the application by what they are for: added, sent in parts, looked at, removed. */
import { CircleAlert, FileUp, Upload as UploadIcon } from "lucide-react";
import { useState } from "react";
import { DropZone, FileTrigger, isFileDropItem } from "react-aria-components";
import { useI18n } from "../../i18n";
import { type ApplicationDocument, type OwnApplication, purposes } from "../../sync/applications";
import { contentOf, type Purpose, removeDocument } from "../../sync/applying";
import { Button, Dialog, Icon, Notice } from "../../ui";
import { FileDocument, useFileSize } from "../documents/FileDocument";
import { failureOf } from "../members/errors";
import { useFields } from "./fieldContext";
import { fieldId, purposeKey } from "./form";
import { Judged } from "./Judged";
import type { Upload, Uploads } from "./uploads";
import { useProblem } from "./useProblem";

const TAKEN = ["application/pdf", "image/png", "image/jpeg"];

interface Props {
  application: OwnApplication;
  uploads: Uploads;
  onChanged: () => Promise<void>;
}

export function Documents({ application, uploads, onChanged }: Props) {
  return purposes.map((purpose) => (
    <ForPurpose
      key={purpose}
      purpose={purpose}
      documents={application.documents}
      uploads={uploads}
      onChanged={onChanged}
    />
  ));
}

interface ForPurposeProps extends Omit<Props, "application"> {
  purpose: Purpose;
  documents: readonly ApplicationDocument[];
}

function ForPurpose({ purpose, documents, uploads, onChanged }: ForPurposeProps) {
  const { t } = useI18n();
  const { errorOf } = useFields();
  const code = `documents.${purpose}`;
  const error = errorOf(code);
  const title = t(`apply.fields.documents.${purposeKey(purpose)}`);
  const there = documents.filter(
    (document) => document.purpose === purpose && !uploads.isSending(document.id),
  );
  const sending = uploads.shown.filter((upload) => upload.purpose === purpose);
  const add = (files: readonly File[]) => void uploads.add(files, purpose, documents);
  return (
    <div id={fieldId(code)} className="apply-purpose">
      <DropZone
        className="apply-drop"
        aria-label={t("apply.upload.choose_for", { purpose: title })}
        getDropOperation={() => "copy"}
        onDrop={(event) => {
          void Promise.all(event.items.filter(isFileDropItem).map((item) => item.getFile())).then(add);
        }}
      >
        <div className="apply-purpose__head">
          <div>
            <h3>{title}</h3>
            <p className="small muted">{t(`apply.documents.${purposeKey(purpose)}`)}</p>
            {error === null ? null : (
              <p className="field__error">
                <Icon icon={CircleAlert} />
                <span>{error}</span>
              </p>
            )}
          </div>
          <FileTrigger
            allowsMultiple
            acceptedFileTypes={TAKEN}
            onSelect={(list) => add(list === null ? [] : [...list])}
          >
            <Button size="s" icon={FileUp}>
              {t("apply.upload.choose")}
              <span className="visually-hidden"> {title}</span>
            </Button>
          </FileTrigger>
        </div>
        <p className="apply-drop__here" aria-hidden="true">
          <Icon icon={UploadIcon} /> {t("apply.upload.drop")}
        </p>
      </DropZone>
      {there.length + sending.length === 0 ? null : (
        <ul className="apply-files">
          {there.map((document) => (
            <li key={document.id}>
              <Stored document={document} uploads={uploads} onChanged={onChanged} />
            </li>
          ))}
          {sending.map((upload) => (
            <li key={upload.key}>
              <Sending
                upload={upload}
                onCancel={() => void uploads.cancel(upload.key).then(onChanged)}
                onRetry={() => uploads.retry(upload.key)}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** After these the same file can be sent once more. */
const again = new Set(["hash_differs", "incomplete", "restoring", "slow_down", "unreadable"]);

function Sending({
  upload,
  onCancel,
  onRetry,
}: {
  upload: Upload;
  onCancel: () => void;
  onRetry: () => void;
}) {
  const { t, lookup } = useI18n();
  const size = useFileSize();
  const problem = useProblem();
  const amount = t("apply.upload.amount", { sent: size(upload.sent), size: size(upload.size) });
  if (upload.problem !== null) {
    return (
      <div className="apply-upload">
        <p className="file__name">
          <bdi>{upload.name}</bdi>
        </p>
        <Notice
          tone="bad"
          live
          action={
            <>
              {again.has(upload.problem) ? (
                <Button size="s" onPress={onRetry}>
                  {t("common.actions.try_again")}
                </Button>
              ) : null}
              <Button size="s" onPress={onCancel}>
                {t("apply.upload.dismiss")}
                <span className="visually-hidden"> {upload.name}</span>
              </Button>
            </>
          }
        >
          {lookup(`apply.upload.problems.${upload.problem}`) ?? problem({ code: upload.problem, detail: "" })}
        </Notice>
      </div>
    );
  }
  const waits = upload.state === "waiting";
  return (
    <div className="apply-upload">
      <div className="apply-upload__head">
        <p className="file__name">
          <bdi>{upload.name}</bdi>
        </p>
        <div className="actions">
          {waits ? (
            <Button size="s" onPress={onRetry}>
              {t("apply.saving.now")}
            </Button>
          ) : null}
          <Button size="s" onPress={onCancel}>
            {t("apply.upload.cancel")}
            <span className="visually-hidden"> {upload.name}</span>
          </Button>
        </div>
      </div>
      <div className="progress">
        <p className="progress__line">
          <span role={waits ? "status" : undefined}>{t(`apply.upload.${upload.state}`)}</span>
          {upload.sent > 0 ? <span className="muted">{amount}</span> : null}
        </p>
        <progress
          className="progress__bar"
          aria-label={upload.name}
          aria-valuetext={amount}
          {...(upload.state === "sending" || waits ? { value: upload.sent, max: upload.size } : {})}
        />
      </div>
    </div>
  );
}

function Stored({
  document,
  uploads,
  onChanged,
}: {
  document: ApplicationDocument;
  uploads: Uploads;
  onChanged: () => Promise<void>;
}) {
  const { t } = useI18n();
  const problem = useProblem();
  const [asking, setAsking] = useState(false);
  const [pending, setPending] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [other, setOther] = useState(false);

  const remove = async () => {
    setPending(true);
    setFailed(null);
    try {
      await removeDocument(document.id);
      setAsking(false);
      const block = globalThis.document.getElementById(fieldId(`documents.${document.purpose}`));
      await onChanged();
      // The row that was left is gone: one goes on where files are added.
      block?.querySelector("button")?.focus();
    } catch (thrown) {
      setFailed(problem(failureOf(thrown)));
    } finally {
      setPending(false);
    }
  };
  const goOn = async (list: FileList | null) => {
    const file = list?.[0];
    if (file === undefined) return;
    try {
      setOther(!(await uploads.resume(file, document)));
      await onChanged();
    } catch (thrown) {
      setFailed(problem(failureOf(thrown)));
    }
  };
  return (
    <FileDocument
      address={contentOf(document.id)}
      name={document.name}
      mediaType={document.media_type}
      size={document.size}
      sha256={document.sha256}
      marks={<Judged document={document} />}
      actions={
        <Button size="s" onPress={() => setAsking(true)}>
          {t("apply.upload.remove")}
          <span className="visually-hidden"> {document.name}</span>
        </Button>
      }
    >
      {document.remark === "" ? null : (
        <p className="apply-words title small" dir="auto">
          {document.remark}
        </p>
      )}
      {document.media_type === null ? (
        <Notice
          tone="warn"
          action={
            <FileTrigger acceptedFileTypes={TAKEN} onSelect={(list) => void goOn(list)}>
              <Button size="s" icon={FileUp}>
                {t("apply.upload.go_on")}
              </Button>
            </FileTrigger>
          }
        >
          <p>{t(other ? "apply.upload.other_file" : "apply.upload.stopped")}</p>
        </Notice>
      ) : null}
      <Dialog
        isOpen={asking}
        isAlert
        isBusy={pending}
        onClose={() => setAsking(false)}
        title={t("apply.upload.remove_title", { name: document.name })}
        actions={
          <>
            <Button isDisabled={pending} onPress={() => setAsking(false)}>
              {t("common.actions.cancel")}
            </Button>
            <Button variant="danger" isPending={pending} onPress={() => void remove()}>
              {t("apply.upload.remove")}
            </Button>
          </>
        }
      >
        <p>{t("apply.upload.remove_text")}</p>
        {failed === null ? null : (
          <Notice tone="bad" live>
            {failed}
          </Notice>
        )}
      </Dialog>
    </FileDocument>
  );
}
