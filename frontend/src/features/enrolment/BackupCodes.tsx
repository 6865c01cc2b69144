/** Backup codes, shown once: each replaces one one-time code at sign-in. */
import { Copy, Download, Printer } from "lucide-react";
import { useState } from "react";
import { createPortal } from "react-dom";
import { useI18n } from "../../i18n";
import { Button, Card, Checkbox, PageHeader } from "../../ui";
import type { Invited } from "./answers";
import { type Around, enrolmentFrame } from "./Frame";
import { copyText, saveText } from "./keep";

interface Props {
  invited: (Pick<Invited, "email"> & Partial<Pick<Invited, "kind">>) | null;
  codes: readonly string[];
  onDone: () => void;
  around?: Around;
}

export function BackupCodes({ invited, codes, onDone, around = enrolmentFrame(invited) }: Props) {
  const { t } = useI18n();
  const [copied, setCopied] = useState(false);
  const [kept, setKept] = useState(false);
  const heading = t("enrolment.backup.file_text", { email: invited?.email ?? "" });
  return around(
    "second_factor",
    <>
      <PageHeader title={t("enrolment.backup.title")} lead={t("enrolment.backup.text")} />
      <div className="stack stack--wide">
        <Card
          title={t("enrolment.backup.list")}
          actions={
            <>
              <Button size="s" icon={Printer} onPress={() => window.print()}>
                {t("common.actions.print")}
              </Button>
              <Button size="s" icon={Copy} onPress={() => void copyText(codes.join("\n")).then(setCopied)}>
                {t(copied ? "common.actions.copied" : "common.actions.copy")}
              </Button>
              <Button
                size="s"
                icon={Download}
                onPress={() => saveText(t("enrolment.backup.file"), `${heading}\n\n${codes.join("\n")}\n`)}
              >
                {t("enrolment.backup.save")}
              </Button>
            </>
          }
        >
          <ul className="backup-codes" dir="ltr">
            {codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ul>
        </Card>
        <Checkbox isSelected={kept} onChange={setKept}>
          {t("enrolment.backup.kept")}
        </Checkbox>
        <div>
          <Button
            variant="main"
            whyDisabled={kept ? null : t("enrolment.backup.whydisabled")}
            onPress={onDone}
          >
            {t("common.actions.continue")}
          </Button>
        </div>
      </div>
      {createPortal(
        <section className="print-sheet" aria-hidden="true">
          <h1>{t("enrolment.backup.list")}</h1>
          <p>{heading}</p>
          <ul className="backup-codes" dir="ltr">
            {codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ul>
        </section>,
        document.body,
      )}
    </>,
  );
}
