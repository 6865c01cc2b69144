/** The absences of one's own people: what is entered, and entering, changing and withdrawing it. */
import { CalendarPlus } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Hex, Person } from "../../sync/contract";
import { post, put, remove } from "../../sync/http";
import { Button, Chip, DayField, Dialog, Notice, Select, Skeleton, toast } from "../../ui";
import { useNow } from "../conversations/useNow";
import { failureOf, useErrorText } from "../members/errors";
import { usePersonNames } from "../members/names";
import { type Absence, absenceSchema, dayIn, faultOf, isNow, mayEnter, noonOf, ownZone } from "./absences";
import { readAbsences, useAbsences } from "./useAbsences";
import "./absences.css";

interface Props {
  me: Person;
  /** Those of the same authority, or all officers. */
  people: readonly Person[];
  /** Whether the lead and deputies act for others now. */
  active: boolean;
}

type Asked = { what: "enter" } | { what: "change" | "withdraw"; absence: Absence };

export function AbsencesCard({ me, people, active }: Props) {
  const { t } = useI18n();
  const errorText = useErrorText();
  const { absences, failure } = useAbsences();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const mine = (absences ?? []).flatMap((absence) => {
    const person = people.find((one) => one.account === absence.account);
    return person === undefined ? [] : [{ absence, person }];
  });
  return (
    <section className="absences">
      <div className="section-head">
        <h2 className="section-title">{t("absences.title")}</h2>
        <Button size="s" icon={CalendarPlus} onPress={() => setAsked({ what: "enter" })}>
          {t("absences.enter")}
        </Button>
      </div>
      <p className="muted">{t("absences.lead")}</p>
      {absences === null && failure === null && <Skeleton />}
      {failure !== null && <Notice tone="bad" title={t("absences.failed", { reason: errorText(failure) })} />}
      {absences !== null && mine.length === 0 && <p className="muted">{t("absences.none")}</p>}
      {mine.length > 0 && (
        <ul className="card rows">
          {mine.map(({ absence, person }) => (
            <Row
              key={absence.id}
              absence={absence}
              person={person}
              mayChange={mayEnter(me, person, active)}
              onAsk={setAsked}
            />
          ))}
        </ul>
      )}
      {asked?.what === "enter" && (
        <AbsenceDialog me={me} people={people} active={active} absence={null} onClose={close} />
      )}
      {asked?.what === "change" && (
        <AbsenceDialog me={me} people={people} active={active} absence={asked.absence} onClose={close} />
      )}
      {asked?.what === "withdraw" && <WithdrawDialog absence={asked.absence} onClose={close} />}
    </section>
  );
}

interface RowProps {
  absence: Absence;
  person: Person;
  mayChange: boolean;
  onAsk: (asked: Asked) => void;
}

function Row({ absence, person, mayChange, onAsk }: RowProps) {
  const { t, formatDate } = useI18n();
  const { personName, nameOf } = usePersonNames();
  const now = isNow(absence, useNow());
  const [first, last] = [formatDate(noonOf(absence.first)), formatDate(noonOf(absence.last))];
  return (
    <li className="rows__row">
      <div className="rows__main">
        <b>
          <bdi>{personName(person)}</bdi>
        </b>
        <p>
          {absence.first === absence.last ? first : t("absences.days", { first, last })}
          {absence.stand_in !== null && (
            <>
              {" · "}
              {t("absences.stands_in", { name: nameOf(absence.stand_in) })}
            </>
          )}
          {absence.zone !== ownZone() && (
            <>
              {" · "}
              <bdi dir="ltr">{absence.zone}</bdi>
            </>
          )}
        </p>
      </div>
      {now && <Chip tone="warn">{t("absences.now")}</Chip>}
      {mayChange && (
        <>
          <Button size="s" onPress={() => onAsk({ what: "change", absence })}>
            {t("absences.change")}
          </Button>
          <Button size="s" onPress={() => onAsk({ what: "withdraw", absence })}>
            {t("absences.withdraw")}
          </Button>
        </>
      )}
    </li>
  );
}

/** One sentence for what the server refused. */
function useProblem(): (thrown: unknown) => string {
  const { lookup } = useI18n();
  const errorText = useErrorText();
  return (thrown) => {
    const failure = failureOf(thrown);
    return lookup(`absences.errors.${failure.code}`) ?? errorText(failure);
  };
}

