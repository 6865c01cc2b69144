/** Tells a person, once, who let both their factors be chosen anew: if it was not them, they can act at once. */
import { useState } from "react";
import { useLocation } from "wouter";
import { useI18n } from "../../i18n";
import type { Hex } from "../../sync/contract";
import { Button, DescriptionList, Dialog, Notice } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { usePersonNames } from "../members/names";

const nobody: readonly Hex[] = [];

export function ResetNotice() {
  const { t, formatDate, formatTime } = useI18n();
  const core = useCore();
  const [, navigate] = useLocation();
  const at = useSnapshot(({ session }) => session?.account?.signInResetAt ?? null);
  const by = useSnapshot(({ session }) => session?.account?.signInResetBy ?? nobody);
  const [left, setLeft] = useState(false);
  if (at === null || left) return null;
  const seen = () => {
    setLeft(true);
    // What the server did not take is shown again at the next stay.
    void core.resetSeen().catch(() => undefined);
  };
  return (
    <Dialog
      isOpen
      isDismissable={false}
      title={t("recovery.reset.notice.title")}
      actions={
        <>
          <Button variant="main" onPress={seen}>
            {t("recovery.reset.notice.act")}
          </Button>
          <Button
            onPress={() => {
              setLeft(true);
              navigate("/account/sessions");
            }}
          >
            {t("recovery.reset.notice.sessions")}
          </Button>
        </>
      }
    >
      <p>{t("recovery.reset.notice.text", { date: formatDate(at), time: formatTime(at) })}</p>
      {by.length === 0 ? (
        <p>{t("recovery.reset.notice.unknown")}</p>
      ) : (
        <DescriptionList
          items={by.map((account, place) => ({
            term: t(place === 0 ? "recovery.reset.notice.given_by" : "recovery.reset.notice.confirmed_by"),
            value: <Helper account={account} />,
          }))}
        />
      )}
      <Notice tone="warn" title={t("recovery.reset.notice.not_you_title")}>
        {t("recovery.reset.notice.not_you")}
      </Notice>
    </Dialog>
  );
}

/** Name, function and authority as the Register has them, whatever the server says. */
function Helper({ account }: { account: Hex }) {
  const { t } = useI18n();
  const { people, nameOf, authorityName } = usePersonNames();
  const person = people.person(account);
  const authority = people.authorityOf(account);
  return (
    <>
      <b>
        <bdi>{nameOf(account)}</bdi>
      </b>
      {person !== null && (
        <>
          <br />
          {t(`common.roles.${person.role}`)}
          {person.function ? (
            <>
              {" · "}
              <bdi>{person.function}</bdi>
            </>
          ) : null}
          {person.role !== "officer" && authority !== null && (
            <>
              <br />
              {authorityName(authority)}
            </>
          )}
        </>
      )}
    </>
  );
}
