/** What happened in a conversation besides messages, each in one plain sentence. */
import {
  Clock,
  Forward,
  KeyRound,
  Lock,
  MessageSquarePlus,
  ShieldAlert,
  UserMinus,
  UserPlus,
} from "lucide-react";
import type { ReactNode } from "react";
import { useI18n } from "../../i18n";
import type { Hex, Milliseconds } from "../../sync/contract";
import { Icon } from "../../ui";
import { useFacts } from "./facts";
import type { Event } from "./thread";

interface Line {
  key: string;
  icon: ReactNode;
  text: string;
  tone?: "wait" | "bad";
}

export function EventLines({ item }: { item: Event }) {
  const { formatTime } = useI18n();
  const lines = useLines(item);
  return lines.map((line) => (
    <p key={line.key} className={`event${line.tone ? ` event--${line.tone}` : ""}`}>
      {line.icon}
      <span>{line.text}</span>
      <time dateTime={new Date(item.at).toISOString()}>{formatTime(item.at)}</time>
    </p>
  ));
}

/** What to do about what only somebody else can open: those of our own authority are asked first. */
function useWhomToAsk(): () => string {
  const { t, language } = useI18n();
  const { nameOf, me, own, people } = useFacts();
  return () => {
    const names = (people.authority(own)?.people ?? [])
      .filter((person) => person.active && !person.held && person.hasKeys && person.account !== me)
      .slice(0, 3)
      .map(({ account }) => nameOf(account));
    return names.length > 0
      ? t("recovery.handover.ask", {
          names: new Intl.ListFormat(language, { type: "disjunction" }).format(names),
        })
      : t("recovery.handover.ask_other");
  };
}

/** Above the first item that a person may read, where others wrote before they came. */
export function BeforeYou() {
  const { t } = useI18n();
  const ask = useWhomToAsk();
  return (
    <p className="event event--wait">
      <Icon icon={Lock} />
      <span>{`${t("recovery.handover.before")} ${ask()}`}</span>
    </p>
  );
}

function useLines(item: Event): Line[] {
  const { t, lookup, formatDate, formatTime } = useI18n();
  const { nameOf, me, people } = useFacts();
  const ask = useWhomToAsk();
  /** Whoever was given new keys was not appointed again, and whoever waits to be confirmed has not left. */
  const cameBack = (account: Hex, at: Milliseconds) => {
    const changed = people.person(account)?.identityChanged ?? null;
    return changed !== null && changed <= at;
  };
  const leaving = (account: Hex) => {
    const person = people.person(account);
    if (account === me) return "recovery.event.out_you";
    if (person === null || !person.active) return "conversations.event.left";
    return person.held ? "recovery.event.held" : "recovery.event.out";
  };
  switch (item.type) {
    case "created":
      return [
        {
          key: "created",
          icon: <Icon icon={MessageSquarePlus} />,
          text:
            item.account === me
              ? t("conversations.event.created_by_you")
              : t("conversations.event.created", { name: nameOf(item.account) }),
        },
      ];
    case "key_changed": {
      const people: Line[] = [
        ...item.joined.map((account) => ({
          key: `joined ${account}`,
          icon: <Icon icon={UserPlus} />,
          text:
            account === me
              ? t(cameBack(account, item.at) ? "recovery.event.back_you" : "conversations.event.joined_you")
              : t(cameBack(account, item.at) ? "recovery.event.back" : "conversations.event.joined", {
                  name: nameOf(account),
                }),
        })),
        ...item.left.map((account) => ({
          key: `left ${account}`,
          icon: <Icon icon={UserMinus} />,
          text: t(leaving(account), { name: nameOf(account) }),
        })),
      ];
      if (people.length > 0) return people;
      return [{ key: "key", icon: <Icon icon={KeyRound} />, text: t(`conversations.event.${item.reason}`) }];
    }
    case "late_box":
      return [
        {
          key: "late_box",
          icon: <Icon icon={Forward} flip />,
          text:
            item.since === null
              ? t("conversations.event.late_box", {
                  name: nameOf(item.account),
                  other: nameOf(item.forAccount),
                })
              : t("recovery.handover.line", {
                  name: nameOf(item.account),
                  other: nameOf(item.forAccount),
                  date: formatDate(item.since),
                  time: formatTime(item.since),
                }),
        },
      ];
    case "closed":
      return [
        {
          key: "closed",
          icon: <Icon icon={Lock} />,
          text: `${t("recovery.handover.lost")} ${ask()}`,
          tone: "wait",
        },
      ];
    case "waiting_for_key":
      return [
        {
          key: "waiting",
          icon: <Icon icon={Clock} />,
          text: t("conversations.event.waiting", { name: nameOf(item.account) }),
          tone: "wait",
        },
      ];
    case "refused": {
      const reason =
        lookup(`conversations.event.refused_reason.${item.reason}`) ??
        t("conversations.event.refused_reason.unknown", { code: item.reason });
      return [
        {
          key: "refused",
          icon: <Icon icon={ShieldAlert} />,
          text:
            item.by === null
              ? t("conversations.event.refused_unknown", { reason })
              : t("conversations.event.refused", { name: nameOf(item.by), reason }),
          tone: "bad",
        },
      ];
    }
  }
}
