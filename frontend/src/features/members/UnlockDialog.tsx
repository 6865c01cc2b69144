/** Asks for the recovery code, which opens the identity key for ten minutes. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Dialog } from "../../ui";
import { useCore } from "../core";
import { DemoFill } from "../enrolment/DemoFill";
import { type Groups, RecoveryInput, written } from "../enrolment/RecoveryInput";
import { useRecoveryProblem } from "../enrolment/recoveryProblem";

export function UnlockDialog({ onAnswer }: { onAnswer: (unlocked: boolean) => void }) {
  const { t } = useI18n();
  const core = useCore();
  const problemOf = useRecoveryProblem();
  const [groups, setGroups] = useState<Groups>({});
  const [ready, setReady] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const unlock = async () => {
    if (!ready) return;
    setPending(true);
    setProblem(null);
    try {
      await core.unlockIdentity(written(groups));
      onAnswer(true);
    } catch (thrown) {
      setProblem(problemOf(thrown));
      setPending(false);
    }
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
      onSubmit={() => void unlock()}
      title={t("members.unlock.title")}
      actions={
        <>
          <Button
            type="submit"
            variant="main"
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
      <p>{t("members.unlock.text")}</p>
      <RecoveryInput groups={groups} onChange={change} onReady={setReady} problem={problem} autoFocus />
    </Dialog>
  );
}
