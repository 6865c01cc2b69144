/** Where the next message is written. What was begun belongs to the conversation, on each of the person's browsers. */
import { SendHorizontal } from "lucide-react";
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import type { ConversationView } from "../../sync/contract";
import { Button, Notice, Progress } from "../../ui";
import { ReadOnlyNotice, useMayOnlyRead } from "../charter/ReadOnly";
import { useCore, useSnapshot } from "../core";
import { failureOf, useErrorText } from "../members/errors";
import { HeldNotice, useHeld } from "../members/HeldNotice";
import { useLookup } from "../members/names";
import { OnlyHere } from "./OnlyHere";
import { others } from "./participants";
import { useEnterSends } from "./preferences";
import { useDraft } from "./useDraft";
import { emptyDraft, sends, tooLong, worthSending } from "./writing";

/** How often the other side is told that somebody writes. */
const typingEvery = 3000;
/** The number of every key that an input method has taken for itself. */
const ofInputMethod = 229;

export function Composer({ view }: { view: ConversationView }) {
  const { t } = useI18n();
  const suspended = useSnapshot(
    ({ me, authorities }) => authorities.find((each) => each.id === me?.authority)?.status === "suspended",
  );
  const held = useHeld();
  const onlyRead = useMayOnlyRead();
  if (held && !suspended) {
    return (
      <div className="write">
        <HeldNotice />
      </div>
    );
  }
  if (view.closed !== null) {
    const kind = view.closed === "not_member" || suspended ? "not_member" : "nobody";
    return (
      <div className="write">
        <Notice
          tone="info"
          title={t(
            suspended ? "conversations.composer.closed_suspended" : `conversations.composer.closed_${kind}`,
          )}
        >
          {t(`conversations.composer.closed_${kind}_text`)}
        </Notice>
      </div>
    );
  }
  if (onlyRead) {
    return (
      <div className="write">
        <ReadOnlyNotice />
      </div>
    );
  }
  return (
    <div className="write">
      {view.sealing !== null && (
        <div className="write__sealing">
          <Progress
            label={t("conversations.composer.sealing")}
            done={view.sealing.done}
            total={view.sealing.total}
          />
          <p>{t("conversations.composer.sealing_text")}</p>
        </div>
      )}
      <Field view={view} />
    </div>
  );
}

function Field({ view }: { view: ConversationView }) {
  const { t, stateName } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const people = useLookup();
  const own = useSnapshot((snapshot) => snapshot.me?.authority ?? null);
  const [enter] = useEnterSends();
  const { draft, change: begin, keep, leave, failure } = useDraft(view.id);
  const { text } = draft;
  const [problem, setProblem] = useState<string | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const told = useRef(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = area.current;
    if (element === null) return;
    element.style.blockSize = "auto";
    element.style.blockSize = `${element.scrollHeight}px`;
  }, [text]);

  const change = (next: string) => {
    begin({ ...emptyDraft, text: next });
    setProblem(null);
    const now = Date.now();
    if (next !== "" && now - told.current > typingEvery) {
      told.current = now;
      void core.typing(view.id).catch(() => undefined);
    }
  };

  const send = () => {
    if (!worthSending(text)) return;
    setProblem(null);
    told.current = 0;
    area.current?.focus();
    const going = core.send(view.id, text);
    leave(going);
    going.catch((thrown: unknown) => {
      setProblem(t("conversations.composer.not_sent", { reason: errorText(failureOf(thrown)) }));
    });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // Safari ends a composition before it tells of the Enter that ended it: only the number says whose key that was.
    const isComposing = event.nativeEvent.isComposing || event.keyCode === ofInputMethod;
    if (!sends({ ...pick(event), isComposing }, enter)) return;
    event.preventDefault();
    send();
  };

  const with_ = others(view.participants, own, people);
  const [only] = with_;
  const placeholder =
    with_.length === 1 && only
      ? t("conversations.composer.placeholder", { name: stateName(only.state) })
      : t("conversations.composer.placeholder_many");
  const onlyHere = useSnapshot((snapshot) => snapshot.draftsHere[view.id] ?? null);
  const excessive = tooLong(text);
  const unkept = failure === null ? null : t("writing.draft.not_kept", { reason: errorText(failure) });
  const fault = excessive ? t("conversations.composer.too_long") : (problem ?? unkept);
  return (
    <>
      {fault !== null && (
        <p className="write__fault" role="alert">
          {fault}
        </p>
      )}
      {onlyHere !== null && <OnlyHere why={onlyHere} />}
      <div className="write__box">
        <textarea
          ref={area}
          className="write__text"
          rows={1}
          dir="auto"
          value={text}
          placeholder={placeholder}
          aria-label={t("conversations.composer.label")}
          aria-describedby="write-hint"
          aria-invalid={excessive}
          onChange={(event) => change(event.target.value)}
          onBlur={keep}
          onKeyDown={onKeyDown}
        />
        <span id="write-hint" className="visually-hidden">
          {t(enter === "enter" ? "conversations.composer.hint_enter" : "conversations.composer.hint_ctrl")}
        </span>
        <span className="write__send">
          <Button
            variant="main"
            icon={SendHorizontal}
            flipIcon
            whyDisabled={worthSending(text) ? null : (fault ?? t("conversations.composer.empty"))}
            onPress={send}
          >
            {t("conversations.composer.send")}
          </Button>
        </span>
      </div>
    </>
  );
}

function pick({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent) {
  return { key, shiftKey, ctrlKey, metaKey, altKey };
}
