/** Asks for the second factor again, which the server wants before acts that count for everyone. */
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import { post } from "../../sync/http";
import { Button, CodeField, Dialog } from "../../ui";
import { confirmByPasskey, confirmedSchema } from "../accounts/passkeys";
import { passkeysSupported } from "../accounts/webauthn";
import { useCore, useSnapshot } from "../core";
import { DemoCode } from "../enrolment/DemoFill";
import { failureOf, useErrorText } from "./errors";

export function AgainDialog({ onAnswer }: { onAnswer: (confirmed: boolean) => void }) {
  const { t } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const hasPasskeys = useSnapshot((snapshot) => (snapshot.session?.passkeys ?? 0) > 0) && passkeysSupported();
  const [code, setCode] = useState("");
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const confirm = async (give: () => Promise<unknown>) => {
    setPending(true);
    setProblem(null);
    try {
      await give();
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
      onSubmit={() => void confirm(() => post("/api/session/confirm", { code }, confirmedSchema))}
      title={t("members.again.title")}
      actions={
        <>
          <Button type="submit" variant="main" isPending={pending} pendingLabel={t("members.again.acting")}>
            {t("members.again.act")}
          </Button>
          {hasPasskeys ? (
            <Button
              icon={KeyRound}
              isDisabled={pending}
              onPress={() => void confirm(() => confirmByPasskey(null))}
            >
              {t("passkeys.again.act")}
            </Button>
          ) : null}
          <Button variant="quiet" onPress={() => onAnswer(false)}>
            {t("common.actions.cancel")}
          </Button>
          <DemoCode onFill={change} />
        </>
      }
    >
      <p>{t(hasPasskeys ? "passkeys.again.text" : "members.again.text")}</p>
      <CodeField label={t("members.again.code")} value={code} onChange={change} error={problem} autoFocus />
    </Dialog>
  );
}
