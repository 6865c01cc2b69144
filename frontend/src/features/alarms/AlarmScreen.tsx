/** The core refuses to talk: full screen, what happened, what is safe, what to do, and the evidence to save. */
import { Check, Download, ShieldAlert } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Alarm } from "../../sync/contract";
import { Button, Card, Icon, Page, useDocumentTitle } from "../../ui";
import { useCore } from "../core";
import { saveText } from "../enrolment/keep";
import "./alarms.css";

/** The evidence as it is saved: readable by a person first, exact for whoever checks it. */
function evidenceText(alarm: Alarm, words: { kind: string; title: string }): string {
  return [
    "Entente",
    `${words.kind}: ${words.title} (${alarm.kind})`,
    new Date(alarm.at).toISOString(),
    "",
    alarm.evidence,
    "",
  ].join("\n");
}

export function AlarmScreen({ alarm }: { alarm: Alarm }) {
  const { t, formatDay, formatTime, formatNumber } = useI18n();
  const core = useCore();
  const [shown, setShown] = useState(false);
  const [checking, setChecking] = useState(false);
  const title = t(`alarms.kinds.${alarm.kind}.title`);
  useDocumentTitle(title);
  const safe = [t("alarms.safe.kept"), t("alarms.safe.nothing_left"), t("alarms.safe.readers")];
  const steps = [
    t("alarms.do.save"),
    t("alarms.do.call"),
    t(`alarms.kinds.${alarm.kind}.ask`),
    t("alarms.do.wait"),
    t("alarms.do.keep"),
    t("alarms.do.after", { again: t("alarms.again") }),
  ];
  return (
    <Page>
      <div className="alarm" role="alert">
        <div className="alarm__head">
          <Icon icon={ShieldAlert} size="huge" />
          <div>
            <p className="alarm__stopped">{t("alarms.stopped")}</p>
            <h1 tabIndex={-1}>{title}</h1>
            <p className="read">{t(`alarms.kinds.${alarm.kind}.what`)}</p>
            <p className="small muted">
              {t("alarms.noticed", { day: formatDay(alarm.at), time: formatTime(alarm.at) })}
            </p>
          </div>
        </div>
      </div>
      <div className="alarm__columns">
        <Card title={t("alarms.safe_title")}>
          <ul className="alarm__list">
            {safe.map((line) => (
              <li key={line}>
                <Icon icon={Check} />
                <span>{line}</span>
              </li>
            ))}
          </ul>
        </Card>
        <Card title={t("alarms.do_title")}>
          <ol className="alarm__list">
            {steps.map((line, index) => (
              <li key={line}>
                <span className="alarm__number" aria-hidden="true">
                  {formatNumber(index + 1)}
                </span>
                <span>{line}</span>
              </li>
            ))}
          </ol>
        </Card>
      </div>
      <div className="actions">
        <Button
          variant="main"
          icon={Download}
          onPress={() =>
            saveText(
              t("alarms.evidence_file"),
              evidenceText(alarm, { kind: t("alarms.evidence_kind"), title }),
            )
          }
        >
          {t("alarms.save")}
        </Button>
        <Button aria-expanded={shown} onPress={() => setShown(!shown)}>
          {t("alarms.show")}
        </Button>
        <Button
          variant="quiet"
          isPending={checking}
          pendingLabel={t("alarms.checking")}
          onPress={() => {
            setChecking(true);
            void core
              .refresh()
              .catch(() => undefined)
              .finally(() => setChecking(false));
          }}
        >
          {t("alarms.again")}
        </Button>
      </div>
      {shown ? (
        <section
          className="alarm__evidence"
          aria-label={t("alarms.evidence")}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
          tabIndex={0}
          dir="ltr"
        >
          {alarm.evidence}
        </section>
      ) : null}
    </Page>
  );
}
