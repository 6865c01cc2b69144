/** The keys are made; now somebody who is in already must sign. */
import { useI18n } from "../../i18n";
import { Button, Card, Notice, PageHeader } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { Code } from "../members/Code";
import type { Invited } from "./answers";
import { byLead, Frame } from "./Frame";

export function Waiting({ invited }: { invited: Invited | null }) {
  const { t } = useI18n();
  const core = useCore();
  const code = useSnapshot(({ phase }) =>
    phase.name === "enrolling" ? (phase.codeToCompare ?? null) : null,
  );
  const lead = invited !== null && byLead(invited);
  const authority = invited?.authority?.name ?? "";
  const rekeyed = invited?.kind === "rekey";
  return (
    <Frame stage="last" kind={invited?.kind ?? null} {...(invited === null ? {} : { role: invited.role })}>
      {rekeyed ? (
        <PageHeader
          title={t("recovery.rekey.waiting_title")}
          lead={lead ? t("recovery.rekey.waiting_lead", { authority }) : t("recovery.rekey.waiting_officers")}
        />
      ) : (
        <PageHeader
          title={t(lead ? "enrolment.waiting.title_lead" : "enrolment.waiting.title_officers")}
          lead={lead ? t("enrolment.waiting.text_lead", { authority }) : t("enrolment.waiting.text_officers")}
        />
      )}
      <div className="stack stack--wide">
        {code !== null && code !== "" && (
          <Card title={t("enrolment.waiting.code")}>
            <Code value={code} />
            <p className="muted">
              {t(
                invited?.kind === "lead" ? "enrolment.waiting.code_text_lead" : "enrolment.waiting.code_text",
              )}
            </p>
          </Card>
        )}
        <Notice tone="plain">{t("enrolment.waiting.leave")}</Notice>
        <div>
          <Button onPress={() => void core.signOut().catch(() => undefined)}>
            {t("common.actions.sign_out")}
          </Button>
        </div>
      </div>
    </Frame>
  );
}

export function Done({ invited }: { invited: Invited | null }) {
  const { t } = useI18n();
  const core = useCore();
  return (
    <Frame stage="last" kind={invited?.kind ?? null}>
      <PageHeader title={t("enrolment.waiting.done_title")} lead={t("enrolment.waiting.done_text")} />
      <Button variant="main" onPress={() => void core.refresh().catch(() => undefined)}>
        {t("enrolment.waiting.done_act")}
      </Button>
    </Frame>
  );
}
