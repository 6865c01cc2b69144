/** What members have objected, and how it was settled; stands where there is a window or an objection. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Card, Chip } from "../../ui";
import { useDoer } from "./Decided";
import { type Event, settlement, standingObjections } from "./history";
import { isOpen } from "./listing";
import type { CaseProps } from "./useCase";
import { WordsDialog } from "./WordsDialog";
import { useShortDay } from "./words";

export function Objections({ application, acts }: CaseProps) {
  const { t, formatDate, formatTime } = useI18n();
  const day = useShortDay();
  const doer = useDoer();
  const [settling, setSettling] = useState<Event | null>(null);
  const objections = standingObjections(application.events);
  const until = application.objections_until;
  if (objections.length === 0 && until === null) return null;
  return (
    <Card
      title={t("vetting.objections.title")}
      beside={
        until === null
          ? undefined
          : t("vetting.objections.until", { date: formatDate(until), time: formatTime(until) })
      }
    >
      {objections.length === 0 ? <p className="muted">{t("vetting.objections.none")}</p> : null}
      <ul className="happenings">
        {objections.map((event) => (
          <li key={event.id}>
            <time dateTime={new Date(event.at).toISOString()}>{day(event.at)}</time>
            <div className="stack stack--tight">
              <p className="line">
                <b>
                  <bdi>{doer(event)}</bdi>
                </b>
                <Chip tone={event.settled ? "ok" : "warn"}>
                  {t(event.settled ? "vetting.objections.settled" : "vetting.objections.open")}
                </Chip>
              </p>
              <p dir="auto">{event.text}</p>
              <Settlement events={application.events} objection={event} />
              {event.settled || !isOpen(application) ? null : (
                <Button size="s" onPress={() => setSettling(event)}>
                  {t("vetting.objections.settle")}
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {settling === null ? null : (
        <WordsDialog
          title={t("vetting.objections.settle_title", { name: doer(settling) })}
          text={t("vetting.objections.settle_text")}
          label={t("vetting.objections.settle_label")}
          act={t("vetting.objections.settle_act")}
          acting={t("vetting.documents.saving")}
          done={t("vetting.objections.settle_done")}
          call={(text) => acts.post("settle", { event: settling.id, text })}
          onClose={() => setSettling(null)}
        />
      )}
    </Card>
  );
}

function Settlement({ events, objection }: { events: readonly Event[]; objection: Event }) {
  const doer = useDoer();
  const settled = settlement(events, objection);
  return settled === null ? null : (
    <p className="small muted">
      <q dir="auto">{settled.text}</q> <bdi>{doer(settled)}</bdi>
    </p>
  );
}
