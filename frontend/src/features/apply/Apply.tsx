/** The public page on which an authority applies: from the link of an e-mail to admission, without an account. */
import { useCallback, useEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import type { OwnApplication } from "../../sync/applications";
import { leaveApplication, openLink, readApplication } from "../../sync/applying";
import { Button, EmptyState, Page, PageHeader, Skeleton, toast } from "../../ui";
import { type Failure, failureOf, useErrorText } from "../members/errors";
import "./apply.css";
import { Editing } from "./Editing";
import { Standing } from "./Standing";
import { Start } from "./Start";

type Place =
  | { name: "looking"; opening: boolean }
  | { name: "start"; why: "spent" | "ended" | null }
  | { name: "there"; application: OwnApplication }
  | { name: "failed"; failure: Failure };

function tokenOfAddress(): string {
  return window.location.hash.slice(1);
}

/** The link has been understood: nobody who looks at the address later learns it. */
function clearAddress(): void {
  window.history.replaceState(window.history.state, "", window.location.pathname);
}

export function Apply() {
  const { t } = useI18n();
  const [place, setPlace] = useState<Place>({ name: "looking", opening: tokenOfAddress() !== "" });
  const [attempt, setAttempt] = useState(0);
  // Held here: the fragment leaves the address bar as soon as it is understood.
  const token = useRef(tokenOfAddress());

  useEffect(() => {
    const followed = () => {
      if (tokenOfAddress() !== "") {
        token.current = tokenOfAddress();
        setAttempt((before) => before + 1);
      }
    };
    window.addEventListener("hashchange", followed);
    return () => window.removeEventListener("hashchange", followed);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt looks again
  useEffect(() => {
    let stopped = false;
    const opening = token.current !== "";
    setPlace({ name: "looking", opening });
    (opening ? openLink(token.current) : readApplication()).then(
      (application) => {
        token.current = "";
        clearAddress();
        if (!stopped) setPlace({ name: "there", application });
      },
      (thrown: unknown) => {
        const failure = failureOf(thrown);
        if (failure.code === "not_found") {
          token.current = "";
          clearAddress();
        }
        if (stopped) return;
        setPlace(
          failure.code === "not_found"
            ? { name: "start", why: opening ? "spent" : null }
            : { name: "failed", failure },
        );
      },
    );
    return () => {
      stopped = true;
    };
  }, [attempt]);

  const changed = useCallback((application: OwnApplication) => setPlace({ name: "there", application }), []);
  const ended = useCallback(() => setPlace({ name: "start", why: "ended" }), []);
  const leave = useCallback(async () => {
    await leaveApplication().catch(() => undefined);
    setPlace({ name: "start", why: null });
    toast(t("apply.form.left"));
  }, [t]);

  switch (place.name) {
    case "looking":
      return (
        <Page layout="narrow">
          <PageHeader title={t(place.opening ? "apply.open.opening" : "apply.title")} />
          <Skeleton lines={6} />
        </Page>
      );
    case "failed":
      return <Failed failure={place.failure} onAgain={() => setAttempt(attempt + 1)} />;
    case "start":
      return <Start why={place.why} />;
    case "there":
      return place.application.editable ? (
        <Editing
          key={place.application.id}
          application={place.application}
          onChanged={changed}
          onEnded={ended}
          onLeave={leave}
        />
      ) : (
        <Standing application={place.application} onChanged={changed} onEnded={ended} onLeave={leave} />
      );
  }
}

function Failed({ failure, onAgain }: { failure: Failure; onAgain: () => void }) {
  const { t } = useI18n();
  const errorText = useErrorText();
  return (
    <Page layout="narrow">
      <EmptyState
        level={1}
        title={t("apply.open.failed")}
        action={
          <Button variant="main" onPress={onAgain}>
            {t("common.actions.try_again")}
          </Button>
        }
      >
        {errorText(failure)}
      </EmptyState>
    </Page>
  );
}
