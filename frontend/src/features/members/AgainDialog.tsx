/** Asks for the second factor again, which the server wants before acts that count for everyone. */
import { useState } from "react";
import * as v from "valibot";
import { useI18n } from "../../i18n";
import { post } from "../../sync/http";
import { Button, CodeField, Dialog } from "../../ui";
import { useCore } from "../core";
import { DemoCode } from "../enrolment/DemoFill";
import { failureOf, useErrorText } from "./errors";

const answerSchema = v.looseObject({ confirmed_until: v.number() });

export function AgainDialog({ onAnswer }: { onAnswer: (confirmed: boolean) => void }) {
  const { t } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const [code, setCode] = useState("");
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const confirm = async (given: string) => {
    setPending(true);
    try {
      await post("/api/session/confirm", { code: given }, answerSchema);
      await core.refresh().catch(() => undefined);
      onAnswer(true);
    } catch (thrown) {
      const failure = failureOf(thrown);
      setProblem(failure.code === "wrong_code" ? t("members.again.wrong") : errorText(failure));
      setPending(false);
    }
  };
  const change = (next: string) => {
    setCode(next);
    setProblem(null);
  };
  return (
    <Dialog
      isOpen
      isBusy={pending}
      onClose={() => onAnswer(false)}
      onSubmit={() => void confirm(code)}
      title={t("members.again.title")}
      actions={
        <>
          <Button type="submit" variant="main" isPending={pending} pendingLabel={t("members.again.acting")}>
            {t("members.again.act")}
          </Button>
          <Button variant="quiet" onPress={() => onAnswer(false)}>
            {t("common.actions.cancel")}
          </Button>
          <DemoCode onFill={change} />
        </>
      }
    >
      <p>{t("members.again.text")}</p>
      <CodeField label={t("members.again.code")} value={code} onChange={change} error={problem} autoFocus />
    </Dialog>
  );
}
