/** Hands earlier messages over to somebody who may read now: which, from when on, and exactly what that opens. */
import { useEffect, useState } from "react";
import { useI18n } from "../../i18n";
import type { HandOverOffer, Hex, Person } from "../../sync/contract";
import {
  Button,
  Checkbox,
  DayField,
  Dialog,
  EmptyState,
  Notice,
  RadioCards,
  Skeleton,
  toast,
} from "../../ui";
import { useCore } from "../core";
import { Code } from "./Code";
import { CodeDiffersLater } from "./CodeDiffersLater";
import { useCompared } from "./compared";
import { type Failure, failureOf, useErrorText } from "./errors";
import { type Step, startOfDay, stepFor } from "./handOver";
import { standing } from "./lookup";
import { usePersonNames } from "./names";

interface Props {
  person: Person;
  /** One conversation alone, as where it is open; else all that there are to choose from. */
  only?: Hex;
  onClose: () => void;
}

export function HandOverDialog({ person, only, onClose }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const { personName } = usePersonNames();
  const errorText = useErrorText();
  const [offers, setOffers] = useState<HandOverOffer[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt, setAttempt] = useState(0);
  const name = personName(person);
  // biome-ignore lint/correctness/useExhaustiveDependencies: looks again with each attempt
  useEffect(() => {
    let stopped = false;
    setFailure(null);
    core.handOverOffers(person.account).then(
      (found) => {
        if (!stopped) {
          setOffers(found.filter(({ conversation }) => only === undefined || conversation === only));
        }
      },
      (thrown: unknown) => {
        if (!stopped) setFailure(failureOf(thrown));
      },
    );
    return () => {
      stopped = true;
    };
  }, [core, person.account, only, attempt]);

  if (offers !== null && offers.length > 0) {
    return <Choose person={person} offers={offers} onClose={onClose} />;
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("recovery.handover.title", { name })}
      actions={<Button onPress={onClose}>{t("common.actions.close")}</Button>}
    >
      {failure !== null ? (
        <Notice
          tone="bad"
          live
          action={
            <Button size="s" onPress={() => setAttempt(attempt + 1)}>
              {t("common.actions.try_again")}
            </Button>
          }
        >
          {errorText(failure)}
        </Notice>
      ) : offers === null ? (
        <>
          <p role="status">{t("recovery.handover.looking")}</p>
          <Skeleton />
        </>
      ) : (
        <EmptyState title={t("recovery.handover.none_title")}>
          {t("recovery.handover.none_text", { name })}
        </EmptyState>
      )}
    </Dialog>
  );
}

type Chosen = { offer: HandOverOffer; step: Step };

