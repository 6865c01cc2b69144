/** Where the person is signed in; each session can be ended from here. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import { remove } from "../../sync/http";
import { Button, Card, Chip, Link, Notice, Skeleton, Table, toast } from "../../ui";
import { SignOutDialog, useSignOut } from "../conversations/SignOut";
import { failureOf, useErrorText } from "../members/errors";
import { useResource } from "../resource";
import { AccountPage } from "./AccountPage";
import { type OpenSession, sessionsSchema, UNKNOWN_BROWSER } from "./answers";

/** Seen so lately that it counts as now. */
const NOW = 90_000;

export function Sessions() {
  const { t, formatMoment } = useI18n();
  const [asking, setAsking] = useState(false);
  const signOut = useSignOut(() => setAsking(true));
  const errorText = useErrorText();
  const [sessions, reload] = useResource("/api/sessions", sessionsSchema);
  const [ending, setEnding] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const others = sessions.state === "ready" ? sessions.value.filter((session) => !session.current) : [];

  const end = async (which: readonly OpenSession[], mark: string) => {
    setEnding(mark);
    setProblem(null);
    try {
      for (const session of which) {
        await remove(`/api/sessions/${encodeURIComponent(session.id)}`);
      }
      toast(
        mark === "others"
          ? t("accounts.sessions.others_ended", { count: which.length })
          : t("accounts.sessions.ended"),
      );
    } catch (thrown) {
      setProblem(errorText(failureOf(thrown)));
    }
    setEnding(null);
    await reload();
  };

  const nameOf = (session: OpenSession) =>
    session.label === UNKNOWN_BROWSER ? t("accounts.sessions.unknown") : session.label;
  const when = (at: number) => (Date.now() - at < NOW ? t("accounts.sessions.now") : formatMoment(at));

  return (
    <AccountPage
      title={t("accounts.sessions.title")}
      lead={t("accounts.sessions.lead")}
      asideLabel={t("common.account.keys")}
      aside={
        <Notice tone="info" action={<Link href="/account/keys">{t("accounts.sessions.to_keys")}</Link>}>
          {t("accounts.sessions.keys_too")}
        </Notice>
      }
    >
      {problem === null ? null : (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
      {sessions.state === "failed" ? (
        <Notice
          tone="bad"
          action={
            <Button size="s" onPress={() => void reload()}>
              {t("common.actions.try_again")}
            </Button>
          }
        >
          {errorText(sessions.failure)}
        </Notice>
      ) : null}
      {sessions.state === "loading" ? <Skeleton lines={5} /> : null}
      {sessions.state === "ready" ? (
        <>
          <Card flush>
            <Table
              label={t("accounts.sessions.title")}
              columns={[
                { id: "where", title: t("accounts.sessions.where"), hideTitle: true },
                { id: "started", title: t("accounts.sessions.started") },
                { id: "seen", title: t("accounts.sessions.last_seen") },
                { id: "act", title: t("accounts.sessions.act"), hideTitle: true, end: true },
              ]}
              rows={sessions.value.map((session) => ({
                id: session.id,
                cells: {
                  where: (
                    <div>
                      <b>
                        <bdi>{nameOf(session)}</bdi>
                      </b>
                      <p className="row-notes">
                        {session.current ? <Chip tone="accent">{t("accounts.sessions.current")}</Chip> : null}
                        {session.device === null ? <Chip>{t("accounts.sessions.without_keys")}</Chip> : null}
                        <span className="ltr tiny subtle">{session.address}</span>
                      </p>
                    </div>
                  ),
                  started: formatMoment(session.created),
                  seen: when(session.last_seen),
                  act: session.current ? (
                    <Button size="s" onPress={signOut}>
                      {t("common.actions.sign_out")}
                    </Button>
                  ) : (
                    <Button
                      size="s"
                      isPending={ending === session.id}
                      pendingLabel={t("accounts.sessions.ending")}
                      aria-label={t("accounts.sessions.end_this", { browser: nameOf(session) })}
                      onPress={() => void end([session], session.id)}
                    >
                      {t("accounts.sessions.end")}
                    </Button>
                  ),
                },
              }))}
            />
          </Card>
          {others.length === 0 ? (
            <p className="muted">{t("accounts.sessions.only_this")}</p>
          ) : others.length > 1 ? (
            <div>
              <Button
                variant="danger"
                isPending={ending === "others"}
                pendingLabel={t("accounts.sessions.ending")}
                onPress={() => void end(others, "others")}
              >
                {t("accounts.sessions.end_others")}
              </Button>
            </div>
          ) : null}
        </>
      ) : null}
      {asking && <SignOutDialog onClose={() => setAsking(false)} />}
    </AccountPage>
  );
}
