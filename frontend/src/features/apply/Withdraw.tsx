/** Withdrawing an application, after a question; it cannot be undone. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { OwnApplication } from "../../sync/applications";
import { withdrawApplication } from "../../sync/applying";
import { Button, Dialog, Notice, TextArea } from "../../ui";
import { failureOf } from "../members/errors";
import { most } from "./form";
import { useProblem } from "./useProblem";

interface Props {
  onDone: (application: OwnApplication) => void;
  onEnded: () => void;
}

export function Withdraw({ onDone, onEnded }: Props) {
  const { t } = useI18n();
  const problem = useProblem();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [pending, setPending] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const withdraw = async () => {
    setPending(true);
    setFailed(null);
    try {
      const application = await withdrawApplication(text.trim());
      setOpen(false);
      onDone(application);
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure.code === "not_found") {
        setOpen(false);
        onEnded();
        return;
      }
      setFailed(problem(failure));
    } finally {
      setPending(false);
    }
  };
  return (
    <>
      <Button size="s" variant="danger" onPress={() => setOpen(true)}>
        {t("apply.withdraw.open")}
      </Button>
      <Dialog
        isOpen={open}
        isAlert
        isBusy={pending}
        onClose={() => setOpen(false)}
        title={t("apply.withdraw.title")}
        actions={
          <>
            <Button isDisabled={pending} onPress={() => setOpen(false)}>
              {t("apply.withdraw.keep")}
            </Button>
            <Button
              variant="danger"
              isPending={pending}
              pendingLabel={t("apply.withdraw.acting")}
              onPress={() => void withdraw()}
            >
              {t("apply.withdraw.act")}
            </Button>
          </>
        }
      >
        <p>{t("apply.withdraw.text")}</p>
        <TextArea
          label={t("apply.withdraw.reason")}
          optional
          value={text}
          onChange={setText}
          maxLength={most.text}
        />
        {failed === null ? null : (
          <Notice tone="bad" live>
            {failed}
          </Notice>
        )}
      </Dialog>
    </>
  );
}
