/** Why somebody may only read, and what to do; and to the lead, that a version waits. Small: it stands on every screen. */
import { ScrollText } from "lucide-react";
import type { ReactNode } from "react";
import { useI18n } from "../../i18n";
import { Button, classes, Icon, Notice } from "../../ui";
import { useNow } from "../conversations/useNow";
import { useSnapshot } from "../core";
import { charterDay, daysUntil } from "./dates";
import { mayOnlyRead, NEAR, ownMember, toAccept } from "./standing";

/** Whether one's own authority may only read now. */
export function useMayOnlyRead(): boolean {
  const charter = useSnapshot((snapshot) => snapshot.charter);
  const own = useSnapshot(ownMember);
  return mayOnlyRead(charter, own, useNow());
}

/** The sentence that says why, and whose turn it is. */
function useWhy(): string {
  const { t } = useI18n();
  const now = useNow();
  const charter = useSnapshot((snapshot) => snapshot.charter);
  const own = useSnapshot(ownMember);
  const me = useSnapshot((snapshot) => snapshot.me);
  const authorities = useSnapshot((snapshot) => snapshot.authorities);
  const number = (charter === null || own === null ? null : toAccept(charter, own, now))?.number ?? "";
  if (me?.role === "lead") return t("charter.read_only.lead", { number });
  const people = authorities.find((one) => one.id === own)?.people ?? [];
  const lead = people.find((person) => person.active && person.role === "lead");
  if (lead === undefined) return t("charter.read_only.nobody", { number });
  return t("charter.read_only.member", { number, name: lead.name ?? t("common.roles.lead") });
}

/** In the place where one would write. */
export function ReadOnlyNotice() {
  const { t } = useI18n();
  const why = useWhy();
  return (
    <Notice
      tone="warn"
      title={t("charter.read_only.title")}
      action={
        <Button size="s" href="/charter">
          {t("charter.read_only.open")}
        </Button>
      }
    >
      {why}
    </Notice>
  );
}

/** Under the header: for all while they may only read, and for the lead as soon as something waits. */
export function CharterBand() {
  const { t, language } = useI18n();
  const now = useNow();
  const charter = useSnapshot((snapshot) => snapshot.charter);
  const own = useSnapshot(ownMember);
  const lead = useSnapshot(({ me }) => me?.role === "lead" && !me.held);
  const why = useWhy();
  const waiting = charter === null || own === null ? null : toAccept(charter, own, now);
  let band: ReactNode = null;
  if (waiting !== null && mayOnlyRead(charter, own, now)) {
    band = (
      <Band loud title={t("charter.read_only.title")} text={why}>
        {t(lead ? "charter.band.read" : "charter.read_only.open")}
      </Band>
    );
  } else if (waiting !== null && lead) {
    const near = waiting.effective - now <= NEAR;
    const text =
      waiting.effective <= now
        ? t("charter.band.now")
        : near
          ? t("charter.band.days", { count: daysUntil(waiting.effective, now) })
          : t("charter.band.applies", { date: charterDay(language, waiting.effective) });
    band = (
      <Band loud={near} title={t("charter.band.title", { number: waiting.number })} text={text}>
        {t("charter.band.read")}
      </Band>
    );
  }
  return <div role="status">{band}</div>;
}

interface BandProps {
  loud: boolean;
  title: string;
  text: string;
  children: string;
}

function Band({ loud, title, text, children }: BandProps) {
  return (
    <div className={classes("band", !loud && "band--calm")}>
      <Icon icon={ScrollText} size="large" />
      <p>
        <strong>{title}</strong> {text}
      </p>
      <Button size="s" href="/charter">
        {children}
      </Button>
    </div>
  );
}
