/** One file of an application as a row: what it is, its hash to compare, a look at it where it is a picture, a download. */
import { Check, Copy, Download, Eye, FileImage, FileText } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { hashHex } from "../../crypto/seal";
import { useI18n } from "../../i18n";
import { getBytes } from "../../sync/http";
import { Button, Dialog, Icon, IconButton, Notice, Skeleton } from "../../ui";
import { type Failure, failureOf, useErrorText } from "../members/errors";
import "./documents.css";
import { framePage, pictures } from "./preview";

export interface StoredFile {
  /** Where its content is served, as `/api/application/documents/<id>/content`. */
  address: string;
  name: string;
  /** Null as long as it is not whole. */
  mediaType: string | null;
  /** Bytes. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
}

interface Props extends StoredFile {
  /** A few words under the name, as what it is for. */
  about?: ReactNode;
  /** Chips beside the name, as how it was judged. */
  marks?: ReactNode;
  /** Fetches, checks and saves it, where the plain link of the browser would do too little. */
  onDownload?: (() => Promise<void>) | undefined;
  /** Buttons after those to look and to download. */
  actions?: ReactNode;
  /** Stands below the row, over its whole width. */
  children?: ReactNode;
}

export function FileDocument({ about, marks, onDownload, actions, children, ...file }: Props) {
  const { t } = useI18n();
  const [looking, setLooking] = useState(false);
  const [pending, setPending] = useState(false);
  const picture = file.mediaType !== null && pictures.includes(file.mediaType);
  return (
    <div className="file">
      <Icon icon={picture ? FileImage : FileText} size="large" />
      <div className="file__words">
        <p className="file__name">
          <bdi>{file.name}</bdi> {marks}
        </p>
        <p className="file__facts">
          {about === undefined ? null : <span>{about}</span>}
          <FileSize bytes={file.size} />
          <Fingerprint sha256={file.sha256} />
        </p>
      </div>
      <div className="file__acts">
        {picture ? (
          <Button size="s" icon={Eye} onPress={() => setLooking(true)}>
            {t("documents.look")}
            <span className="visually-hidden"> {file.name}</span>
          </Button>
        ) : null}
        {file.mediaType === null ? null : onDownload !== undefined ? (
          <Button
            size="s"
            icon={Download}
            aria-label={`${t("documents.download")} ${file.name}`}
            isPending={pending}
            onPress={() => {
              setPending(true);
              void onDownload().finally(() => setPending(false));
            }}
          >
            {t("documents.download")}
          </Button>
        ) : (
          <a className="button button--plain button--s" href={file.address} download={file.name}>
            <Icon icon={Download} />
            <span>
              {t("documents.download")}
              <span className="visually-hidden"> {file.name}</span>
            </span>
          </a>
        )}
        {actions}
      </div>
      {children === undefined ? null : <div className="file__below">{children}</div>}
      {looking && file.mediaType !== null ? (
        <PictureDialog {...file} mediaType={file.mediaType} onClose={() => setLooking(false)} />
      ) : null}
    </div>
  );
}

/** 1.4 MB; below a tenth of a megabyte 37 kB. */
export function FileSize({ bytes }: { bytes: number }) {
  return <span className="nowrap">{useFileSize()(bytes)}</span>;
}

export function useFileSize(): (bytes: number) => string {
  const { t } = useI18n();
  return (bytes) =>
    bytes < 100_000
      ? t("documents.kilobytes", { size: Math.max(1, Math.round(bytes / 1000)) })
      : t("documents.megabytes", { size: Math.round(bytes / 100_000) / 10 });
}

/** The hash of a file, shortened; the button copies all of it. */
export function Fingerprint({ sha256 }: { sha256: string }) {
  const { t } = useI18n();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(sha256).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <span className="fingerprint">
      <span title={sha256}>
        SHA-256 <span className="code">{`${sha256.slice(0, 8)}…${sha256.slice(-4)}`}</span>
      </span>
      <IconButton
        className="fingerprint__copy"
        label={t(copied ? "common.actions.copied" : "documents.copy_hash")}
        icon={copied ? Check : Copy}
        onPress={copy}
      />
    </span>
  );
}

type Picture =
  | { state: "loading" }
  | { state: "failed"; failure: Failure }
  | { state: "changed" }
  | { state: "ready"; address: string };

/** The picture in a frame without any right: whatever a file holds can reach neither the page nor the network. */
export function PictureDialog({
  address,
  name,
  mediaType,
  sha256,
  onClose,
}: StoredFile & { mediaType: string; onClose: () => void }) {
  const { t, language } = useI18n();
  const errorText = useErrorText();
  const [picture, setPicture] = useState<Picture>({ state: "loading" });
  useEffect(() => {
    let ended = false;
    let made: string | null = null;
    const look = async () => {
      const bytes = new Uint8Array(await getBytes(address));
      if ((await hashHex(bytes)) !== sha256) {
        setPicture({ state: "changed" });
        return;
      }
      const page = await framePage(bytes, mediaType, language);
      if (!ended) {
        made = URL.createObjectURL(page);
        setPicture({ state: "ready", address: made });
      }
    };
    look().catch((thrown: unknown) => {
      if (!ended) setPicture({ state: "failed", failure: failureOf(thrown) });
    });
    return () => {
      ended = true;
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [address, mediaType, sha256, language]);
  return (
    <Dialog
      isOpen
      wide
      onClose={onClose}
      title={<bdi>{name}</bdi>}
      actions={
        <Button variant="main" onPress={onClose}>
          {t("common.actions.close")}
        </Button>
      }
    >
      {picture.state === "loading" ? <Skeleton lines={8} /> : null}
      {picture.state === "failed" ? (
        <Notice tone="bad" live>
          {errorText(picture.failure)}
        </Notice>
      ) : null}
      {picture.state === "changed" ? (
        <Notice tone="bad" live title={t("documents.changed_title")}>
          {t("documents.changed_text")}
        </Notice>
      ) : null}
      {picture.state === "ready" ? (
        <iframe
          className="picture-frame"
          sandbox=""
          src={picture.address}
          title={t("documents.picture", { name })}
        />
      ) : null}
    </Dialog>
  );
}
