/** A browser without keys: the recovery code opens them. Also where this address serves another network than before. */
import { type ReactNode, useState } from "react";
import { useI18n } from "../../i18n";
import type { CoreError } from "../../sync/contract";
import { Button, Card, Notice, Page, PageHeader } from "../../ui";
import { confirmByPasskey, derivedNothing, secretOf } from "../accounts/passkeys";
import { TouchFirst } from "../accounts/TouchFirst";
import { passkeysSupported } from "../accounts/webauthn";
import { BeforeNotice } from "../alarms/BeforeNotice";
import { useCore, useSnapshot } from "../core";
import { failureOf, useErrorText } from "../members/errors";
import { DemoFill } from "./DemoFill";
import { type Groups, RecoveryInput, written } from "./RecoveryInput";
import { useRecoveryProblem } from "./recoveryProblem";
import "./enrolment.css";

export function NewBrowser() {
  const phase = useSnapshot((snapshot) => snapshot.phase);
  if (phase.name !== "new_browser") return null;
  return phase.otherNetwork ? (
    <OtherNetwork />
  ) : (
    <Open
      serial={phase.serial}
      date={phase.date}
      failure={phase.failure ?? null}
      before={<BeforeNotice phase={phase} />}
      known={phase.why !== undefined}
    />
  );
}

/** Whether it is a passkey that opened nothing. */
function isOfTouch({ code }: CoreError): boolean {
  return code.startsWith("passkey_");
}

interface OpenProps {
  serial: number;
  date: number;
  /** Of the try before, where the reading of the Register has taken the place of this screen meanwhile. */
  failure: CoreError | null;
  before: ReactNode;
  /** This browser had keys before, and `before` says what became of them. */
  known: boolean;
}

function Open({ serial, date, failure, before, known }: OpenProps) {
  const { t, formatDate } = useI18n();
  const core = useCore();
  const problemOf = useRecoveryProblem();
  const [groups, setGroups] = useState<Groups>({});
  const [ready, setReady] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState(failure === null || isOfTouch(failure) ? null : problemOf(failure));
  const [touched, setTouched] = useState(failure !== null && isOfTouch(failure) ? problemOf(failure) : null);
  const change = (next: Groups) => {
    setGroups(next);
    setProblem(null);
  };
  const network = useSnapshot((snapshot) => snapshot.session?.network.id ?? null);
  const byTouch = useSnapshot((snapshot) => (snapshot.session?.passkeys ?? 0) > 0) && passkeysSupported();
  const touch = async () => {
    const touched = await confirmByPasskey(network);
    const secret = secretOf(touched);
    await core.openWithPasskey(secret, touched.credential).finally(() => secret.fill(0));
  };
  const open = async (by: () => Promise<void>, say: (problem: string | null) => void) => {
    setPending(true);
    setProblem(null);
    setTouched(null);
    try {
      await by();
    } catch (thrown) {
      say(problemOf(thrown));
      setPending(false);
    }
  };
  return (
    <Page layout="narrow">
      <PageHeader
        title={t("enrolment.browser.title")}
        lead={
          serial > 0
            ? t("enrolment.browser.text", { serial, date: formatDate(date) })
            : t("enrolment.browser.text_plain")
        }
      />
      <form
        className="stack stack--wide"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void open(() => core.openWithRecoveryCode(written(groups)), setProblem);
        }}
        noValidate
      >
        {before}
        {byTouch ? (
          <>
            {derivedNothing() ? <Notice tone="info">{t("passkeys.browser.silent")}</Notice> : null}
            <TouchFirst
              act={t("passkeys.browser.act")}
              or={t("passkeys.browser.or")}
              problem={touched}
              variant={derivedNothing() ? "plain" : "main"}
              size="l"
              isDisabled={pending}
              onTouch={() => void open(touch, setTouched)}
            />
          </>
        ) : null}
        <Card>
          <RecoveryInput
            groups={groups}
            onChange={change}
            onReady={setReady}
            problem={problem}
            autoFocus={!byTouch}
          />
        </Card>
        <div className="actions">
          <Button
            type="submit"
            variant="main"
            isPending={pending}
            pendingLabel={t("enrolment.browser.acting")}
            whyDisabled={ready ? null : t("enrolment.browser.whydisabled")}
          >
            {t("enrolment.browser.act")}
          </Button>
          <DemoFill onFill={change} />
          <Button variant="quiet" onPress={() => void core.signOut().catch(() => undefined)}>
            {t("common.actions.sign_out")}
          </Button>
        </div>
        {known ? null : <p className="muted">{t("enrolment.browser.kept")}</p>}
        <Notice tone="plain" title={t("enrolment.browser.lost_title")}>
          {t("recovery.rekey.lost")}
        </Notice>
      </form>
    </Page>
  );
}

function OtherNetwork() {
  const { t } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const leave = async () => {
    setPending(true);
    setProblem(null);
    try {
      await core.leaveOtherNetwork();
    } catch (thrown) {
      setProblem(errorText(failureOf(thrown)));
      setPending(false);
    }
  };
  return (
    <Page layout="narrow">
      <PageHeader title={t("enrolment.browser.other_title")} />
      <div className="stack stack--wide">
        <Notice tone="warn">{t("enrolment.browser.other_text")}</Notice>
        <p>{t("enrolment.browser.other_kept")}</p>
        {problem !== null && (
          <Notice tone="bad" live>
            {problem}
          </Notice>
        )}
        <div className="actions">
          <Button
            variant="danger"
            isPending={pending}
            pendingLabel={t("enrolment.browser.other_acting")}
            onPress={() => void leave()}
          >
            {t("enrolment.browser.other_act")}
          </Button>
          <Button variant="quiet" onPress={() => void core.signOut().catch(() => undefined)}>
            {t("common.actions.sign_out")}
          </Button>
        </div>
      </div>
    </Page>
  );
}
