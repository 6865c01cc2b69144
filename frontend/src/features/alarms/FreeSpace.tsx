/** One conscious act that frees space in this browser, and loses nothing that the server cannot give back. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Dialog, Notice } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { failureOf, useErrorText } from "../members/errors";

const megabyte = 1_000_000;

export function FreeSpaceDialog({
  onClose,
  onDone,
}: {
  onClose: () => void;
  onDone: (size: number) => void;
}) {
  const { t } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const online = useSnapshot((snapshot) => snapshot.connection === "online");
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const free = () => {
    setPending(true);
    setProblem(null);
    core
      .freeSpace()
      .then(({ bytes }) => onDone(bytes / megabyte))
      .catch((thrown: unknown) => {
        setProblem(t("keeping.free.failed", { reason: errorText(failureOf(thrown)) }));
        setPending(false);
      });
  };
  return (
    <Dialog
      isOpen
      isAlert
      isBusy={pending}
      onClose={onClose}
      title={t("keeping.free.title")}
      actions={
        <>
          <Button variant="quiet" onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
          <Button
            variant="main"
            isPending={pending}
            pendingLabel={t("keeping.free.acting")}
            whyDisabled={online ? null : t("keeping.free.offline")}
            onPress={free}
          >
            {t("keeping.free.confirm")}
          </Button>
        </>
      }
    >
      <div className="stack">
        {problem !== null && <Notice tone="bad" title={problem} />}
        <p>{t("keeping.free.text")}</p>
        <p>{t("keeping.free.stays")}</p>
        <p>{t("keeping.free.pause")}</p>
      </div>
    </Dialog>
  );
}
