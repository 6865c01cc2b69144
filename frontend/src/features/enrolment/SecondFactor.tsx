/** Connects an authenticator app: QR code, secret to type, and the first code as the proof that it works. */
import { WandSparkles } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useI18n } from "../../i18n";
import { post } from "../../sync/http";
import { Button, Card, CodeField, Notice, PageHeader } from "../../ui";
import { useSnapshot } from "../core";
import { failureOf, useErrorText } from "../members/errors";
import { factorSchema, type Invited, type Secret } from "./answers";
import { type Around, enrolmentFrame } from "./Frame";
import { QrCode } from "./QrCode";
import { oneTimeCode } from "./totp";

interface Props {
  invited: (Pick<Invited, "email"> & Partial<Pick<Invited, "kind">>) | null;
  secret: Secret;
  onDone: (backupCodes: string[]) => void;
  path?: string;
  around?: Around;
}

export function SecondFactor({
  invited,
  secret,
  onDone,
  path = "/api/enrolment/second-factor",
  around = enrolmentFrame(invited),
}: Props) {
  const { t } = useI18n();
  const errorText = useErrorText();
  const demo = useSnapshot((snapshot) => snapshot.session?.network.demo ?? false);
  const [code, setCode] = useState("");
  const [pending, setPending] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const change = (next: string) => {
    setCode(next);
    setFault(null);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return; // Enter sends a form also while its button works
    setPending(true);
    setProblem(null);
    try {
      const { backup_codes } = await post(path, { code }, factorSchema);
      onDone(backup_codes);
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure.code === "wrong_code") setFault(t("enrolment.factor.wrong"));
      else setProblem(errorText(failure));
      setPending(false);
    }
  };
  return around(
    "second_factor",
    <>
      <PageHeader title={t("enrolment.factor.title")} lead={t("enrolment.factor.text")} />
      <form className="stack stack--wide" onSubmit={(event) => void submit(event)} noValidate>
        <Card>
          <div className="factor">
            <div>
              <p className="factor__label">{t("enrolment.factor.scan")}</p>
              <QrCode text={secret.totp_uri} label={t("enrolment.factor.qr")} />
            </div>
            <div>
              <p className="factor__label">{t("enrolment.factor.type")}</p>
              <p className="factor__secret" dir="ltr">
                {(secret.totp_secret.match(/.{1,4}/g) ?? []).map((group, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the groups of one secret never change places
                  <span key={index}>{group} </span>
                ))}
              </p>
            </div>
          </div>
        </Card>
        <CodeField
          label={t("enrolment.factor.code")}
          hint={t("enrolment.factor.code_hint")}
          error={fault}
          value={code}
          onChange={change}
        />
        {problem !== null && (
          <Notice tone="bad" live>
            {problem}
          </Notice>
        )}
        <div className="actions">
          <Button
            type="submit"
            variant="main"
            isPending={pending}
            pendingLabel={t("enrolment.factor.acting")}
          >
            {t("enrolment.factor.act")}
          </Button>
          {demo && (
            <Button
              variant="quiet"
              icon={WandSparkles}
              onPress={() => void oneTimeCode(secret.totp_secret, Date.now()).then(change)}
            >
              {t("enrolment.factor.demo")}
            </Button>
          )}
        </div>
      </form>
    </>,
  );
}
