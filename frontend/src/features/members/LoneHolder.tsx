/** A warning where an authority depends on one person, with what to do; at home it can be put off for a week. */
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Authority, Person } from "../../sync/contract";
import { Button, Notice } from "../../ui";
import { useSnapshot } from "../core";
import { lacksDeputy, loneHolder } from "./lone";
import { usePersonNames } from "./names";

const WEEK = 7 * 86_400_000;
const PUT_OFF = "entente.lone_put_off";

interface Props {
  authority: Authority;
  me: Person;
  /** What the button does on the page of people; at home it leads there. */
  onInvite?: () => void;
  onLater?: () => void;
}

/** Null where more than one person holds the keys, and there is a deputy. */
export function LoneHolder({ authority, me, onInvite, onLater }: Props) {
  const { t, language } = useI18n();
  const { personName } = usePersonNames();
  const lone = loneHolder(authority);
  const invites = me.role === "lead" && !me.held;
  const later = onLater && (
    <Button size="s" variant="quiet" onPress={onLater}>
      {t("people.lone.later")}
    </Button>
  );
  if (lone === null) {
    if (!invites || !lacksDeputy(authority)) return null;
    return (
      <Notice
        tone="info"
        title={t("people.lone.no_deputy_title")}
        action={
          <>
            {onInvite === undefined && (
              <Button size="s" href="/people">
                {t("people.lone.open_people")}
              </Button>
            )}
            {later}
          </>
        }
      >
        {t("people.lone.no_deputy_text")}
      </Notice>
    );
  }
  const name = personName(lone);
  const held = authority.people.filter((person) => person.active && person.held && !person.self);
  const names = new Intl.ListFormat(language).format(held.map(personName));
  return (
    <Notice
      tone="warn"
      title={lone.self ? t("people.lone.title") : t("people.lone.title_other", { name })}
      action={
        <>
          {invites &&
            (onInvite === undefined ? (
              <Button size="s" href="/people">
                {t("people.lone.open_people")}
              </Button>
            ) : (
              <Button size="s" icon={UserPlus} onPress={onInvite}>
                {t("people.lone.invite")}
              </Button>
            ))}
          {later}
        </>
      }
    >
      <p>{lone.self ? t("people.lone.text") : t("people.lone.text_other", { name })}</p>
      {onLater === undefined && (
        <ul className="how-to how-to--dots">
          {lone.self && held.length > 0 && <li>{t("people.lone.todo_held", { names })}</li>}
          <li>{t(invites ? "people.lone.todo_lead" : "people.lone.todo_other")}</li>
          {lone.self && <li>{t("people.lone.todo_paper")}</li>}
        </ul>
      )}
    </Notice>
  );
}

/** At home, until it is put off for a week. */
export function LoneHolderAtHome() {
  const me = useSnapshot((snapshot) => snapshot.me);
  const authority = useSnapshot(
    ({ authorities, me: own }) => authorities.find((each) => each.id === own?.authority) ?? null,
  );
  const [putOff, setPutOff] = useState(() => Number(localStorage.getItem(PUT_OFF) ?? 0));
  if (me === null || authority === null || me.held || Date.now() - putOff < WEEK) return null;
  const later = () => {
    localStorage.setItem(PUT_OFF, String(Date.now()));
    setPutOff(Date.now());
  };
  return <LoneHolder authority={authority} me={me} onLater={later} />;
}
