/** The second of two steps: a passkey, a code of the authenticator app, or one of the backup codes. */
import { Clock, WandSparkles } from "lucide-react";
import { type FormEvent, useCallback, useEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import { post } from "../../sync/http";
import { Button, CodeField, Notice, PageHeader, TextField } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { failureOf, useErrorText } from "../members/errors";
import { stepSchema } from "./answers";
import { givePasskey, openByTouch } from "./passkeys";
import { fillPersona } from "./persona";
import { passkeysSupported } from "./webauthn";

interface Props {
  /** The picked person of the demonstration, whose code can be filled in. */
  persona: string | null;
  onLeave: () => void;
}

const DIGITS = 6;

type Way = "passkey" | "app" | "backup";

const LINKS = {
  passkey: "passkeys.factor.use_passkey",
  app: "accounts.factor.use_app",
  backup: "accounts.factor.use_backup",
} as const;

export function FactorStep({ persona, onLeave }: Props) {
  const { t, rich } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const network = useSnapshot((snapshot) => snapshot.session?.network.id ?? null);
  const email = useSnapshot((snapshot) => snapshot.session?.account?.email ?? null);
  const hasPasskeys = useSnapshot((snapshot) => (snapshot.session?.passkeys ?? 0) > 0) && passkeysSupported();
  const [way, setWay] = useState<Way>(hasPasskeys && persona === null ? "passkey" : "app");
  const [code, setCode] = useState("");
  const [filled, setFilled] = useState(false);
  const [tried, setTried] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);

  const fill = useCallback(async () => {
    if (persona === null) {
      return;
    }
    const found = await fillPersona(persona).catch(() => null);
    if (found !== null) {
      setWay("app");
      setCode(found.code);
      setFilled(true);
      form.current?.querySelector<HTMLElement>('button[type="submit"]')?.focus();
    }
  }, [persona]);
  useEffect(() => void fill(), [fill]);

  const app = way === "app";
  const incomplete = app
    ? code.length < DIGITS
      ? t("accounts.factor.code_missing")
      : null
    : code.trim() === ""
      ? t("accounts.factor.backup_missing")
      : null;

  const touch = way === "passkey";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) {
      return;
    }
    setTried(true);
    if (incomplete !== null && !touch) {
      form.current?.querySelector<HTMLElement>("input")?.focus();
      return;
    }
    setPending(true);
    setProblem(null);
    try {
      if (touch) {
        const touched = await givePasskey(network);
        await core.refresh();
        await openByTouch(core, touched);
      } else {
        await post("/api/session/second-factor", app ? { code } : { backup_code: code.trim() }, stepSchema);
        await core.refresh();
      }
    } catch (thrown) {
      const failure = failureOf(thrown);
      setPending(false);
      if (failure.code === "not_signed_in" || failure.code === "second_factor_needed") {
        await core.refresh().catch(() => undefined); // The five minutes are over: back to the password.
        return;
      }
      setProblem(errorText(failure));
      setTried(false);
      setFilled(false);
      setCode("");
      form.current?.querySelector<HTMLElement>("input")?.focus();
    }
  };

  const others = (["passkey", "app", "backup"] as const).filter(
    (other) => other !== way && (other !== "passkey" || hasPasskeys),
  );
  const take = (other: Way) => {
    setWay(other);
    setCode("");
    setTried(false);
    setFilled(false);
    setProblem(null);
  };
  const fault = problem ?? (tried ? incomplete : null);
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="stack stack--wide">
      <div>
        <p className="small muted">{t("accounts.sign_in.step", { step: 2 })}</p>
        <PageHeader
          title={t("accounts.factor.title")}
          lead={
            <p>
              {email === null
                ? t("accounts.factor.accepted_plain")
                : rich("accounts.factor.accepted", {
                    email: (
                      <strong>
                        <bdi>{email}</bdi>
                      </strong>
                    ),
                  })}{" "}
              <button type="button" className="as-link" onClick={onLeave}>
                {t("accounts.factor.not_you")}
              </button>
            </p>
          }
        />
      </div>
      {touch ? (
        <>
          <p>{t("passkeys.factor.text")}</p>
          {problem === null ? null : (
            <Notice tone="bad" live>
              {problem}
            </Notice>
          )}
        </>
      ) : null}
      <div className={app ? "factor-line factor-line--app" : "factor-line"}>
        {app ? (
          <CodeField
            label={t("accounts.factor.code")}
            hint={t("accounts.factor.code_hint")}
            value={code}
            onChange={(value) => {
              setCode(value);
              setProblem(null);
            }}
            length={DIGITS}
            error={fault}
            autoFocus={persona === null}
          />
        ) : touch ? null : (
          <TextField
            label={t("accounts.factor.backup")}
            hint={t("accounts.factor.backup_hint")}
            value={code}
            onChange={(value) => {
              setCode(value);
              setProblem(null);
            }}
            code
            autoComplete="off"
            error={fault}
            autoFocus
          />
        )}
        <Button
          variant="main"
          size="l"
          type="submit"
          isPending={pending}
          pendingLabel={t(touch ? "passkeys.factor.waiting" : "accounts.factor.acting")}
          autoFocus={touch}
        >
          {t(touch ? "passkeys.factor.act" : "accounts.factor.act")}
        </Button>
      </div>
      {filled ? (
        <Notice tone="info" live>
          {t("accounts.demo.filled", { act: t("accounts.factor.act") })}
        </Notice>
      ) : null}
      <div className="actions actions--start">
        {others.map((other) => (
          <button key={other} type="button" className="as-link" onClick={() => take(other)}>
            {t(LINKS[other])}
          </button>
        ))}
        {persona !== null && !filled ? (
          <Button variant="quiet" size="s" icon={WandSparkles} onPress={() => void fill()}>
            {t("accounts.demo.fill_code")}
          </Button>
        ) : null}
      </div>
      <Notice tone="plain" icon={Clock}>
        {t("accounts.factor.waits")}
      </Notice>
    </form>
  );
}
