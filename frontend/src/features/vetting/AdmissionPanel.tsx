/** The admission: the lead's keys, and two signatures of two officers, the second under exactly what the first signed. */
import { Check, PenLine } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useI18n } from "../../i18n";
import type { Invitation } from "../../sync/contract";
import { Button, Card, Checkbox, Chip, Icon, Notice, TextArea, toast } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { ActDialog } from "../members/ActDialog";
import { useAct } from "../members/act";
import { Code } from "../members/Code";
import { useCompared } from "../members/compared";
import { useActProblem } from "../members/errors";
import { usePersonNames } from "../members/names";
import { type Stage, stageOf } from "./admission";
import { InviteLeadDialog } from "./InviteLeadDialog";
import { SecondSignature } from "./SecondSignature";
import type { CaseProps } from "./useCase";
import { WhyNot } from "./WhyNot";

export function AdmissionPanel({ application, acts, children }: CaseProps & { children: ReactNode }) {
  const { t } = useI18n();
  const invitations = useSnapshot((snapshot) => snapshot.invitations);
  const proposals = useSnapshot((snapshot) => snapshot.proposals);
  const stage = stageOf(application, { invitations, proposals });
  const signed = stage.at === "second" ? 1 : 0;
  // Stands here: once the link is made the panel is at its next stage, and the link is still to be handed over.
  const [inviting, setInviting] = useState(false);
  const lead = leadOf(application);
  return (
    <Card
      title={t("vetting.admission.title")}
      actions={<Chip tone="warn">{t("vetting.admission.signatures", { done: signed })}</Chip>}
    >
      <div className="stack">
        <p className="small muted">
          {t(
            application.membership === "observer"
              ? "vetting.admission.two_observer"
              : "vetting.admission.two",
          )}
        </p>
        <Present application={application} acts={acts} stage={stage} onInvite={() => setInviting(true)} />
        {children}
        {inviting && lead !== null ? (
          <InviteLeadDialog
            application={application}
            lead={lead}
            onClose={() => {
              setInviting(false);
              void acts.reload();
            }}
          />
        ) : null}
      </div>
    </Card>
  );
}

interface PresentProps extends CaseProps {
  stage: Stage;
  onInvite: () => void;
}

function Present({ application, acts, stage, onInvite }: PresentProps) {
  const { t } = useI18n();
  const firstIsOthers = !application.may_decide && (stage.at === "first" || stage.at === "propose");
  if (application.why_not === "waits_for_applicant" || firstIsOthers) {
    return <WhyNot application={application} step={application.steps.at(-1) ?? null} />;
  }
  switch (stage.at) {
    case "invite":
      return <InviteLead application={application} onInvite={onInvite} />;
    case "enrolling":
      return <Enrolling application={application} acts={acts} stage={stage} />;
    case "colleague_first":
      return <Notice tone="info">{t("vetting.admission.link_colleague")}</Notice>;
    case "first":
      return stage.invitation === null ? (
        <p className="muted">{t("vetting.admission.not_shown")}</p>
      ) : (
        <FirstForMember application={application} acts={acts} invitation={stage.invitation} />
      );
    case "propose":
      return <FirstForObserver application={application} acts={acts} />;
    case "second":
      return stage.proposal === null ? (
        <p className="muted">{t("vetting.admission.not_shown")}</p>
      ) : (
        <SecondSignature application={application} acts={acts} proposal={stage.proposal} />
      );
  }
}

function leadOf({ form }: CaseProps["application"]) {
  return form.focal_points.find(({ role }) => role === "lead") ?? null;
}

function LeadFacts({ application }: Pick<CaseProps, "application">) {
  const { t } = useI18n();
  const lead = leadOf(application);
  if (lead === null) return <Notice tone="warn">{t("vetting.admission.no_lead")}</Notice>;
  return (
    <div>
      <h3 className="sign-card__label">{t("vetting.admission.lead")}</h3>
      <p>
        <b>
          <bdi>{lead.name}</bdi>
        </b>
        <br />
        <span className="small muted">
          <bdi>{lead.function}</bdi>
          <br />
          <bdi dir="ltr">{lead.email}</bdi>
        </span>
      </p>
    </div>
  );
}

function InviteLead({ application, onInvite }: Pick<CaseProps, "application"> & { onInvite: () => void }) {
  const { t } = useI18n();
  return (
    <>
      <LeadFacts application={application} />
      {leadOf(application) === null ? null : (
        <>
          <p className="small muted">{t("vetting.admission.invite_text")}</p>
          <Button variant="main" wide onPress={onInvite}>
            {t("vetting.admission.invite")}
          </Button>
        </>
      )}
    </>
  );
}

function Enrolling({ application, acts, stage }: CaseProps & { stage: Extract<Stage, { at: "enrolling" }> }) {
  const { t } = useI18n();
  return (
    <>
      <LeadFacts application={application} />
      <Chip tone={stage.state === "invalid" ? "warn" : "accent"}>
        {t(`vetting.admission.link_state.${stage.state}`)}
      </Chip>
      <p className="small muted">
        {t(stage.mine ? "vetting.admission.link_mine" : "vetting.admission.link_colleague")}
      </p>
      {stage.mine ? <WithdrawLink application={application} acts={acts} /> : null}
    </>
  );
}

