/** An officer begins an application in the name of an applicant, and goes on in the form that applicants fill in. */
import { useState } from "react";
import { languages, useI18n } from "../../i18n";
import { entered } from "../../sync/applications";
import { post } from "../../sync/http";
import { Button, Dialog, languageNames, Notice, Select, TextField } from "../../ui";
import { useAct } from "../members/act";
import { useActProblem } from "../members/errors";

/** `onEntered` leaves this page for the form, which is another part of the application. */
interface Props {
  onClose: () => void;
  onEntered?: () => void;
}

export function EnterDialog({ onClose, onEntered = () => globalThis.location.assign("/apply") }: Props) {
  const { t, language: own } = useI18n();
  const act = useAct();
  const problemOf = useActProblem();
  const [email, setEmail] = useState("");
  const [language, setLanguage] = useState(own);
  const [tried, setTried] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const fault = /^\S+@\S+\.\S+$/.test(email.trim()) ? null : t("vetting.enter.email_wrong");
  const enter = async () => {
    setTried(true);
    if (fault !== null) return;
    setPending(true);
    setProblem(null);
    const outcome = await act(() => post("/api/vetting", { email: email.trim(), language }, entered));
    setPending(false);
    if (outcome.done) onEntered();
    else if (outcome.failure) setProblem(problemOf(outcome.failure));
  };
  return (
    <Dialog
      isOpen
      isBusy={pending}
      isDismissable={email === ""}
      onClose={onClose}
      onSubmit={() => void enter()}
      title={t("vetting.enter.title")}
      actions={
        <>
          <Button type="submit" variant="main" isPending={pending} pendingLabel={t("vetting.enter.making")}>
            {t("vetting.enter.make")}
          </Button>
          <Button variant="quiet" onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      <p>{t("vetting.enter.text")}</p>
      <TextField
        type="email"
        label={t("vetting.enter.email")}
        value={email}
        onChange={setEmail}
        error={tried ? fault : null}
      />
      <Select
        label={t("vetting.enter.language")}
        value={language}
        onChange={setLanguage}
        options={languages.map((code) => ({ value: code, label: languageNames[code] }))}
      />
      {problem === null ? null : <Notice tone="bad" live title={problem} />}
    </Dialog>
  );
}
