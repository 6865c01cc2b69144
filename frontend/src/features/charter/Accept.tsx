/** The act of the lead: what exactly is signed, and one touch. For everybody else, who can do it. */
import { BadgeCheck, PenLine } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { CharterVersion, Hex } from "../../sync/contract";
import { Button, Card, DescriptionList, Notice, toast } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { useAct } from "../members/act";
import { useActProblem } from "../members/errors";
import { usePersonNames } from "../members/names";
import { charterDay } from "./dates";

interface Props {
  version: CharterVersion;
  authority: Hex;
  /** The texts were read and fit; before that nothing is signed. */
  ready: boolean;
}

export function Accept({ version, authority, ready }: Props) {
  const { t, language } = useI18n();
  const core = useCore();
  const act = useAct();
  const problemOf = useActProblem();
  const { nameOf, people, authorityName } = usePersonNames();
  const me = useSnapshot((snapshot) => snapshot.me);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const own = people.authority(authority);
  const accepted = version.acceptances.find((one) => one.authority === authority);
  if (accepted !== undefined) {
    return (
      <Notice tone="ok" icon={BadgeCheck}>
        {t("charter.accept.accepted", {
          name: nameOf(accepted.account),
          date: charterDay(language, accepted.at),
        })}
      </Notice>
    );
  }
  if (me?.role !== "lead" || me.held) {
    const lead = own?.people.find((person) => person.active && person.role === "lead");
    return (
      <Notice tone="info">
        {lead === undefined
          ? t("charter.accept.for_nobody")
          : t("charter.accept.for_lead", { name: nameOf(lead.account) })}
      </Notice>
    );
  }
  const accept = async () => {
    setPending(true);
    setProblem(null);
    const outcome = await act(() => core.acceptCharter(version.number, version.hash));
    setPending(false);
    if (outcome.done) toast(t("charter.accept.done"));
    else if (outcome.failure) setProblem(problemOf(outcome.failure));
  };
  return (
    <Card title={t("charter.accept.title", { number: version.number })}>
      <div className="stack">
        <p>{t("charter.accept.text")}</p>
        <DescriptionList
          items={[
            {
              term: t("charter.accept.authority"),
              value: <bdi>{own === null ? "" : authorityName(own)}</bdi>,
            },
            { term: t("charter.accept.version"), value: <bdi>{version.number}</bdi> },
            {
              term: t("charter.accept.applies"),
              value: t("charter.midnight", { date: charterDay(language, version.effective) }),
            },
            { term: t("charter.accept.texts"), value: t("charter.accept.all_six") },
            {
              term: t("charter.accept.fingerprint"),
              value: (
                <code className="charter-hash" dir="ltr">
                  {version.hash.replace(/(.{8})(?=.)/g, "$1 ")}
                </code>
              ),
            },
          ]}
        />
        <p className="muted">{t("charter.accept.effect")}</p>
        {problem !== null && <Notice tone="bad" title={problem} live />}
        <div className="actions">
          <Button
            variant="main"
            icon={PenLine}
            isPending={pending}
            pendingLabel={t("charter.accept.acting")}
            whyDisabled={ready ? null : t("common.loading")}
            onPress={() => void accept()}
          >
            {t("charter.accept.act")}
          </Button>
        </div>
      </div>
    </Card>
  );
}
