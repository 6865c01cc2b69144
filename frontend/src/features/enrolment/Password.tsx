/** The password of the new account, with an opinion while it is typed and the server's reasons after. */
import { Check, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useI18n } from "../../i18n";
import { Problem, post } from "../../sync/http";
import { Button, Icon, Notice, PageHeader, TextField } from "../../ui";
import { failureOf, useErrorText } from "../members/errors";
import { type Invited, passwordSchema, type Secret } from "./answers";
import { type Around, enrolmentFrame } from "./Frame";
import { judge, shortest } from "./strength";

interface Props {
  invited: (Pick<Invited, "email" | "name" | "authority"> & Partial<Pick<Invited, "kind">>) | null;
  onDone: (secret: Secret) => void;
  path?: string;
  /** The frame of another way than an enrolment. */
  around?: Around;
}

/** The server's codes, as the catalogue names them. */
const serverReasons: Record<string, string> = {
  too_repetitive: "repeats",
  like_your_name: "like_you",
};

export function Password({
  invited,
  onDone,
  path = "/api/enrolment/password",
  around = enrolmentFrame(invited),
}: Props) {
  const { t, lookup } = useI18n();
  const errorText = useErrorText();
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const [pending, setPending] = useState(false);
  const [refused, setRefused] = useState<string[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const about = invited === null ? [] : [invited.name, invited.email, invited.authority?.name ?? ""];
  const opinion = judge(password, about);
  const words = (reason: string) =>
    lookup(`enrolment.password.reasons.${serverReasons[reason] ?? reason}`, { count: shortest }) ??
    t("enrolment.password.reasons.weak");
  const reasons = refused.length > 0 ? refused : opinion.reasons;
  const differs = tried && password !== again;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (opinion.reasons.length > 0 || password !== again) return;
    setPending(true);
    setProblem(null);
    try {
      onDone(await post(path, { password }, passwordSchema));
    } catch (thrown) {
      const { reasons: found } = thrown instanceof Problem ? thrown.extra : {};
      if (thrown instanceof Problem && thrown.code === "password_weak" && Array.isArray(found)) {
        setRefused(found.map(String));
      } else {
        setProblem(errorText(failureOf(thrown)));
      }
      setPending(false);
    }
  };

  return around(
    "password",
    <>
      <PageHeader title={t("enrolment.password.title")} lead={t("enrolment.password.text")} />
      <form className="stack stack--wide enrol-form" onSubmit={(event) => void submit(event)} noValidate>
        {invited !== null && (
          // For password managers, which want to know whose password it is.
          <input type="email" autoComplete="username" value={invited.email} readOnly hidden />
        )}
        <div className="stack">
          <TextField
            type="password"
            label={t("enrolment.password.label")}
            hint={t("enrolment.password.hint", { count: shortest })}
            error={tried && reasons.length > 0 ? reasons.map(words).join(". ") : null}
            value={password}
            onChange={(next) => {
              setPassword(next);
              setRefused([]);
            }}
            autoComplete="new-password"
            autoFocus
          />
          <Meter password={password} strength={refused.length > 0 ? "weak" : opinion.strength} />
          {password !== "" && !tried && opinion.reasons.length > 0 && (
            <ul className="reasons">
              {opinion.reasons.map((reason) => (
                <li key={reason}>
                  <Icon icon={X} />
                  {words(reason)}
                </li>
              ))}
            </ul>
          )}
        </div>
        <TextField
          type="password"
          label={t("enrolment.password.again")}
          error={differs ? t("enrolment.password.differs") : null}
          value={again}
          onChange={setAgain}
          autoComplete="new-password"
        />
        {problem !== null && (
          <Notice tone="bad" live>
            {problem}
          </Notice>
        )}
        <div>
          <Button
            type="submit"
            variant="main"
            isPending={pending}
            pendingLabel={t("enrolment.password.acting")}
          >
            {t("enrolment.password.act")}
          </Button>
        </div>
      </form>
    </>,
  );
}

function Meter({ password, strength }: { password: string; strength: "weak" | "fair" | "strong" }) {
  const { t } = useI18n();
  const level = password === "" ? 0 : { weak: 1, fair: 2, strong: 3 }[strength];
  return (
    <p className={`strength strength--${level}`} role="status">
      <span>{t("enrolment.password.strength")}:</span>{" "}
      {level > 0 && (
        <b>
          {level > 1 && <Icon icon={Check} />}
          {t(`enrolment.password.${strength}`)}
        </b>
      )}
      <span className="strength__bar" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </p>
  );
}
