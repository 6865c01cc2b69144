/** Asks officers what has happened with the lead of an authority, and proposes the act that fits, with what everybody sees. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Authority, Hex, Person } from "../../sync/contract";
import { Notice, RadioCards, toast } from "../../ui";
import { useCore } from "../core";
import { ActDialog } from "./ActDialog";
import type { Help } from "./HelpDialog";
import { canConfirm, leadOf } from "./leading";
import { byRank } from "./lookup";
import { usePersonNames } from "./names";

interface Props {
  authority: Authority;
  /** Somebody new is invited to lead it. */
  onInvite: () => void;
  onHelp: (how: Help, person: Person) => void;
  onClose: () => void;
}

type Happened = "stays" | "left" | "lost";
const OUTSIDE = "outside";

export function LeadDialog({ authority, onInvite, onHelp, onClose }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const { personName } = usePersonNames();
  const lead = leadOf(authority);
  const [happened, setHappened] = useState<Happened>("stays");
  const [follows, setFollows] = useState<Hex | typeof OUTSIDE | "">("");
  const candidates = authority.people
    .filter((person) => person.active && person.account !== lead?.account)
    .sort(byRank);
  const former = lead === null ? "" : personName(lead);
  const next = candidates.find((person) => person.account === follows) ?? null;
  const nextName = next === null ? "" : personName(next);
  const locksOut = lead !== null && happened === "left";
  const helps = lead !== null && happened === "lost";
  const names = !locksOut && !helps;
  const nobody = names && follows === OUTSIDE && !canConfirm(authority);

  const call = async () => {
    if (locksOut) await core.proposeRemoval(lead.account);
    else if (next !== null) await core.proposeLead(next.account);
  };
  const act = () => {
    if (locksOut) return t("people.lead.act_remove", { name: former });
    if (helps) return t("recovery.rekey.act");
    if (follows === OUTSIDE) return t("people.lead.act_invite");
    return t("people.lead.act_name");
  };
  const goesOn = helps || (names && follows === OUTSIDE);
  const missing = () => {
    if (names && follows === "") return t("people.lead.choose");
    return nobody ? t("people.lead.nobody_title") : null;
  };
  return (
    <ActDialog
      danger={locksOut}
      title={t(lead === null ? "people.lead.title_none" : "people.lead.title", { name: authority.name })}
      act={act()}
      acting={t("members.standing.acting")}
      whyDisabled={missing()}
      call={call}
      onDone={() => {
        if (helps) onHelp("rekey", lead);
        else if (goesOn) onInvite();
        else toast(t("members.standing.done"));
      }}
      onClose={onClose}
    >
      {lead === null ? (
        <p>{t("people.lead.none_text")}</p>
      ) : (
        <RadioCards
          label={t("people.lead.what")}
          value={happened}
          onChange={(value) => setHappened(value)}
          options={(["stays", "left", "lost"] as const).map((value) => ({
            value,
            label: t(`people.lead.${value}`, { name: former }),
            hint: t(`people.lead.${value}_text`, { name: former }),
          }))}
        />
      )}
      {names && (
        <RadioCards
          label={t("people.lead.who")}
          value={follows}
          onChange={(value) => setFollows(value)}
          options={[
            ...candidates.map((person) => ({
              value: person.account,
              label: personName(person),
              hint: person.held ? t("members.proof.held") : t(`common.roles.${person.role}`),
            })),
            { value: OUTSIDE, label: t("people.lead.outside"), hint: t("people.lead.outside_text") },
          ]}
        />
      )}
      {nobody ? (
        <Notice tone="warn" title={t("people.lead.nobody_title")}>
          {t("people.lead.nobody_text")}
        </Notice>
      ) : (
        <Consequences
          what={
            locksOut
              ? "out"
              : helps
                ? "keys"
                : follows === OUTSIDE
                  ? "outside"
                  : next === null
                    ? null
                    : "named"
          }
          former={former}
          next={nextName}
          authority={authority.name}
        />
      )}
    </ActDialog>
  );
}

interface ConsequencesProps {
  what: "out" | "keys" | "outside" | "named" | null;
  /** Empty where nobody leads it now. */
  former: string;
  next: string;
  authority: string;
}

function Consequences({ what, former, next, authority }: ConsequencesProps) {
  const { t } = useI18n();
  if (what === null) return null;
  const lines = {
    out: [
      t("members.standing.two"),
      t("people.lead.then_out", { name: former }),
      t("people.lead.then_new_keys", { authority }),
      t("members.removal.past"),
      t("people.lead.then_left", { name: former }),
      t("people.lead.then_next"),
    ],
    keys: [t("people.lead.then_rekey", { name: former })],
    outside: [
      t("people.lead.then_link"),
      t("people.lead.then_held", { authority }),
      ...(former === "" ? [] : [t("people.lead.then_deputy", { name: former })]),
      t("people.lead.then_seen"),
    ],
    named: [
      t("members.standing.two"),
      t("people.lead.then_lead", { name: next, authority }),
      ...(former === "" ? [] : [t("people.lead.then_deputy", { name: former })]),
      t("people.lead.then_keys"),
      t("people.lead.then_seen"),
    ],
  }[what];
  return (
    <div>
      <p>{t("members.removal.what")}:</p>
      <ul className="consequences">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
