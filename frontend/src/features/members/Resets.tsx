/** Resets of sign-ins: who asked for them and when, what they wait for, and what can still be done about them. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { SignInReset } from "../../sync/contract";
import { Button, Chip, toast } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { ActDialog } from "./ActDialog";
import { usePersonNames } from "./names";

type Asked = { what: "confirm" | "withdraw"; reset: SignInReset };

export function Resets() {
  const { t, formatDate, formatTime } = useI18n();
  const core = useCore();
  const { nameOf } = usePersonNames();
  const resets = useSnapshot((snapshot) => snapshot.resets);
  const me = useSnapshot((snapshot) => snapshot.me?.account ?? null);
  const [asked, setAsked] = useState<Asked | null>(null);
  if (resets.length === 0) return null;
  const name = asked === null ? "" : nameOf(asked.reset.account);
  return (
    <section>
      <h2 className="section-title">{t("recovery.reset.list")}</h2>
      <ul className="card rows">
        {resets.map((reset) => {
          const { requestedAt, requestedBy, confirmedBy, state } = reset;
          const waits = state === "needs_second" || state === "open";
          const mayConfirm = state === "needs_second" && requestedBy !== me && reset.account !== me;
          const at = { date: formatDate(requestedAt), time: formatTime(requestedAt) };
          return (
            <li key={reset.id} className="rows__row">
              <div className="rows__main">
                <b>
                  <bdi>{nameOf(reset.account)}</bdi>
                </b>
                <p>
                  {t("recovery.reset.asked", { name: nameOf(requestedBy), ...at })}
                  {confirmedBy !== null && (
                    <>
                      {" · "}
                      {t("recovery.reset.confirmed_by", { name: nameOf(confirmedBy) })}
                    </>
                  )}
                </p>
              </div>
              <Chip tone={state === "done" ? "ok" : waits ? "warn" : "neutral"}>
                {t(`recovery.reset.state.${state}`)}
              </Chip>
              {mayConfirm && (
                <Button size="s" variant="main" onPress={() => setAsked({ what: "confirm", reset })}>
                  {t("recovery.reset.confirm")}
                </Button>
              )}
              {waits && (
                <Button size="s" onPress={() => setAsked({ what: "withdraw", reset })}>
                  {t("recovery.reset.withdraw")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {asked?.what === "confirm" && (
        <ActDialog
          title={t("recovery.reset.confirm_title", { name })}
          act={t("recovery.reset.confirm")}
          acting={t("recovery.reset.confirming")}
          call={() => core.confirmReset(asked.reset.id)}
          onDone={() => toast(t("recovery.reset.confirm_done"))}
          onClose={() => setAsked(null)}
        >
          <p>{t("recovery.reset.confirm_text", { name })}</p>
          <p>{t("recovery.reset.recorded", { name })}</p>
        </ActDialog>
      )}
      {asked?.what === "withdraw" && (
        <ActDialog
          danger
          title={t("recovery.reset.withdraw_title", { name })}
          act={t("recovery.reset.withdraw_act")}
          call={() => core.withdrawReset(asked.reset.id)}
          onDone={() => toast(t("recovery.reset.withdraw_done"))}
          onClose={() => setAsked(null)}
        >
          <p>{t("recovery.reset.withdraw_text")}</p>
        </ActDialog>
      )}
    </section>
  );
}
