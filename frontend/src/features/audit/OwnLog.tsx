/** What happened to oneself: what one did and what others did, day by day, and what stands out among it. */
import { TriangleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { useI18n } from "../../i18n";
import { Button, Card, EmptyState, Icon, Link, Notice, Skeleton, VisuallyHidden } from "../../ui";
import { announce } from "../../ui/announce";
import { AccountPage } from "../accounts/AccountPage";
import { devicesSchema } from "../accounts/answers";
import { dayKey } from "../conversations/when";
import { useErrorText } from "../members/errors";
import { useResource } from "../resource";
import type { Row } from "./answers";
import { type Advice, byDay } from "./telling";
import { useGrowingLog } from "./useLog";
import { type Told, useSentences } from "./useSentences";
import "./audit.css";

/** Where an advice can be followed; the others ask for a word with somebody. */
const places: Partial<Record<Advice, "sessions" | "keys">> = { new_sign_in: "sessions", browser: "keys" };

export function OwnLog() {
  const { t, formatDay } = useI18n();
  const errorText = useErrorText();
  const { rows, failure, isReading, hasEarlier, readOn } = useGrowingLog("/api/audit/own");
  // Without them browsers are called by their number: nothing that waits for an answer.
  const [devices] = useResource("/api/devices", devicesSchema);
  const sentences = useSentences(devices.state === "ready" ? devices.value : []);
  const list = useRef<HTMLDivElement>(null);
  const first = useRef<number | null>(null);
  useEffect(() => {
    // The button that was pressed may be gone: whoever reads by ear goes on at the first row that came.
    if (first.current !== null && rows !== null && rows.length > first.current) {
      const came = list.current?.querySelectorAll<HTMLElement>("li")[first.current];
      first.current = null;
      came?.focus({ preventScroll: true });
    }
  }, [rows]);

  const earlier = async () => {
    first.current = rows?.length ?? 0;
    const count = await readOn();
    announce(t("audit.own.fetched", { count }));
  };
  const problem =
    failure === null ? null : (
      <Notice
        tone="bad"
        live
        action={
          <Button size="s" onPress={() => void readOn()}>
            {t("common.actions.try_again")}
          </Button>
        }
      >
        {errorText(failure)}
      </Notice>
    );
  return (
    <AccountPage
      title={t("common.account.log")}
      lead={t("audit.own.lead")}
      asideLabel={t("audit.own.beside")}
      aside={
        <Notice
          tone="info"
          action={
            <>
              <Link href="/account/sessions">{t("audit.own.to_sessions")}</Link>
              <Link href="/account/keys">{t("audit.own.to_keys")}</Link>
            </>
          }
        >
          {t("audit.own.beside_text")}
        </Notice>
      }
    >
      {rows === null && failure === null ? <Skeleton lines={6} /> : null}
      {rows?.length === 0 ? (
        <Card>
          <EmptyState title={t("audit.own.none_title")}>{t("audit.own.none_text")}</EmptyState>
        </Card>
      ) : null}
      {rows !== null && rows.length > 0 ? (
        <div ref={list} className="stack stack--wide">
          {byDay(rows, dayKey).map(({ rows: ofDay }) => (
            <section key={ofDay[0]?.id} aria-labelledby={`from-${ofDay[0]?.id}`}>
              <h2 className="happened__day" id={`from-${ofDay[0]?.id}`}>
                {formatDay(ofDay[0]?.at ?? 0)}
              </h2>
              <ol className="card happened-list">
                {ofDay.map((row) => (
                  <Happened key={row.id} row={row} told={sentences(row)} />
                ))}
              </ol>
            </section>
          ))}
        </div>
      ) : null}
      {problem}
      {rows !== null && rows.length > 0 && failure === null ? (
        hasEarlier ? (
          <div>
            <Button
              isPending={isReading}
              pendingLabel={t("audit.own.reading")}
              onPress={() => void earlier()}
            >
              {t("audit.own.earlier")}
            </Button>
          </div>
        ) : (
          <p className="subtle">{t("audit.own.beginning")}</p>
        )
      ) : null}
    </AccountPage>
  );
}

function Happened({ row, told }: { row: Row; told: Told }) {
  const { t, formatTime } = useI18n();
  const place = told.advice === null ? undefined : places[told.advice];
  return (
    <li className={told.warns ? "happened happened--warns" : "happened"} tabIndex={-1}>
      <time className="happened__time" dateTime={new Date(row.at).toISOString()}>
        {formatTime(row.at)}
      </time>
      <div className="happened__words">
        <p>
          {told.warns ? (
            <>
              <Icon icon={TriangleAlert} className="happened__mark" />
              <VisuallyHidden>{t("audit.own.stands_out")} </VisuallyHidden>
            </>
          ) : null}
          {told.sentence}
        </p>
        {told.signed === null ? null : <p className="happened__beside">{told.signed}</p>}
        {told.advice === null ? null : (
          <p className="happened__beside">
            {t(`audit.advice.${told.advice}`)}
            {place === undefined ? null : (
              <>
                {" "}
                <Link href={`/account/${place}`}>{t(`audit.own.to_${place}`)}</Link>
              </>
            )}
          </p>
        )}
      </div>
    </li>
  );
}
