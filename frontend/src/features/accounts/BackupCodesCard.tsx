/** How many backup codes are left for signing in, and ten new ones, shown once. */
import { Copy, Download } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import { post } from "../../sync/http";
import { Button, Card, Notice } from "../../ui";
import { useSnapshot } from "../core";
import { copyText, saveText } from "../enrolment/keep";
import { useAct } from "../members/act";
import { useActProblem, useErrorText } from "../members/errors";
import { useResource } from "../resource";
import { backupCodesLeftSchema, backupCodesSchema } from "./answers";

/** Fewer than this is a reason to make new ones. */
const FEW = 3;

export function BackupCodesCard() {
  const { t } = useI18n();
  const act = useAct();
  const errorText = useErrorText();
  const problemOf = useActProblem("accounts.keys.failed");
  const email = useSnapshot((snapshot) => snapshot.session?.account?.email ?? "");
  const [left, reload] = useResource("/api/backup-codes", backupCodesLeftSchema);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [copied, setCopied] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const make = async () => {
    setPending(true);
    setProblem(null);
    const outcome = await act(() => post("/api/backup-codes", {}, backupCodesSchema));
    setPending(false);
    if (outcome.done) {
      setCodes(outcome.value.codes);
      setCopied(false);
      void reload();
    } else if (outcome.failure !== null) {
      setProblem(problemOf(outcome.failure));
    }
  };

  if (codes !== null) {
    return (
      <Card
        title={t("accounts.keys.backup_shown")}
        actions={
          <>
            <Button size="s" icon={Copy} onPress={() => void copyText(codes.join("\n")).then(setCopied)}>
              {t(copied ? "common.actions.copied" : "common.actions.copy")}
            </Button>
            <Button
              size="s"
              icon={Download}
              onPress={() =>
                saveText(t("accounts.keys.backup_file"), `Entente\n${email}\n\n${codes.join("\n")}\n`)
              }
            >
              {t("accounts.keys.backup_save")}
            </Button>
          </>
        }
      >
        <div className="stack">
          <Notice tone="warn" live>
            {t("accounts.keys.backup_once")}
          </Notice>
          <ul className="backup-list" dir="ltr" aria-label={t("accounts.keys.backup_list")}>
            {codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ul>
          <Button variant="main" onPress={() => setCodes(null)}>
            {t("accounts.keys.backup_kept")}
          </Button>
        </div>
      </Card>
    );
  }
  return (
    <Card title={t("accounts.keys.backup_title")}>
      <div className="stack">
        <p className="muted">{t("accounts.keys.backup_text")}</p>
        {left.state === "ready" ? (
          left.value.left < FEW ? (
            <Notice tone="warn">{t("accounts.keys.backup_left", { count: left.value.left })}</Notice>
          ) : (
            <p>{t("accounts.keys.backup_left", { count: left.value.left })}</p>
          )
        ) : null}
        {left.state === "failed" ? <Notice tone="warn">{errorText(left.failure)}</Notice> : null}
        {problem === null ? null : (
          <Notice tone="bad" live>
            {problem}
          </Notice>
        )}
        <Button
          isPending={pending}
          pendingLabel={t("accounts.keys.backup_making")}
          onPress={() => void make()}
        >
          {t("accounts.keys.backup_make")}
        </Button>
      </div>
    </Card>
  );
}