interface DialogProps extends Props {
  /** Null for a further one. */
  absence: Absence | null;
  onClose: () => void;
}

function AbsenceDialog({ me, people, active, absence, onClose }: DialogProps) {
  const { t } = useI18n();
  const { personName } = usePersonNames();
  const problemOf = useProblem();
  const [account, setAccount] = useState<Hex>(absence?.account ?? me.account);
  const [first, setFirst] = useState(absence?.first ?? "");
  const [last, setLast] = useState(absence?.last ?? "");
  const [standIn, setStandIn] = useState(absence?.stand_in ?? "");
  const [tried, setTried] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const zone = absence?.zone ?? ownZone();
  const fault = faultOf(first, last, dayIn(zone, Date.now()));
  const shown = tried && fault !== null ? t(`absences.faults.${fault}`) : null;
  const others = people.filter((person) => person.active && !person.held && person.account !== account);
  const away = people.filter((person) => person.active && mayEnter(me, person, active));
  const whose = people.find((person) => person.account === account);

  const submit = async () => {
    setTried(true);
    setProblem(null);
    if (fault !== null) return;
    setPending(true);
    const days = { first, last, zone, stand_in: standIn === "" ? null : standIn };
    try {
      if (absence === null) {
        await post("/api/absences", { ...days, account }, absenceSchema);
      } else {
        await put(`/api/absences/${absence.id}`, days, absenceSchema);
      }
      await readAbsences();
      toast(t("absences.saved"));
      onClose();
    } catch (thrown) {
      setProblem(problemOf(thrown));
      setPending(false);
    }
  };

  return (
    <Dialog
      isOpen
      isBusy={pending}
      onClose={onClose}
      onSubmit={() => void submit()}
      title={
        absence === null || whose === undefined
          ? t("absences.enter")
          : t("absences.change_title", { name: personName(whose) })
      }
      actions={
        <>
          <Button type="submit" variant="main" isPending={pending} pendingLabel={t("absences.saving")}>
            {t("absences.save")}
          </Button>
          <Button variant="quiet" onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      {absence === null && away.length > 1 && (
        <Select
          label={t("absences.who")}
          value={account}
          onChange={(chosen) => {
            setAccount(chosen);
            if (chosen === standIn) setStandIn("");
          }}
          options={away.map((person) => ({
            value: person.account,
            label: person.self ? t("absences.you", { name: personName(person) }) : personName(person),
          }))}
        />
      )}
      <div className="absences__days">
        <DayField label={t("absences.first")} value={first} onChange={setFirst} error={shown} />
        <DayField label={t("absences.last")} value={last} onChange={setLast} />
      </div>
      {others.length > 0 && (
        <Select
          label={t("absences.stand_in")}
          hint={t("absences.stand_in_hint")}
          value={standIn}
          onChange={setStandIn}
          options={[
            { value: "", label: t("absences.nobody") },
            ...others.map((person) => ({ value: person.account, label: personName(person) })),
          ]}
        />
      )}
      <p className="muted">{t("absences.zone", { zone })}</p>
      {problem !== null && (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
    </Dialog>
  );
}

function WithdrawDialog({ absence, onClose }: { absence: Absence; onClose: () => void }) {
  const { t } = useI18n();
  const { nameOf } = usePersonNames();
  const problemOf = useProblem();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const name = nameOf(absence.account);
  const press = async () => {
    setPending(true);
    try {
      await remove(`/api/absences/${absence.id}`);
      await readAbsences();
      toast(t("absences.withdrawn"));
      onClose();
    } catch (thrown) {
      setProblem(problemOf(thrown));
      setPending(false);
    }
  };
  return (
    <Dialog
      isOpen
      isAlert
      isBusy={pending}
      onClose={onClose}
      title={t("absences.withdraw_title", { name })}
      actions={
        <>
          <Button
            variant="danger"
            isPending={pending}
            pendingLabel={t("absences.withdraw")}
            onPress={() => void press()}
          >
            {t("absences.withdraw_act")}
          </Button>
          <Button variant="quiet" onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      <p>{t("absences.withdraw_text", { name })}</p>
      {problem !== null && (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
    </Dialog>
  );
}
