/** Asks before a person leaves a computer on which words of theirs still wait. */
import { useEffect, useRef } from "react";
import { useI18n } from "../../i18n";
import { Button, Dialog } from "../../ui";
import { useCore, useSnapshot } from "../core";

/** `asked` while the person wants to sign out; without anything waiting nothing is asked. */
export function useSignOut(ask: () => void): () => void {
  const core = useCore();
  const waits = useSnapshot((snapshot) => snapshot.waiting !== null);
  return waits ? ask : () => void core.signOut().catch(() => undefined);
}

export function SignOutDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const core = useCore();
  const count = useSnapshot((snapshot) => snapshot.waiting?.messages ?? 0);
  const close = useRef(onClose);
  close.current = onClose;
  // Everything has left meanwhile: the question is over, and does not come back with the next message.
  useEffect(() => {
    if (count === 0) close.current();
  }, [count]);
  if (count === 0) return null;
  return (
    <Dialog
      isOpen
      isAlert
      onClose={onClose}
      title={t("writing.leaving.title", { count })}
      actions={
        <>
          <Button onPress={onClose}>{t("writing.leaving.stay")}</Button>
          <Button variant="danger" onPress={() => void core.signOut().catch(() => undefined)}>
            {t("writing.leaving.confirm")}
          </Button>
        </>
      }
    >
      <p>{t("writing.leaving.text")}</p>
    </Dialog>
  );
}
