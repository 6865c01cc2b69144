/**
 * Other words for a message that has not left. The dialog stands above the thread: a message that leaves while it is
 * being changed takes nothing of the new words along.
 */
import { createContext, type ReactNode, useContext, useState } from "react";
import { useI18n } from "../../i18n";
import type { Hex } from "../../sync/contract";
import { Button, Dialog, Notice, TextArea } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { type Failure, failureOf, useErrorText } from "../members/errors";
import type { Message } from "./thread";
import { tooLong, worthSending } from "./writing";

const EditContext = createContext<(message: Message) => void>(() => undefined);

export function useEdit(): (message: Message) => void {
  return useContext(EditContext);
}

export function EditProvider({ conversation, children }: { conversation: Hex; children: ReactNode }) {
  const [message, setMessage] = useState<Message | null>(null);
  return (
    <EditContext value={setMessage}>
      {children}
      {message !== null && (
        <Edit
          key={message.key}
          conversation={conversation}
          message={message}
          onClose={() => setMessage(null)}
        />
      )}
    </EditContext>
  );
}

function Edit({
  conversation,
  message,
  onClose,
}: {
  conversation: Hex;
  message: Message;
  onClose: () => void;
}) {
  const { t } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const begun = useSnapshot((snapshot) => snapshot.drafts[conversation] ?? null);
  const [text, setText] = useState(message.text);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const run = (act: Promise<unknown>) => {
    setBusy(true);
    act.then(onClose).catch((thrown: unknown) => {
      setFailure(failureOf(thrown));
      setBusy(false);
    });
  };
  const save = () => {
    if (worthSending(text) && !busy) run(core.editPending(conversation, message.key, text));
  };
  const toField = () => {
    const both = begun === null ? text : `${begun.text}\n\n${text}`;
    run(core.saveDraft(conversation, { text: both }, begun, true));
  };
  const left = failure?.code === "already_sent";
  const unfit = tooLong(text)
    ? t("conversations.composer.too_long")
    : worthSending(text)
      ? null
      : t("conversations.composer.empty");
  return (
    <Dialog
      isOpen
      wide
      isDismissable={text === message.text}
      onClose={onClose}
      title={t("writing.edit.title")}
      onSubmit={left ? toField : save}
      actions={
        <>
          <Button onPress={onClose}>{t("common.actions.cancel")}</Button>
          <Button type="submit" variant="main" isPending={busy} whyDisabled={unfit}>
            {t(left ? "writing.edit.to_field" : "writing.edit.save")}
          </Button>
        </>
      }
    >
      <TextArea
        label={t("writing.edit.label")}
        value={text}
        onChange={setText}
        rows={6}
        dir="auto"
        autoFocus
        error={tooLong(text) ? t("conversations.composer.too_long") : null}
      />
      {message.attempted === true && <Notice tone="info" title={t("writing.edit.may_have_left")} />}
      {failure !== null && (
        <Notice tone="bad" title={t("writing.edit.failed", { reason: errorText(failure) })} />
      )}
    </Dialog>
  );
}
