/** An officer proposes to suspend, reinstate or end the membership of an authority: the first of two signatures. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Authority } from "../../sync/contract";
import { TextArea, toast } from "../../ui";
import { useCore } from "../core";
import { ActDialog } from "./ActDialog";

export type StandingChange = "suspended" | "reinstated" | "withdrawn";

interface Props {
  authority: Authority;
  change: StandingChange;
  onClose: () => void;
}

export function StandingDialog({ authority, change, onClose }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const [reason, setReason] = useState("");
  return (
    <ActDialog
      danger={change !== "reinstated"}
      title={t(`members.standing.${change}`, { name: authority.name })}
      act={t("members.standing.act")}
      acting={t("members.standing.acting")}
      whyDisabled={reason.trim() === "" ? t("members.standing.reason_missing") : null}
      call={() => core.proposeStanding(authority.id, change, reason.trim())}
      onDone={() => toast(t("members.standing.done"))}
      onClose={onClose}
    >
      <p>{t(`members.standing.${change}_text`)}</p>
      <p>{t("members.standing.two")}</p>
      <TextArea
        label={t("members.standing.reason")}
        hint={t("members.standing.reason_hint")}
        value={reason}
        onChange={setReason}
        maxLength={500}
        rows={3}
        dir="auto"
      />
    </ActDialog>
  );
}
