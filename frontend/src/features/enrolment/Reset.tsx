/** Chooses both factors anew, by a link from a lead or from officers. No key is touched on the way. */
import { useEffect, useRef, useState } from "react";
import * as v from "valibot";
import { useLocation } from "wouter";
import { useI18n } from "../../i18n";
import { post } from "../../sync/http";
import { Button, Card, DescriptionList, EmptyState, Page, PageHeader, Skeleton, Steps } from "../../ui";
import { useCore } from "../core";
import { failureOf, useErrorText } from "../members/errors";
import type { Secret } from "./answers";
import { BackupCodes } from "./BackupCodes";
import type { Around } from "./Frame";
import { Password } from "./Password";
import { SecondFactor } from "./SecondFactor";
import "./enrolment.css";

const openedSchema = v.looseObject({ email: v.string(), name: v.string(), function: v.string() });
type Opened = v.InferOutput<typeof openedSchema>;

const explained = ["reset_unknown", "reset_used", "reset_expired", "reset_unconfirmed"] as const;

const stages: readonly string[] = ["invitation", "password", "second_factor", "last"];

export function Reset() {
  const { t } = useI18n();
  const core = useCore();
  const [, navigate] = useLocation();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const around: Around = (stage, children) => (
    <div className="enrolling">
      <section className="enrolling__steps" aria-label={t("enrolment.steps.label")}>
        <Steps
          steps={[
            t("recovery.reset.steps.link"),
            t("recovery.reset.steps.password"),
            t("recovery.reset.steps.factor"),
            t("recovery.reset.steps.done"),
          ]}
          current={stages.indexOf(stage)}
        />
      </section>
      <Page>
        <div className="enrolling__step">{children}</div>
      </Page>
    </div>
  );
  const person = opened === null ? null : { ...opened, authority: null };
  if (codes !== null) {
    const goOn = () => {
      navigate("/", { replace: true });
      void core.refresh().catch(() => undefined);
    };
    return <BackupCodes invited={person} codes={codes} around={around} onDone={goOn} />;
  }
  if (secret !== null) {
    return (
      <SecondFactor
        invited={person}
        secret={secret}
        path="/api/sign-in-reset/second-factor"
        around={around}
        onDone={setCodes}
      />
    );
  }
  if (person !== null) {
    return (
      <Password invited={person} path="/api/sign-in-reset/password" around={around} onDone={setSecret} />
    );
  }
  return around("invitation", <OpenLink onAccept={setOpened} />);
}

type State =
  | { name: "opening" }
  | { name: "missing" }
  | { name: "opened"; opened: Opened }
  | { name: "failed"; code: string };

function OpenLink({ onAccept }: { onAccept: (opened: Opened) => void }) {
  const { t } = useI18n();
  const errorText = useErrorText();
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<State>({ name: "opening" });
  // Held here: the fragment leaves the address bar as soon as it is understood.
  const token = useRef(window.location.hash.slice(1));
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt opens it again
  useEffect(() => {
    if (token.current === "") {
      setState({ name: "missing" });
      return;
    }
    let stopped = false;
    setState({ name: "opening" });
    post("/api/sign-in-reset/open", { token: token.current }, openedSchema).then(
      (opened) => {
        if (stopped) return;
        window.history.replaceState(window.history.state, "", window.location.pathname);
        setState({ name: "opened", opened });
      },
      (thrown: unknown) => {
        if (!stopped) setState({ name: "failed", code: failureOf(thrown).code });
      },
    );
    return () => {
      stopped = true;
    };
  }, [attempt]);

  switch (state.name) {
    case "opening":
      return (
        <>
          <PageHeader title={t("recovery.reset.open.opening")} />
          <Skeleton />
        </>
      );
    case "missing":
      return (
        <EmptyState level={1} title={t("recovery.reset.open.missing_title")}>
          {t("recovery.reset.open.missing_text")}
        </EmptyState>
      );
    case "failed": {
      const known = explained.find((each) => each === state.code);
      const again = known === undefined || known === "reset_unconfirmed";
      return (
        <EmptyState
          level={1}
          title={t(known === undefined ? "recovery.reset.open.failed" : `recovery.reset.open.${known}`)}
          action={
            again ? (
              <Button onPress={() => setAttempt(attempt + 1)}>{t("common.actions.try_again")}</Button>
            ) : (
              <Button variant="main" href="/">
                {t("common.actions.sign_in")}
              </Button>
            )
          }
        >
          {known === undefined
            ? errorText({ code: state.code, detail: "" })
            : t(`recovery.reset.open.${known}_text`)}
        </EmptyState>
      );
    }
    case "opened":
      return <IsThisYou opened={state.opened} onAccept={() => onAccept(state.opened)} />;
  }
}

function IsThisYou({ opened, onAccept }: { opened: Opened; onAccept: () => void }) {
  const { t } = useI18n();
  return (
    <div className="stack stack--wide">
      <PageHeader title={t("recovery.reset.open.title")} lead={t("recovery.reset.open.text")} />
      <Card>
        <DescriptionList
          items={[
            { term: t("enrolment.open.name"), value: <bdi>{opened.name}</bdi> },
            ...(opened.function === ""
              ? []
              : [{ term: t("enrolment.open.function"), value: <bdi>{opened.function}</bdi> }]),
            { term: t("enrolment.open.email"), value: <bdi dir="ltr">{opened.email}</bdi> },
          ]}
        />
      </Card>
      <p className="muted">{t("recovery.reset.open.wrong")}</p>
      <div className="actions">
        <Button variant="main" onPress={onAccept}>
          {t("recovery.reset.open.act")}
        </Button>
      </div>
    </div>
  );
}