function WithdrawLink({ application, acts }: CaseProps) {
  const { t } = useI18n();
  const core = useCore();
  const [asked, setAsked] = useState(false);
  const id = application.invitation?.id;
  if (id === undefined) return null;
  return (
    <>
      <Button size="s" onPress={() => setAsked(true)}>
        {t("vetting.admission.link_withdraw")}
      </Button>
      {asked && (
        <ActDialog
          danger
          title={t("vetting.admission.link_withdraw_title")}
          act={t("vetting.admission.link_withdraw")}
          call={() => core.withdrawInvitation(id).finally(acts.reload)}
          onDone={() => toast(t("vetting.admission.link_withdrawn"))}
          onClose={() => setAsked(false)}
        >
          <p>{t("vetting.admission.link_withdraw_text")}</p>
        </ActDialog>
      )}
    </>
  );
}

function FirstForMember({ application, acts, invitation }: CaseProps & { invitation: Invitation }) {
  const { t } = useI18n();
  const core = useCore();
  const [compared, setCompared] = useCompared(invitation.codeToCompare);
  if (invitation.matches === false) {
    return (
      <>
        <Notice tone="bad" title={t("members.invitations.differs")}>
          {t("vetting.admission.keys_differ")}
        </Notice>
        <WithdrawLink application={application} acts={acts} />
      </>
    );
  }
  return (
    <>
      <LeadFacts application={application} />
      <Chip tone="ok" icon={Check}>
        {t("vetting.admission.link_state.waiting")}
      </Chip>
      {invitation.codeToCompare === null ? null : (
        <ToCompare
          text={t("vetting.admission.compare", { telephone: application.form.telephone })}
          code={invitation.codeToCompare}
          compared={compared}
          onCompared={setCompared}
        />
      )}
      <FirstSignature acts={acts} ready={compared} sign={(why) => core.signInvitation(invitation.id, why)} />
      <WithdrawLink application={application} acts={acts} />
    </>
  );
}

interface ToCompareProps {
  text: string;
  code: string;
  compared: boolean;
  /** Null where one only reads. */
  onCompared: ((compared: boolean) => void) | null;
}

export function ToCompare({ text, code, compared, onCompared }: ToCompareProps) {
  const { t } = useI18n();
  return (
    <div className="to-compare">
      <p className="small">{text}</p>
      <Code value={code} />
      {onCompared === null ? null : (
        <Checkbox isSelected={compared} onChange={onCompared}>
          {t("vetting.admission.compared")}
        </Checkbox>
      )}
    </div>
  );
}

function FirstForObserver({ application, acts }: CaseProps) {
  const core = useCore();
  return <FirstSignature acts={acts} ready sign={(why) => core.proposeObserver(application.id, why)} />;
}

interface FirstProps extends Pick<CaseProps, "acts"> {
  ready: boolean;
  sign: (why: string) => Promise<void>;
}

function FirstSignature({ acts, ready, sign }: FirstProps) {
  const { t } = useI18n();
  const { personName } = usePersonNames();
  const me = useSnapshot((snapshot) => snapshot.me);
  return (
    <>
      <ol className="slots">
        <Slot
          number={1}
          name={
            me === null
              ? t("vetting.admission.first_you")
              : t("vetting.admission.you_named", { name: personName(me) })
          }
        >
          <p>{t("vetting.admission.first_sign")}</p>
        </Slot>
        <Slot number={2} name={t("vetting.admission.second")} />
      </ol>
      <Sign
        act={t("vetting.admission.sign_first")}
        done={t("vetting.admission.signed_first")}
        whyDisabled={ready ? null : t("vetting.admission.compare_first")}
        sign={(why) => sign(why).finally(acts.reload)}
      />
    </>
  );
}

interface SlotProps {
  number: number;
  name: string;
  isSigned?: boolean;
  children?: ReactNode;
}

/** A place for a signature: signed, or open. */
export function Slot({ number, name, isSigned = false, children }: SlotProps) {
  const { formatNumber } = useI18n();
  return (
    <li className={isSigned ? "slot" : "slot slot--open"}>
      <span className="slot__ring" aria-hidden="true">
        {isSigned ? <Icon icon={Check} size="large" /> : formatNumber(number)}
      </span>
      <div>
        <b>
          <bdi>{name}</bdi>
        </b>
        {children}
      </div>
    </li>
  );
}

interface SignProps {
  act: string;
  done: string;
  whyDisabled: string | null;
  sign: (why: string) => Promise<void>;
}

/** Why one agrees, and the signature. */
export function Sign({ act, done, whyDisabled, sign }: SignProps) {
  const { t } = useI18n();
  const run = useAct();
  const problemOf = useActProblem();
  const [why, setWhy] = useState("");
  const [tried, setTried] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const empty = why.trim() === "";
  const press = async () => {
    setTried(true);
    setProblem(null);
    if (empty) return;
    setPending(true);
    const outcome = await run(() => sign(why.trim()));
    setPending(false);
    if (outcome.done) toast(done);
    else if (outcome.failure) setProblem(problemOf(outcome.failure));
  };
  return (
    <>
      <TextArea
        label={t("vetting.admission.why")}
        error={tried && empty ? t("vetting.admission.why_missing") : null}
        value={why}
        onChange={setWhy}
        rows={2}
      />
      {problem === null ? null : <Notice tone="bad" live title={problem} />}
      <Button
        variant="main"
        wide
        icon={PenLine}
        isPending={pending}
        pendingLabel={t("vetting.admission.signing")}
        whyDisabled={whyDisabled}
        onPress={() => void press()}
      >
        {act}
      </Button>
      <p className="tiny subtle">{t("vetting.admission.effect")}</p>
    </>
  );
}
