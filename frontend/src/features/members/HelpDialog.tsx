/** Helps somebody back in who lost something: new keys, or a new sign-in. What it is for and what it does stands first. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Person, SignInReset } from "../../sync/contract";
import { Button, Dialog, Notice } from "../../ui";
import { useCore } from "../core";
import { useAct } from "./act";
import { useActProblem } from "./errors";
import { LinkDialog } from "./LinkDialog";
import { usePersonNames } from "./names";

/** `rekey` replaces keys and needs signatures; `reset` touches no key. */
export type Help = "rekey" | "reset";

interface Props {
  how: Help;
  person: Person;
  onClose: () => void;
}

export function HelpDialog({ how, person, onClose }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const act = useAct();
  const problemOf = useActProblem();
  const { personName } = usePersonNames();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [made, setMade] = useState<{ link: string; state: SignInReset["state"] } | null>(null);
  const name = personName(person);
  const two = person.role === "lead" || person.role === "officer";

  const make = async () => {
    setPending(true);
    setProblem(null);
    const outcome = await act(async () =>
      how === "reset"
        ? core.resetSignIn(person.account)
        : { ...(await core.giveNewKeys(person.account)), state: "open" as const },
    );
    setPending(false);
    if (outcome.done) setMade(outcome.value);
    else if (outcome.failure) setProblem(problemOf(outcome.failure));
  };

  if (made !== null) {
    return (
      <LinkDialog
        link={made.link}
        name={name}
        text={t(`recovery.${how}.link_text`, { name })}
        afterwards={
          how === "rekey"
            ? undefined
            : made.state === "needs_second"
              ? t("recovery.reset.link_second")
              : t("recovery.reset.recorded", { name })
        }
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      isOpen
      isBusy={pending}
      onClose={onClose}
      title={t(`recovery.${how}.title`, { name })}
      actions={
        <>
          <Button
            variant="main"
            isPending={pending}
            pendingLabel={t("recovery.reset.making")}
            onPress={() => void make()}
          >
            {t("recovery.reset.make")}
          </Button>
          {/* The link is shown to whoever waits for it, and to nobody later. */}
          <Button variant="quiet" whyDisabled={pending ? t("recovery.reset.making") : null} onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      <p>{t(`recovery.${how}.when`)}</p>
      <p>{t(`recovery.${how}.what`)}:</p>
      <ul className="consequences">
        <li>{t(`recovery.${how}.link`, { name })}</li>
        {how === "rekey" ? (
          <>
            <li>{t(two ? "recovery.rekey.compare_two" : "recovery.rekey.compare", { name })}</li>
            <li>{t("recovery.rekey.out", { name })}</li>
            {person.role !== "officer" && <li>{t("recovery.rekey.past")}</li>}
            {person.role === "lead" && <li>{t("recovery.rekey.held", { name })}</li>}
          </>
        ) : (
          <>
            {two && <li>{t("recovery.reset.second")}</li>}
            <li>{t("recovery.reset.choose", { name })}</li>
            <li>{t("recovery.reset.recorded", { name })}</li>
          </>
        )}
      </ul>
      <Notice tone="warn">{t(`recovery.${how}.warn`, { name })}</Notice>
      {how === "rekey" && <p className="muted">{t("recovery.rekey.no_sign_in")}</p>}
      {problem !== null && (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
    </Dialog>
  );
}
