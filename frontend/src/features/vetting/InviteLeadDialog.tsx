/** Invites the lead whom an application names: what enters the Register is what was applied with, and can only be read. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { ApplicationForm } from "../../sync/applications";
import { Button, DescriptionList, Dialog, languageNames, Notice } from "../../ui";
import { useCore } from "../core";
import { useAct } from "../members/act";
import { useActProblem } from "../members/errors";
import { LinkDialog } from "../members/LinkDialog";
import type { CaseProps } from "./useCase";
import { useWords } from "./words";

interface Props extends Pick<CaseProps, "application"> {
  lead: ApplicationForm["focal_points"][number];
  onClose: () => void;
}

export function InviteLeadDialog({ application, lead, onClose }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const act = useAct();
  const problemOf = useActProblem();
  const words = useWords();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const { form } = application;
  const invite = async () => {
    setPending(true);
    setProblem(null);
    const outcome = await act(() =>
      core.invite({
        kind: "lead",
        email: lead.email,
        role: "lead",
        authority: { name: form.name_en.trim(), state: form.state, kind: "member" },
        name: lead.name,
        function: lead.function,
        language: lead.language,
        application: application.id,
      }),
    );
    setPending(false);
    if (outcome.done) setLink(outcome.value.link);
    else if (outcome.failure) setProblem(problemOf(outcome.failure));
  };
  if (link !== null) return <LinkDialog link={link} name={lead.name} onClose={onClose} />;
  return (
    <Dialog
      isOpen
      isBusy={pending}
      onClose={onClose}
      title={t("vetting.admission.invite_title", { authority: words.title(application) })}
      actions={
        <>
          <Button
            variant="main"
            isPending={pending}
            pendingLabel={t("members.invite.making")}
            onPress={() => void invite()}
          >
            {t("members.invite.make")}
          </Button>
          {/* The link is shown to whoever waits for it, and to nobody later. */}
          <Button variant="quiet" whyDisabled={pending ? t("members.invite.making") : null} onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      <p>{t("vetting.admission.invite_check")}</p>
      <DescriptionList
        items={[
          { term: t("members.proposal.label.authority"), value: <bdi>{form.name_en.trim()}</bdi> },
          {
            term: t("members.proposal.label.state"),
            value: t("vetting.state_code", { name: words.state(form.state), code: form.state }),
          },
          { term: t("members.proposal.label.lead"), value: <bdi>{lead.name}</bdi> },
          { term: t("members.proposal.label.function"), value: <bdi>{lead.function}</bdi> },
          { term: t("members.proposal.label.email"), value: <bdi dir="ltr">{lead.email}</bdi> },
          {
            term: t("members.invite.language"),
            value: <bdi lang={lead.language}>{languageNames[lead.language]}</bdi>,
          },
        ]}
      />
      {problem === null ? null : <Notice tone="bad" live title={problem} />}
    </Dialog>
  );
}
