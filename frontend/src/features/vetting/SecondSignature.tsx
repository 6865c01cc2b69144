/** What the first officer signed, beside the application; the second signs exactly that, or sends it back. */
import { CircleAlert, CircleCheck, Fingerprint } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Proposal } from "../../sync/contract";
import { Button, classes, Icon, Notice, toast } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { useAct } from "../members/act";
import { useCompared } from "../members/compared";
import { useActProblem } from "../members/errors";
import { usePersonNames } from "../members/names";
import { Sign, Slot, ToCompare } from "./AdmissionPanel";
import { type Compared, comparedLines } from "./admission";
import { changedSince, signedRevision } from "./form";
import type { CaseProps } from "./useCase";
import { useDigest } from "./useDigest";
import { useWords } from "./words";

type Props = CaseProps & { proposal: Proposal };

export function SecondSignature({ application, acts, proposal }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const digest = useDigest(application);
  const [compared, setCompared] = useCompared(proposal.codeToCompare);
  const lines = comparedLines(application, proposal);
  const changed =
    proposal.application?.matches === false ||
    (signedRevision(application) ?? application.revision) < application.revision;
  const named = proposal.application?.id === application.id;
  const differs = digest === "differs" || !named || lines.some((line) => isDifferent(line));
  const signs = !proposal.mine && !proposal.stale && !changed;
  const { telephone } = application.form;
  return (
    <>
      <Signatures proposal={proposal} signs={signs} />
      {changed ? (
        <Changed application={application} />
      ) : proposal.stale ? (
        <Notice tone="warn" title={t("vetting.admission.stale_title")}>
          {t("vetting.admission.stale_text")}
        </Notice>
      ) : null}
      {changed ? null : <Statement lines={lines} />}
      {changed ? null : (
        <Notice
          tone={digest === "checking" ? "plain" : differs ? "bad" : "ok"}
          icon={Fingerprint}
          title={t("vetting.admission.digest")}
          live
        >
          {t(
            digest === "checking"
              ? "vetting.admission.digest_checking"
              : differs
                ? "vetting.admission.digest_differs"
                : "vetting.admission.digest_holds",
          )}
        </Notice>
      )}
      {proposal.codeToCompare === null || changed ? null : (
        <ToCompare
          text={t(proposal.mine ? "vetting.admission.compare" : "vetting.admission.compare_again", {
            telephone,
          })}
          code={proposal.codeToCompare}
          compared={compared}
          onCompared={signs ? setCompared : null}
        />
      )}
      {signs && digest === "holds" && !differs ? (
        <Sign
          act={t("vetting.admission.sign_second")}
          done={t("vetting.admission.signed_second")}
          whyDisabled={
            proposal.codeToCompare === null || compared ? null : t("vetting.admission.compare_first")
          }
          sign={(why) => core.signProposal(proposal.id, why).finally(acts.reload)}
        />
      ) : null}
      <SendBack proposal={proposal} acts={acts} />
    </>
  );
}

function isDifferent({ signed, applied }: Compared): boolean {
  return applied !== null && applied !== signed;
}

function Signatures({ proposal, signs }: { proposal: Proposal; signs: boolean }) {
  const { t, formatDate, formatTime } = useI18n();
  const { nameOf, personName } = usePersonNames();
  const me = useSnapshot((snapshot) => snapshot.me);
  const you = me === null ? t("common.you") : t("vetting.admission.you_named", { name: personName(me) });
  const at = { date: formatDate(proposal.proposedAt), time: formatTime(proposal.proposedAt) };
  return (
    <ol className="slots">
      <Slot number={1} isSigned name={proposal.mine ? you : nameOf(proposal.proposedBy)}>
        <p>{t("vetting.admission.signed_at", at)}</p>
        {proposal.why === "" ? null : <q dir="auto">{proposal.why}</q>}
      </Slot>
      <Slot number={2} name={proposal.mine ? t("vetting.admission.second") : you}>
        {proposal.mine || signs ? (
          <p>{t(proposal.mine ? "vetting.admission.second_not" : "vetting.admission.second_may")}</p>
        ) : null}
      </Slot>
    </ol>
  );
}

function Changed({ application }: Pick<CaseProps, "application">) {
  const { t } = useI18n();
  const words = useWords();
  const since = changedSince(application, signedRevision(application) ?? application.revision);
  return (
    <Notice tone="bad" title={t("vetting.admission.changed_title")}>
      {since.length === 0 ? (
        <p>{t("vetting.admission.changed_none")}</p>
      ) : (
        <ul className="consequences">
          {since.map((code) => (
            <li key={code}>{words.field(code)}</li>
          ))}
        </ul>
      )}
      <p>{t("vetting.admission.changed_text")}</p>
    </Notice>
  );
}

/** Line by line, and a sign with a word where the two are not the same. */
function Statement({ lines }: { lines: readonly Compared[] }) {
  const { t, lookup } = useI18n();
  const shown = useShown();
  return (
    <div>
      <h3 className="sign-card__label">{t("vetting.admission.exactly")}</h3>
      <dl className="beside">
        {lines.map((line) => {
          const differs = isDifferent(line);
          return (
            <div key={line.key} className={classes(differs && "beside--different")}>
              <dt>{lookup(line.key) ?? line.key}</dt>
              <dd>
                <bdi>{shown(line, line.signed)}</bdi>
                {line.applied === null ? null : differs ? (
                  <span className="late">
                    <Icon icon={CircleAlert} /> {t("vetting.admission.different")}:{" "}
                    {t("vetting.admission.applied")} <bdi>{shown(line, line.applied)}</bdi>
                  </span>
                ) : (
                  <span className="beside__same">
                    <Icon icon={CircleCheck} />
                    <span className="visually-hidden">{t("vetting.admission.same")}</span>
                  </span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

/** Codes of the statement in words; what is not a code as it is. */
function useShown() {
  const { t, lookup, stateName } = useI18n();
  return ({ label, key }: Compared, value: string) => {
    if (label === "kind") return lookup(`members.kind.${value}`) ?? value;
    if (label === "state") return t("vetting.state_code", { name: stateName(value), code: value });
    if (key.endsWith(".verification")) return lookup(`members.proposal.verification.${value}`) ?? value;
    return value;
  };
}

function SendBack({ proposal, acts }: Pick<Props, "proposal" | "acts">) {
  const { t } = useI18n();
  const core = useCore();
  const act = useAct();
  const problemOf = useActProblem();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async () => {
    setPending(true);
    setProblem(null);
    const outcome = await act(() => core.declineProposal(proposal.id).finally(acts.reload));
    setPending(false);
    if (outcome.done) {
      toast(t(proposal.mine ? "vetting.admission.taken_back" : "vetting.admission.sent_back"));
    } else if (outcome.failure) setProblem(problemOf(outcome.failure));
  };
  return (
    <>
      {problem === null ? null : <Notice tone="bad" live title={problem} />}
      <Button variant="danger" wide isPending={pending} onPress={() => void send()}>
        {t(proposal.mine ? "vetting.admission.take_back" : "vetting.admission.send_back")}
      </Button>
    </>
  );
}
