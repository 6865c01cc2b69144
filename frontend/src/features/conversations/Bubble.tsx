/** One run of messages by one person: who it is once above them, the state of ours below each. */
import { Check, CheckCheck, CircleAlert, Clock, Eye } from "lucide-react";
import { memo } from "react";
import { useI18n } from "../../i18n";
import type { Hex, ItemState } from "../../sync/contract";
import { Icon, StateTile } from "../../ui";
import { Proof } from "../members/Proof";
import { useFacts } from "./facts";
import { deliveryOf, statesOf } from "./participants";
import { clockIsOdd, type Message, type Row } from "./thread";
import { Unsent, Waits } from "./Unsent";
import { Words } from "./Words";

interface RunProps {
  conversation: Hex;
  run: Extract<Row, { type: "run" }>;
  /** The message whose state is written in words, where it is one of these. */
  latest: string | null;
}

export const Run = memo(function Run({
  conversation,
  run: { account, ours, own, messages },
  latest,
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
      {messages.map((message) => (
        <Bubble
          key={message.key}
          conversation={conversation}
          message={message}
          ours={ours}
          inWords={message.key === latest}
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
    before.run.messages.length === now.run.messages.length &&
    before.run.messages.every((message, index) => message === now.run.messages[index])
  );
}

interface BubbleProps {
  conversation: Hex;
  message: Message;
  ours: boolean;
  inWords: boolean;
}

const Bubble = memo(function Bubble({ conversation, message, ours, inWords }: BubbleProps) {
  const { t, formatTime } = useI18n();
  return (
    <article className={`msg__body msg__line${message.state === "failed" ? " msg__body--failed" : ""}`}>
      <Words text={message.text} />
      <div className="msg__foot">
        <time dateTime={new Date(message.at).toISOString()}>{formatTime(message.at)}</time>
        {clockIsOdd(message) && (
          <span>{t("conversations.thread.claimed", { time: formatTime(message.claimedAt) })}</span>
        )}
        {message.state === "pending" ? (
          <Waits message={message} />
        ) : (
          ours && <Delivery message={message} inWords={inWords} />
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

/** In words on the latest message and on any that did not leave; an icon with a label on older ones. */
function Delivery({ message, inWords }: { message: Message; inWords: boolean }) {
  const { t, language, stateName } = useI18n();
  const { people, own } = useFacts();
  const { state, readIn } = deliveryOf(message, own, people);
  const text =
    readIn.length > 0
      ? t("conversations.state.read_in", {
          places: new Intl.ListFormat(language).format(statesOf(readIn).map(stateName)),
        })
      : t(`conversations.state.${state}`);
  const spelled = inWords || state === "failed";
  return (
    <span className={`state state--${state}`} title={spelled ? undefined : text}>
      <Icon icon={icons[state]} />
      <span className={spelled ? undefined : "visually-hidden"}>{text}</span>
    </span>
  );
}
