/** Who decided what, when and why; the whole history on demand. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { VettingCase } from "../../sync/applications";
import { Button, Card } from "../../ui";
import { usePersonNames } from "../members/names";
import { doerOf, type Event, isDecision, isSecondSignature } from "./history";
import { useShortDay } from "./words";

export function Decided({ application }: { application: VettingCase }) {
  const { t } = useI18n();
  const [whole, setWhole] = useState(false);
  const events = whole ? application.events : application.events.filter(isDecision);
  return (
    <Card
      title={t("vetting.decided.title")}
      actions={
        <Button variant="quiet" size="s" aria-expanded={whole} onPress={() => setWhole(!whole)}>
          {t(whole ? "vetting.decided.less" : "vetting.decided.whole")}
        </Button>
      }
    >
      {events.length === 0 ? <p className="muted">{t("vetting.decided.none")}</p> : null}
      <ol className="happenings">
        {events.map((event) => (
          <Happening key={event.id} application={application} event={event} />
        ))}
      </ol>
    </Card>
  );
}

export function Happening({ application, event }: { application: VettingCase; event: Event }) {
  const { t, formatTime, lookup } = useI18n();
  const day = useShortDay();
  const who = useDoer()(event);
  const kind = application.steps.find(({ key }) => key === event.step)?.kind;
  const said =
    event.act === "passed"
      ? (lookup(`vetting.passed.${event.step}`) ??
        lookup(`vetting.passed.${kind}`) ??
        t("vetting.event.passed"))
      : event.act === "signed" && isSecondSignature(application.events, event)
        ? t("vetting.event.signed_second")
        : t(`vetting.event.${event.act}`);
  return (
    <li>
      <time dateTime={new Date(event.at).toISOString()}>
        {t("common.moment", { day: day(event.at), time: formatTime(event.at) })}
      </time>
      <p>
        {said}{" "}
        {event.text === "" ? null : (
          <bdi>
            <q>{event.text}</q>
          </bdi>
        )}{" "}
        <span className="subtle">
          <bdi>{who}</bdi>
          {event.settled ? ` · ${t("vetting.decided.settled")}` : null}
        </span>
      </p>
    </li>
  );
}

/** Who did it, by name where the Register names them. */
export function useDoer(): (event: Event) => string {
  const { t } = useI18n();
  const { nameOf, people, authorityName } = usePersonNames();
  return (event) => {
    const doer = doerOf(event);
    if (doer.by === "officer") return nameOf(doer.account);
    if (doer.by === "authority") {
      const authority = people.authority(doer.authority);
      return authority === null ? t("members.somebody") : authorityName(authority);
    }
    return t(doer.by === "applicant" ? "vetting.decided.by_applicant" : "vetting.decided.by_portal");
  };
}
