/** The first of two steps: who it is, and the password; or both steps at once, by a passkey. */
import { KeyRound } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import { post } from "../../sync/http";
import { Button, Notice, PageHeader, TextField } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { failureOf, useErrorText } from "../members/errors";
import { type Filled, stepSchema } from "./answers";
import { openByTouch, signInByPasskey } from "./passkeys";
import { passkeysSupported } from "./webauthn";

interface Props {
  /** From the demonstration; a new object for each pick. */
  filled: Filled | null;
  onTyped: () => void;
}

export function PasswordStep({ filled, onTyped }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const network = useSnapshot((snapshot) => snapshot.session?.network.id ?? null);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const [pending, setPending] = useState(false);
  const [touching, setTouching] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (filled !== null) {
      setEmail(filled.email);
      setPassword(filled.password);
      setProblem(null);
      form.current?.querySelector<HTMLElement>('button[type="submit"]')?.focus();
    }
  }, [filled]);

  const emailFault =
    email.trim() === ""
      ? t("accounts.sign_in.email_missing")
      : /^\S+@\S+$/.test(email.trim())
        ? null
        : t("accounts.sign_in.email_wrong");
  const passwordFault = password === "" ? t("accounts.sign_in.password_missing") : null;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (emailFault !== null || passwordFault !== null) {
      const missing = emailFault !== null ? "email" : "password";
      form.current?.querySelector<HTMLElement>(`input[name="${missing}"]`)?.focus();
      return;
    }
    setPending(true);
    setProblem(null);
    try {
      await post("/api/session/password", { email: email.trim(), password }, stepSchema);
      await core.refresh();
    } catch (thrown) {
      setProblem(errorText(failureOf(thrown)));
      setPending(false);
    }
  };

  const touch = async () => {
    setTouching(true);
    setProblem(null);
    try {
      const touched = await signInByPasskey(network);
      await core.refresh();
      await openByTouch(core, touched);
    } catch (thrown) {
      setProblem(errorText(failureOf(thrown)));
    }
    setTouching(false);
  };

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="stack stack--wide">
      <div>
        <p className="small muted">{t("accounts.sign_in.step", { step: 1 })}</p>
        <PageHeader title={t("accounts.sign_in.title")} lead={t("accounts.sign_in.lead")} />
      </div>
      {filled !== null && problem === null ? (
        <Notice tone="info" live>
          {t("accounts.demo.filled", { act: t("accounts.sign_in.act") })}
        </Notice>
      ) : null}
      {problem !== null ? (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      ) : null}
      <TextField
        label={t("accounts.sign_in.email")}
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        onChange={(value) => {
          setEmail(value);
          onTyped();
        }}
        error={tried ? emailFault : null}
      />
      <TextField
        label={t("accounts.sign_in.password")}
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        error={tried ? passwordFault : null}
      />
      <Button
        variant="main"
        size="l"
        wide
        type="submit"
        isPending={pending}
        pendingLabel={t("accounts.sign_in.acting")}
      >
        {t("accounts.sign_in.act")}
      </Button>
      {passkeysSupported() ? (
        <div className="stack">
          <p className="either small muted">{t("passkeys.sign_in.or")}</p>
          <Button
            size="l"
            wide
            icon={KeyRound}
            isPending={touching}
            pendingLabel={t("passkeys.sign_in.acting")}
            onPress={() => void touch()}
          >
            {t("passkeys.sign_in.act")}
          </Button>
          <p className="small muted">{t("passkeys.sign_in.hint")}</p>
        </div>
      ) : null}
    </form>
  );
}
