/** One's own keys: the signing key, the recovery code, the browsers that hold keys, the backup codes. */
import { Lock, LockOpen } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import type { RecoveryCode } from "../../sync/contract";
import { Button, Card, Chip, Notice, Page, toast } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { RecoveryCodeForm, WhereToKeep } from "../enrolment/RecoveryCodeStep";
import "../enrolment/enrolment.css";
import { ActProvider, useAct } from "../members/act";
import { Code } from "../members/Code";
import { useActProblem } from "../members/errors";
import "../members/members.css";
import { AccountPage } from "./AccountPage";
import { BackupCodesCard } from "./BackupCodesCard";
import { Devices } from "./Devices";
import { PasskeysCard } from "./PasskeysCard";

export function Keys() {
  return (
    <ActProvider>
      <KeysPage />
    </ActProvider>
  );
}

function KeysPage() {
  const { t } = useI18n();
  const core = useCore();
  const [code, setCode] = useState<RecoveryCode | null>(null);
  const compare = useSnapshot((snapshot) => snapshot.me?.codeToCompare ?? null);
  // The two views of this page are places of their own: each begins at its heading.
  const writing = code !== null;
  const before = useRef(writing);
  useEffect(() => {
    if (before.current !== writing) {
      before.current = writing;
      const heading = document.querySelector<HTMLElement>("main h1");
      heading?.focus({ preventScroll: true });
      globalThis.scrollTo(0, 0);
      document.querySelector(".shell__content")?.scrollTo(0, 0);
    }
  }, [writing]);
  if (code !== null) {
    return (
      <Page aside={<WhereToKeep serial={code.serial} />} asideLabel={t("enrolment.recovery.where")}>
        <div className="stack stack--wide">
          <RecoveryCodeForm
            code={code}
            email={null}
            confirm={(answers) => core.confirmReplacement(answers)}
            onDone={() => {
              setCode(null);
              toast(t("accounts.keys.replaced"));
            }}
          />
          <Notice
            tone="plain"
            action={
              <Button size="s" onPress={() => setCode(null)}>
                {t("accounts.keys.stop")}
              </Button>
            }
          >
            {t("accounts.keys.replace_text")}
          </Notice>
        </div>
      </Page>
    );
  }
  return (
    <AccountPage
      title={t("accounts.keys.title")}
      lead={t("accounts.keys.lead")}
      asideLabel={t("accounts.keys.identity_title")}
      aside={
        <>
          {compare === null || compare === "" ? null : (
            <Card title={t("accounts.keys.code_title")}>
              <Code value={compare} />
              <p className="small muted card-after">{t("accounts.keys.code_text")}</p>
            </Card>
          )}
          <SigningKey />
        </>
      }
    >
      <PasskeysCard />
      <Devices />
      <RecoveryCard onCode={setCode} />
      <BackupCodesCard />
    </AccountPage>
  );
}

/** Locked, or open until a time; it locks itself. */
function SigningKey() {
  const { t, formatTime } = useI18n();
  const core = useCore();
  const until = useSnapshot((snapshot) => snapshot.identityUnlockedUntil);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (until === null) {
      return;
    }
    setNow(Date.now());
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, until - Date.now()) + 100);
    return () => clearTimeout(timer);
  }, [until]);
  const open = until !== null && until > now;
  return (
    <Card
      title={t("accounts.keys.identity_title")}
      actions={
        <Chip tone={open ? "warn" : "neutral"} icon={open ? LockOpen : Lock}>
          {open
            ? t("accounts.keys.identity_unlocked", { time: formatTime(until) })
            : t("accounts.keys.identity_locked")}
        </Chip>
      }
    >
      <p className="small muted">{t("accounts.keys.identity_text")}</p>
      {open ? (
        <div className="card-after">
          <Button
            size="s"
            icon={Lock}
            onPress={() =>
              void core.lockIdentity().then(
                () => toast(t("accounts.keys.locked_now")),
                () => undefined,
              )
            }
          >
            {t("accounts.keys.lock")}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

function RecoveryCard({ onCode }: { onCode: (code: RecoveryCode) => void }) {
  const { t } = useI18n();
  const core = useCore();
  const act = useAct();
  const problemOf = useActProblem("accounts.keys.failed");
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const replace = async () => {
    setPending(true);
    setProblem(null);
    const outcome = await act(() => core.replaceRecoveryCode());
    setPending(false);
    if (outcome.done) {
      onCode(outcome.value);
    } else if (outcome.failure !== null) {
      setProblem(problemOf(outcome.failure));
    }
  };
  return (
    <Card title={t("accounts.keys.recovery_title")}>
      <div className="stack">
        <p className="muted">{t("accounts.keys.recovery_text")}</p>
        {problem === null ? null : (
          <Notice tone="bad" live>
            {problem}
          </Notice>
        )}
        <Button
          isPending={pending}
          pendingLabel={t("accounts.keys.replacing")}
          onPress={() => void replace()}
        >
          {t("accounts.keys.replace")}
        </Button>
        <p className="small subtle">{t("recovery.rekey.lost_code")}</p>
      </div>
    </Card>
  );
}
