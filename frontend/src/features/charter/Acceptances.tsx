/** Who has accepted a version, and whether each signature holds; for officers also who has not. */
import { Mail } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Authority, Charter, CharterAcceptance, CharterVersion } from "../../sync/contract";
import { Button, Chip, Notice, StateTile, toast, useGrowing } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { failureOf, useErrorText } from "../members/errors";
import { usePersonNames } from "../members/names";
import { charterDay } from "./dates";
import { covered } from "./standing";

const tones = { holds: "ok", other_text: "bad", broken: "bad" } as const;

export function Acceptances({ charter, version }: { charter: Charter; version: CharterVersion }) {
  const { t, stateName } = useI18n();
  const { people } = usePersonNames();
  const officer = useSnapshot((snapshot) => snapshot.me?.role === "officer");
  const authorities = useSnapshot((snapshot) => snapshot.authorities);
  const members = authorities.filter((one) => one.kind === "member" && one.status === "active");
  const missing = members.filter((one) => !version.acceptances.some(({ authority }) => authority === one.id));
  const byState = (one: Authority, other: Authority) =>
    stateName(one.state).localeCompare(stateName(other.state)) || one.name.localeCompare(other.name);
  const { shown, end } = useGrowing(version.acceptances);
  const odd = version.acceptances.some(({ proof }) => proof === "other_text");
  return (
    <div className="stack">
      <p>
        {version.acceptances.length === 0
          ? t("charter.acceptances.none")
          : t("charter.acceptances.count", { done: members.length - missing.length, total: members.length })}
      </p>
      {odd && <Notice tone="bad">{t("charter.acceptances.other_text_help")}</Notice>}
      {version.acceptances.length > 0 && (
        <ul className="card rows">
          {shown.map((one) => (
            <Accepted key={one.authority} one={one} authority={people.authority(one.authority)} />
          ))}
          {end}
        </ul>
      )}
      {officer && <Missing charter={charter} version={version} missing={[...missing].sort(byState)} />}
    </div>
  );
}

function Accepted({ one, authority }: { one: CharterAcceptance; authority: Authority | null }) {
  const { t, language, stateName } = useI18n();
  const { nameOf } = usePersonNames();
  return (
    <li className="rows__row">
      <StateTile code={authority?.state ?? "GN"} />
      <div className="rows__main">
        <b className="title" dir="auto">
          {authority?.name ?? t("members.somebody")}
        </b>
        <p>
          {authority === null ? null : `${stateName(authority.state)} · `}
          {t("charter.acceptances.by", { name: nameOf(one.account), date: charterDay(language, one.at) })}
        </p>
      </div>
      <Chip tone={tones[one.proof]}>{t(`charter.acceptances.${one.proof}`)}</Chip>
    </li>
  );
}

interface MissingProps {
  charter: Charter;
  version: CharterVersion;
  missing: readonly Authority[];
}

function Missing({ charter, version, missing }: MissingProps) {
  const { t, stateName } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const { nameOf } = usePersonNames();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { shown, end } = useGrowing(missing);
  const open = missing.filter((one) => !covered(charter, version, one.id));
  const remind = async () => {
    setPending(true);
    setProblem(null);
    try {
      const { sent } = await core.remindOfCharter(version.number);
      toast(t("charter.acceptances.reminded", { count: sent }));
    } catch (thrown) {
      setProblem(errorText(failureOf(thrown)));
    } finally {
      setPending(false);
    }
  };
  return (
    <section className="stack">
      <h3 className="section-title">{t("charter.acceptances.missing")}</h3>
      {missing.length === 0 ? (
        <p>{t("charter.acceptances.missing_none")}</p>
      ) : (
        <ul className="card rows">
          {shown.map((one) => {
            const lead = one.people.find((person) => person.active && person.role === "lead");
            return (
              <li key={one.id} className="rows__row">
                <StateTile code={one.state} />
                <div className="rows__main">
                  <b className="title" dir="auto">
                    {one.name}
                  </b>
                  <p>
                    {stateName(one.state)} ·{" "}
                    {lead === undefined
                      ? t("charter.acceptances.no_lead")
                      : t("charter.acceptances.lead", { name: nameOf(lead.account) })}
                  </p>
                </div>
                {covered(charter, version, one.id) && <Chip>{t("charter.acceptances.later")}</Chip>}
              </li>
            );
          })}
          {end}
        </ul>
      )}
      {open.length > 0 && (
        <>
          <p className="muted">{t("charter.acceptances.reminders")}</p>
          {problem !== null && <Notice tone="bad" title={problem} live />}
          <div className="actions">
            <Button
              icon={Mail}
              isPending={pending}
              pendingLabel={t("charter.acceptances.reminding")}
              onPress={() => void remind()}
            >
              {t("charter.acceptances.remind")}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
