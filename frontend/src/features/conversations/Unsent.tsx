/** A message that has not left: for how long, why, and what its author can still do with it. */
import { Clock } from "lucide-react";
import { useState } from "react";
import { type I18n, useI18n } from "../../i18n";
import type { Hex, WaitReason } from "../../sync/contract";
import { Button, Dialog, Icon } from "../../ui";
import { useCore } from "../core";
import { useErrorText } from "../members/errors";
import { useEdit } from "./EditPending";
import { useFacts } from "./facts";
import type { Message } from "./thread";
import { useNow } from "./useNow";
import { ageOf } from "./writing";

function whyOf(message: Message, online: boolean): WaitReason | null {
  return message.waits ?? (online ? null : "offline");
}

function ageText({ t, formatTime, formatDay }: I18n, at: number, now: number): string {
  const age = ageOf(at, now);
  switch (age.kind) {
    case "now":
      return t("writing.age.now");
    case "minutes":
      return t("writing.age.minutes", { count: age.count });
    case "day":
      return t("writing.age.day", { day: formatDay(at), time: formatTime(at) });
    default:
      return t(`writing.age.${age.kind}`, { time: formatTime(at) });
  }
}

/** In the place where other messages say that they were sent or read. */
export function Waits({ message }: { message: Message }) {
  const i18n = useI18n();
  const { online } = useFacts();
  const now = useNow();
  const why = whyOf(message, online);
  return (
    <span className="state state--pending">
      <Icon icon={Clock} />
      {why === null ? (
        <span>{i18n.t("conversations.state.pending")}</span>
      ) : (
        <span>
          <span>{i18n.t(`writing.why.${why}`)}</span>{" "}
          <span className="state__age">{ageText(i18n, message.at, now)}</span>
        </span>
      )}
    </span>
  );
}

/** Below a message that waits, or that was refused for good. */
export function Unsent({ conversation, message }: { conversation: Hex; message: Message }) {
  const { t } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const { online } = useFacts();
  const edit = useEdit();
  const [asking, setAsking] = useState(false);
  const failed = message.state === "failed";
  if (!failed && whyOf(message, online) === null) return null;
  return (
    <div className="msg__failed">
      {failed && message.failure !== null && <p>{errorText({ code: message.failure, detail: "" })}</p>}
      <div className="actions">
        {failed && (
          <Button size="s" onPress={() => void core.retry(conversation, message.key).catch(() => undefined)}>
            {t("conversations.state.retry")}
          </Button>
        )}
        <Button size="s" variant={failed ? "quiet" : "plain"} onPress={() => edit(message)}>
          {t("writing.edit.button")}
        </Button>
        <Button size="s" variant="quiet" onPress={() => setAsking(true)}>
          {t("conversations.state.discard")}
        </Button>
      </div>
      {asking && (
        <Dialog
          isOpen
          isAlert
          onClose={() => setAsking(false)}
          title={t("writing.discard.title")}
          actions={
            <>
              <Button onPress={() => setAsking(false)}>{t("common.actions.cancel")}</Button>
              <Button
                variant="danger"
                onPress={() => {
                  setAsking(false);
                  void core.discard(conversation, message.key).catch(() => undefined);
                }}
              >
                {t("writing.discard.confirm")}
              </Button>
            </>
          }
        >
          <p>{t(message.attempted ? "writing.discard.may_have_left" : "writing.discard.text")}</p>
        </Dialog>
      )}
    </div>
  );
}
