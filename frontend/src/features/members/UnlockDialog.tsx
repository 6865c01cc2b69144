/** Asks for a passkey or the recovery code, which open the identity key for ten minutes. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Dialog } from "../../ui";
import { confirmByPasskey, secretOf } from "../accounts/passkeys";
import { TouchFirst } from "../accounts/TouchFirst";
import { useTouchUnlocks } from "../accounts/unlocking";
import { useCore, useSnapshot } from "../core";
import { DemoFill } from "../enrolment/DemoFill";
import { type Groups, RecoveryInput, written } from "../enrolment/RecoveryInput";
import { useRecoveryProblem } from "../enrolment/recoveryProblem";

export function UnlockDialog({ onAnswer }: { onAnswer: (unlocked: boolean) => void }) {
  const { t } = useI18n();
  const core = useCore();
  const problemOf = useRecoveryProblem();
  const [groups, setGroups] = useState<Groups>({});
  const [ready, setReady] = useState(false);
  const byTouch = useTouchUnlocks();
  const network = useSnapshot((snapshot) => snapshot.session?.network.id ?? null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [touched, setTouched] = useState<string | null>(null);
  const unlock = async (open: () => Promise<void>, say: (problem: string | null) => void) => {
    setPending(true);
    setProblem(null);
    setTouched(null);
    try {
      await open();
      onAnswer(true);
    } catch (thrown) {
      say(problemOf(thrown));
      setPending(false);
    }
  };
  // One touch says that it is you, and opens the signing key.
  const touch = async () => {
    const secret = secretOf(await confirmByPasskey(network));
    await core.unlockWithPasskey(secret).finally(() => secret.fill(0));
    await core.refresh().catch(() => undefined);
  };
  const change = (next: Groups) => {
    setGroups(next);
    setProblem(null);
  };
  return (
    <Dialog
      isOpen
      wide
      isBusy={pending}
      onClose={() => onAnswer(false)}
      onSubmit={() => {
        if (ready) void unlock(() => core.unlockIdentity(written(groups)), setProblem);
      }}
      title={t(byTouch ? "passkeys.unlock.title" : "members.unlock.title")}
      actions={
        <>
          <Button
            type="submit"
            variant={byTouch ? "plain" : "main"}
            isPending={pending}
            pendingLabel={t("members.unlock.acting")}
            whyDisabled={ready ? null : t("enrolment.browser.whydisabled")}
          >
            {t("members.unlock.act")}
          </Button>
          <Button variant="quiet" onPress={() => onAnswer(false)}>
            {t("common.actions.cancel")}
          </Button>
          <DemoFill onFill={change} />
        </>
      }
    >
      <p>{t(byTouch ? "passkeys.unlock.text" : "members.unlock.text")}</p>
      {byTouch ? (
        <TouchFirst
          act={t("passkeys.unlock.act")}
          or={t("passkeys.unlock.or")}
          problem={touched}
          variant="main"
          isDisabled={pending}
          onTouch={() => void unlock(touch, setTouched)}
        />
      ) : null}
      <RecoveryInput
        groups={groups}
        onChange={change}
        onReady={setReady}
        problem={problem}
        autoFocus={!byTouch}
      />
    </Dialog>
  );
}
