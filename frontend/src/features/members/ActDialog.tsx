/** A question before an act that counts: what will happen, one button that names it, and a way out. */
import { type ReactNode, useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Dialog, Notice } from "../../ui";
import { useAct } from "./act";
import { useActProblem } from "./errors";

interface Props {
  title: string;
  act: string;
  acting?: string;
  danger?: boolean;
  whyDisabled?: string | null;
  call: () => Promise<void>;
  onDone?: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function ActDialog({
  title,
  act,
  acting = act,
  danger = false,
  whyDisabled = null,
  call,
  onDone,
  onClose,
  children,
}: Props) {
  const { t } = useI18n();
  const run = useAct();
  const problemOf = useActProblem();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const press = async () => {
    setPending(true);
    setProblem(null);
    const outcome = await run(call);
    setPending(false);
    if (outcome.done) {
      onDone?.();
      onClose();
    } else if (outcome.failure) {
      setProblem(problemOf(outcome.failure));
    }
  };
  return (
    <Dialog
      isOpen
      isAlert={danger}
      isBusy={pending}
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button
            variant={danger ? "danger" : "main"}
            isPending={pending}
            pendingLabel={acting}
            whyDisabled={whyDisabled}
            onPress={() => void press()}
          >
            {act}
          </Button>
          <Button variant="quiet" onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      {children}
      {problem !== null && (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
    </Dialog>
  );
}