function Choose({
  person,
  offers,
  onClose,
}: {
  person: Person;
  offers: readonly HandOverOffer[];
  onClose: () => void;
}) {
  const { t } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const { personName } = usePersonNames();
  const many = offers.length > 1;
  const [conversations, setConversations] = useState<ReadonlySet<Hex>>(
    () => new Set(many ? [] : offers.map(({ conversation }) => conversation)),
  );
  const [how, setHow] = useState<"everything" | "date">("everything");
  const [day, setDay] = useState("");
  const [compared, setCompared] = useCompared(person.codeToCompare);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const name = personName(person);
  const changed = standing(person, Date.now()) === "changed";
  const since = how === "date" ? startOfDay(day) : null;
  const dated = how === "everything" || since !== null;
  const chosen: Chosen[] = offers.flatMap((offer) => {
    const step = dated && conversations.has(offer.conversation) ? stepFor(offer, since) : null;
    return step === null ? [] : [{ offer, step }];
  });

  const missing = () => {
    if (conversations.size === 0) return t("recovery.handover.choose_first");
    if (!dated) return t("recovery.handover.date_missing");
    if (chosen.length === 0) return t("recovery.handover.nothing_later", { name });
    return changed && !compared ? t("recovery.handover.compare_first") : null;
  };
  const submit = async () => {
    if (missing() !== null) return;
    setPending(true);
    setProblem(null);
    try {
      await core.handOver(
        person.account,
        chosen.map(({ offer, step }) => ({ conversation: offer.conversation, from: step.from })),
      );
      toast(t("recovery.handover.done", { name }));
      onClose();
    } catch (thrown) {
      const failure = failureOf(thrown);
      const reason =
        failure.code === "not_a_reader" ? t("recovery.handover.not_a_reader") : errorText(failure);
      setProblem(t("recovery.handover.failed", { reason }));
      setPending(false);
    }
  };
  const choose = (conversation: Hex, selected: boolean) => {
    const next = new Set(conversations);
    if (selected) next.add(conversation);
    else next.delete(conversation);
    setConversations(next);
  };

  return (
    <Dialog
      isOpen
      isBusy={pending}
      onClose={onClose}
      onSubmit={() => void submit()}
      title={t("recovery.handover.title", { name })}
      actions={
        <>
          <Button
            type="submit"
            variant="main"
            isPending={pending}
            pendingLabel={t("recovery.handover.acting")}
            whyDisabled={missing()}
          >
            {t("recovery.handover.submit")}
          </Button>
          <Button variant="quiet" onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      <p>{t("recovery.handover.text", { name })}</p>
      {many && <Conversations offers={offers} selected={conversations} onChoose={choose} />}
      <RadioCards
        label={t("recovery.handover.how_much")}
        value={how}
        onChange={setHow}
        options={[
          {
            value: "everything",
            label: t("recovery.handover.everything"),
            hint: t("recovery.handover.everything_text"),
          },
          { value: "date", label: t("recovery.handover.date") },
        ]}
      />
      {how === "date" && <DayField label={t("recovery.handover.date_label")} value={day} onChange={setDay} />}
      <Outcome name={name} chosen={chosen} since={since} many={many} />
      {changed && (
        <div className="stack">
          <p>{t("recovery.handover.compare", { name })}</p>
          <Code value={person.codeToCompare} />
          <Checkbox isSelected={compared} onChange={setCompared}>
            {t("recovery.handover.compared", { name })}
          </Checkbox>
          <CodeDiffersLater account={person.account} name={name} />
        </div>
      )}
      <p className="muted">{t("recovery.handover.signed")}</p>
      {problem !== null && (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
    </Dialog>
  );
}

interface ConversationsProps {
  offers: readonly HandOverOffer[];
  selected: ReadonlySet<Hex>;
  onChoose: (conversation: Hex, selected: boolean) => void;
}

function Conversations({ offers, selected, onChoose }: ConversationsProps) {
  const { t, formatDate } = useI18n();
  return (
    <fieldset className="hand-over__choice">
      <legend className="field__label">{t("recovery.handover.conversations")}</legend>
      <ul>
        {offers.map((offer) => (
          <li key={offer.conversation}>
            <Checkbox
              isSelected={selected.has(offer.conversation)}
              onChange={(now) => onChoose(offer.conversation, now)}
            >
              <bdi>{offer.subject ?? t("conversations.no_subject")}</bdi>
              <span className="hand-over__reads">
                {offer.readsFrom === null
                  ? t("recovery.handover.reads_nothing")
                  : t("recovery.handover.reads_from", { date: formatDate(offer.readsFrom) })}
              </span>
            </Checkbox>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

interface OutcomeProps {
  name: string;
  chosen: readonly Chosen[];
  since: number | null;
  many: boolean;
}

/** What becomes readable, to the minute. */
function Outcome({ name, chosen, since, many }: OutcomeProps) {
  const { t, formatDate, formatTime } = useI18n();
  const [first] = chosen;
  if (first === undefined) return null;
  const moment = ({ step }: Chosen) => ({ date: formatDate(step.at), time: formatTime(step.at) });
  const earlier = since !== null && chosen.some(({ step }) => step.at < since);
  return (
    <div className="stack" role="status">
      {many ? (
        <>
          <p>{t("recovery.handover.will_many", { name })}</p>
          <ul className="consequences">
            {chosen.map((each) => (
              <li key={each.offer.conversation}>
                {t("recovery.handover.will_one", {
                  subject: each.offer.subject ?? t("conversations.no_subject"),
                  ...moment(each),
                })}
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p>
          <b>{t("recovery.handover.will", { name, ...moment(first) })}</b>
        </p>
      )}
      {earlier && <p>{t("recovery.handover.earlier")}</p>}
    </div>
  );
}
