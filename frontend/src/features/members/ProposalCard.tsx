/** What one officer signed and another must sign: both see the same words; the first may not be the second. */
import { Check, FileText, PenLine } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Proposal } from "../../sync/contract";
import { Button, Card, Checkbox, Chip, DescriptionList, Icon, Notice, toast } from "../../ui";
import { useCore } from "../core";
import { useAct } from "./act";
import { Code } from "./Code";
import { CodeDiffers } from "./CodeDiffers";
import { useCompared } from "./compared";
import { useActProblem } from "./errors";
import { usePersonNames } from "./names";

export function ProposalCard({ proposal }: { proposal: Proposal }) {
  const { t, lookup } = useI18n();
  const summary = useSummary(proposal);
  const [compared, setCompared] = useCompared(proposal.codeToCompare);
  const type = proposal.type.replaceAll(".", "_");
  const lead = proposal.type === "authority.admitted" && proposal.application === null;
  return (
    <Card
      title={lookup(`members.proposal.type.${type}`) ?? t("members.proposal.type_other")}
      actions={<Chip tone="warn">{t("members.proposal.signatures", { done: 1, needed: 2 })}</Chip>}
    >
      <div className="sign-card">
        <p className="sign-card__label">
          {t(proposal.mine ? "members.proposal.exactly_mine" : "members.proposal.exactly")}
        </p>
        <DescriptionList items={summary} />
        {proposal.codeToCompare !== null && (
          <div>
            <p>{t(lead ? "members.proposal.compare_lead" : "members.proposal.compare_person")}</p>
            <Code value={proposal.codeToCompare} />
            {!proposal.mine && !proposal.stale && proposal.application === null && (
              <Checkbox isSelected={compared} onChange={setCompared}>
                {t("members.proposal.compared")}
              </Checkbox>
            )}
          </div>
        )}
        <Slots proposal={proposal} />
        {proposal.stale && (
          <Notice tone="warn" title={t("members.proposal.stale")}>
            {t("members.proposal.stale_text")}
          </Notice>
        )}
        {proposal.application?.matches === false && (
          <Notice tone="warn" title={t("members.proposal.application_changed")}>
            {t("members.proposal.stale_text")}
          </Notice>
        )}
        <Acts proposal={proposal} ready={proposal.codeToCompare === null || compared} />
      </div>
    </Card>
  );
}

/** The core names labels and some values by codes of the catalogue; what is not a code is shown as it is. */
function useSummary(proposal: Proposal) {
  const { lookup, stateName } = useI18n();
  const { people, personName } = usePersonNames();
  // Of whoever is in the Register, the name that was signed when they came.
  const inWords = (account: string) => {
    const person = people.person(account);
    return person === null ? null : [personName(person), person.function].filter((part) => part).join(", ");
  };
  return proposal.summary.map(({ label, value }) => {
    const name = label.split(".").at(-1) ?? label;
    const translated: Record<string, string | null> = {
      kind: lookup(`members.kind.${value}`),
      person: inWords(value),
      role: lookup(`common.roles.${value}`),
      state: /^[A-Z]{2}$/.test(value) ? `${stateName(value)} (${value})` : null,
      verification: lookup(`members.proposal.verification.${value}`),
      code: null,
    };
    return {
      term: lookup(label) ?? lookup(`members.proposal.label.${name}`) ?? label,
      value: <bdi>{translated[name] ?? value}</bdi>,
    };
  });
}

function Slots({ proposal }: { proposal: Proposal }) {
  const { t, formatDate, formatTime } = useI18n();
  const { nameOf } = usePersonNames();
  const at = { date: formatDate(proposal.proposedAt), time: formatTime(proposal.proposedAt) };
  return (
    <ol className="slots">
      <li className="slot">
        <span className="slot__ring" aria-hidden="true">
          <Icon icon={Check} />
        </span>
        <div>
          <b>
            {proposal.mine
              ? t("members.proposal.first_you")
              : t("members.proposal.first", { name: nameOf(proposal.proposedBy) })}
          </b>
          <p>{t("members.proposal.signed_at", at)}</p>
          {proposal.why !== "" && (
            <p>
              <q dir="auto">{proposal.why}</q>
            </p>
          )}
        </div>
      </li>
      <li className="slot slot--open">
        <span className="slot__ring" aria-hidden="true">
          2
        </span>
        <div>
          <b>{t(proposal.mine ? "members.proposal.second" : "members.proposal.second_you")}</b>
          {!proposal.stale && (
            <p>{t(proposal.mine ? "members.proposal.second_not_you" : "members.proposal.second_open")}</p>
          )}
        </div>
      </li>
    </ol>
  );
}

function Acts({ proposal, ready }: { proposal: Proposal; ready: boolean }) {
  const { t, lookup } = useI18n();
  const core = useCore();
  const act = useAct();
  const problemOf = useActProblem();
  const { people, nameOf } = usePersonNames();
  const person = proposal.account === null ? null : people.person(proposal.account);
  const words = proposal.summary.find(({ label }) => label.endsWith(".person"))?.value;
  const [pending, setPending] = useState<"sign" | "decline" | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (which: "sign" | "decline", call: () => Promise<void>, done: string) => {
    setPending(which);
    setProblem(null);
    const outcome = await act(call);
    setPending(null);
    if (outcome.done) toast(done);
    else if (outcome.failure) setProblem(problemOf(outcome.failure));
  };
  // An admission on an application is signed beside the application.
  const signs = !proposal.mine && !proposal.stale && proposal.application === null;
  return (
    <>
      {signs && <p className="sign-card__effect">{t("members.proposal.effect")}</p>}
      {problem !== null && <Notice tone="bad" title={problem} />}
      <div className="actions">
        {proposal.application !== null && (
          <Button
            variant="main"
            icon={FileText}
            href={`/secretariat/applications/${proposal.application.id}`}
          >
            {t(proposal.mine ? "members.proposal.application" : "members.proposal.sign_application")}
          </Button>
        )}
        {signs && (
          <Button
            variant="main"
            icon={PenLine}
            isPending={pending === "sign"}
            pendingLabel={t("members.proposal.signing")}
            whyDisabled={ready ? null : t("members.invitations.sign_whydisabled")}
            onPress={() =>
              void run("sign", () => core.signProposal(proposal.id), t("members.proposal.signed"))
            }
          >
            {lookup(`members.proposal.act.${proposal.type.replaceAll(".", "_")}`) ??
              t("members.proposal.sign")}
          </Button>
        )}
        {signs && proposal.codeToCompare !== null && proposal.account !== null && (
          <CodeDiffers
            account={proposal.account}
            name={person?.name ?? words ?? nameOf(proposal.account)}
            what="proposal"
            then={() => core.declineProposal(proposal.id)}
          />
        )}
        <Button
          variant="danger"
          isPending={pending === "decline"}
          onPress={() =>
            void run("decline", () => core.declineProposal(proposal.id), t("members.proposal.declined"))
          }
        >
          {t(proposal.mine ? "members.proposal.take_back" : "members.proposal.decline")}
        </Button>
      </div>
    </>
  );
}
