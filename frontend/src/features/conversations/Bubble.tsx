/** One run of messages by one person: who it is once above them, the state of ours below each. */
import { Check, CheckCheck, CircleAlert, Clock, Eye } from "lucide-react";
import { memo, useState } from "react";
import { useI18n } from "../../i18n";
import type { Hex, ItemState } from "../../sync/contract";
import { Button, Icon, StateTile } from "../../ui";
import { Proof } from "../members/Proof";
import { type Delivery, sameDelivery } from "./delivery";
import { useFacts } from "./facts";
import { clockIsOdd, type Message, type Row } from "./thread";
import { Unsent, Waits } from "./Unsent";
import { Words } from "./Words";

interface RunProps {
  conversation: Hex;
  run: Extract<Row, { type: "run" }>;
  /** The message whose state is written in words, where it is one of these. */
  latest: string | null;
  /** How far each message of ours has come; null for those of others. */
  deliveries: readonly Delivery[] | null;
  /** Somebody wants to know by name who has a message. */
  onWho: (message: Message) => void;
}

export const Run = memo(function Run({
  conversation,
  run: { account, ours, own, messages },
  latest,
  deliveries,
  onWho,
}: RunProps) {
  const { t, stateName } = useI18n();
  const { people, nameOf } = useFacts();
  const person = people.person(account);
  const authority = people.authorityOf(account);
  return (
    <div className={ours ? "msg msg--us" : "msg"}>
      {!ours && <StateTile code={authority?.state ?? "–"} />}
      {own ? (
        <p className="visually-hidden">{t("conversations.you")}</p>
      ) : (
        <p className="msg__who">
          <b>
            <bdi>{nameOf(account)}</bdi>
          </b>
          {authority !== null && <span>{stateName(authority.state)}</span>}
          {person !== null && !ours && <Proof person={person} />}
        </p>
      )}
      {messages.map((message, index) => (
        <Bubble
          key={message.key}
          conversation={conversation}
          message={message}
          delivery={deliveries?.[index] ?? null}
          inWords={message.key === latest}
          onWho={onWho}
        />
      ))}
    </div>
  );
}, sameRun);

/** Rows are laid out anew with each change; a run whose messages are the same needs no drawing. */
function sameRun(before: RunProps, now: RunProps): boolean {
  return (
    before.conversation === now.conversation &&
    before.latest === now.latest &&
    before.run.ours === now.run.ours &&
    before.onWho === now.onWho &&
    before.run.messages.length === now.run.messages.length &&
    before.run.messages.every((message, index) => message === now.run.messages[index]) &&
    (before.deliveries ?? []).every((one, index) => sameDeliveryAt(one, now.deliveries?.[index]))
  );
}

function sameDeliveryAt(one: Delivery, other: Delivery | undefined): boolean {
  return other !== undefined && sameDelivery(one, other);
}

interface BubbleProps {
  conversation: Hex;
  message: Message;
  delivery: Delivery | null;
  inWords: boolean;
  onWho: (message: Message) => void;
}

const Bubble = memo(function Bubble({ conversation, message, delivery, inWords, onWho }: BubbleProps) {
  const { t, formatTime } = useI18n();
  return (
    <article
      className={`msg__body msg__line${message.state === "failed" ? " msg__body--failed" : ""}`}
      data-key={message.key}
    >
      <Text text={message.text} />
      <div className="msg__foot">
        <time dateTime={new Date(message.at).toISOString()}>{formatTime(message.at)}</time>
        {clockIsOdd(message) && (
          <span>{t("conversations.thread.claimed", { time: formatTime(message.claimedAt) })}</span>
        )}
        {message.state === "pending" ? (
          <Waits message={message} />
        ) : (
          delivery !== null && <State message={message} delivery={delivery} inWords={inWords} onWho={onWho} />
        )}
      </div>
      {(message.state === "pending" || message.state === "failed") && (
        <Unsent conversation={conversation} message={message} />
      )}
    </article>
  );
});

const icons: Record<ItemState, typeof Check> = {
  pending: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: Eye,
  failed: CircleAlert,
};

/** So long that it would fill the screen: its beginning, and the rest where it is asked for. */
const longText = 2_400;
const longLines = 30;

function Text({ text }: { text: string }) {
  const { t } = useI18n();
  const [whole, setWhole] = useState(false);
  if (text.length < longText && text.split("\n", longLines + 1).length <= longLines) {
    return <Words text={text} />;
  }
  return (
    <div className="msg__long">
      <div className={whole ? undefined : "msg__cut"}>
        <Words text={text} />
      </div>
      <Button size="s" variant="quiet" aria-expanded={whole} onPress={() => setWhole(!whole)}>
        {t(whole ? "notices.long.less" : "notices.long.more")}
      </Button>
    </div>
  );
}

interface StateProps {
  message: Message;
  delivery: Delivery;
  inWords: boolean;
  onWho: (message: Message) => void;
}

/** In words on the latest message and on any that did not leave; an icon with a label on older ones. */
function State({ message, delivery: { state, readIn, byColleague }, inWords, onWho }: StateProps) {
  const { t, language, stateName } = useI18n();
  const text =
    readIn.length > 0
      ? t("conversations.state.read_in", {
          places: new Intl.ListFormat(language).format(readIn.map(stateName)),
        })
      : state === "sent" && byColleague
        ? t("notices.read_by_colleague")
        : t(`conversations.state.${state}`);
  const spelled = inWords || state === "failed";
  const words = (
    <>
      <Icon icon={icons[state]} />
      <span className={spelled ? undefined : "visually-hidden"}>{text}</span>
    </>
  );
  if (state === "failed") return <span className="state state--failed">{words}</span>;
  return (
    <button
      type="button"
      className={`state state--${state} state--open`}
      title={t("notices.who.open", { state: text })}
      // one stop on the way to the field below, and not one per message
      tabIndex={inWords ? 0 : -1}
      onClick={() => onWho(message)}
    >
      {words}
    </button>
  );
}
