/** Opens the link of an invitation and lets the person check that it is meant for them. */
import { useEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import type { EnrolmentStep } from "../../sync/contract";
import { Button, Card, DescriptionList, EmptyState, Notice, PageHeader, Skeleton } from "../../ui";
import { useCore } from "../core";
import { failureOf, useErrorText } from "../members/errors";
import type { Invited } from "./answers";
import { Frame } from "./Frame";

interface Props {
  onAccept: (invited: Invited, step: EnrolmentStep) => void;
}

const explained = ["invitation_unknown", "invitation_used", "invitation_expired", "other_network"] as const;
type Explained = (typeof explained)[number];

type State =
  | { name: "opening" }
  | { name: "missing" }
  | { name: "opened"; invited: Invited; step: EnrolmentStep }
  | { name: "failed"; code: string };

export function OpenInvitation({ onAccept }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<State>({ name: "opening" });
  // Held here: the fragment leaves the address bar as soon as it is understood.
  const fragment = useRef(window.location.hash.slice(1));
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt opens it again
  useEffect(() => {
    if (fragment.current === "") {
      setState({ name: "missing" });
      return;
    }
    let stopped = false;
    setState({ name: "opening" });
    core.openInvitation(fragment.current).then(
      ({ step, ...invited }) => {
        if (stopped) return;
        window.history.replaceState(window.history.state, "", window.location.pathname);
        setState({ name: "opened", invited, step });
      },
      (thrown: unknown) => {
        if (!stopped) setState({ name: "failed", code: failureOf(thrown).code });
      },
    );
    return () => {
      stopped = true;
    };
  }, [core, attempt]);

  return (
    <Frame
      stage="invitation"
      kind={state.name === "opened" ? state.invited.kind : null}
      {...(state.name === "opened" ? { role: state.invited.role } : {})}
    >
      {state.name === "opening" && (
        <>
          <PageHeader title={t("enrolment.open.opening")} />
          <Skeleton />
        </>
      )}
      {state.name === "missing" && (
        <EmptyState level={1} title={t("enrolment.open.missing_title")}>
          {t("enrolment.open.missing_text")}
        </EmptyState>
      )}
      {state.name === "failed" && <Failed code={state.code} onRetry={() => setAttempt(attempt + 1)} />}
      {state.name === "opened" && (
        <IsThisYou
          invited={state.invited}
          signIn={state.step === "sign_in"}
          onAccept={() => onAccept(state.invited, state.step)}
        />
      )}
    </Frame>
  );
}

function Failed({ code, onRetry }: { code: string; onRetry: () => void }) {
  const { t } = useI18n();
  const errorText = useErrorText();
  const known = explained.find((each): each is Explained => each === code);
  if (known === undefined) {
    return (
      <EmptyState
        level={1}
        title={t("enrolment.open.failed")}
        action={<Button onPress={onRetry}>{t("common.actions.try_again")}</Button>}
      >
        {errorText({ code, detail: "" })}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      level={1}
      title={t(`enrolment.open.${known}`)}
      action={
        known === "invitation_used" ? (
          <Button variant="main" href="/">
            {t("common.actions.sign_in")}
          </Button>
        ) : undefined
      }
    >
      {t(`enrolment.open.${known}_text`)}
    </EmptyState>
  );
}

/** Also where a reload came between the link and the answer: the server still knows the invitation. */
export function Opened({ invited, onAccept }: { invited: Invited | null; onAccept: () => void }) {
  const { t } = useI18n();
  return (
    <Frame stage="invitation" kind={invited?.kind ?? null}>
      {invited === null ? (
        <>
          <PageHeader title={t("enrolment.open.opening")} />
          <Skeleton />
        </>
      ) : (
        <IsThisYou invited={invited} onAccept={onAccept} />
      )}
    </Frame>
  );
}

interface IsThisYouProps {
  invited: Invited;
  signIn?: boolean;
  onAccept: () => void;
}

function IsThisYou({ invited, signIn = false, onAccept }: IsThisYouProps) {
  const { t, stateName } = useI18n();
  const { authority } = invited;
  const rekeyed = invited.kind === "rekey";
  return (
    <div className="stack stack--wide">
      <PageHeader
        title={t(rekeyed ? "recovery.rekey.open_title" : "enrolment.open.title")}
        lead={t(rekeyed ? "recovery.rekey.open_text" : "enrolment.open.text")}
      />
      <Card>
        <DescriptionList
          items={[
            { term: t("enrolment.open.name"), value: <bdi>{invited.name}</bdi> },
            ...(invited.function === ""
              ? []
              : [{ term: t("enrolment.open.function"), value: <bdi>{invited.function}</bdi> }]),
            { term: t("enrolment.open.role"), value: t(`common.roles.${invited.role}`) },
            {
              term: t("enrolment.open.authority"),
              value:
                authority === null ? (
                  t("common.secretariat")
                ) : (
                  <bdi>
                    {t("members.authority_of_state", {
                      name: authority.name,
                      state: stateName(authority.state),
                    })}
                  </bdi>
                ),
            },
            { term: t("enrolment.open.email"), value: <bdi dir="ltr">{invited.email}</bdi> },
          ]}
        />
      </Card>
      {rekeyed && <Notice tone="warn">{t("recovery.rekey.open_stop")}</Notice>}
      <p className="muted">{t("enrolment.open.wrong")}</p>
      <div className="actions">
        <Button variant="main" onPress={onAccept}>
          {t(signIn ? "recovery.rekey.open_act" : "enrolment.open.act")}
        </Button>
      </div>
    </div>
  );
}
