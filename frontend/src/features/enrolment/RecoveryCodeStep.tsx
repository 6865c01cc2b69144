/** Makes the keys of the person and shows the recovery code, once, until two of its groups were typed back. */
import { Check, Copy, Download, Printer, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useI18n } from "../../i18n";
import type { RecoveryCode } from "../../sync/contract";
import { Button, Card, type GroupState, GroupsField, Icon, Notice, PageHeader } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { failureOf, useErrorText } from "../members/errors";
import type { Invited } from "./answers";
import { Frame } from "./Frame";
import { RecoverySheet, useSheetText } from "./RecoverySheet";

interface Props {
  invited: Invited | null;
  /** A code was shown before, but this page does not hold it any more. */
  lost: boolean;
}

export function RecoveryCodeStep({ invited, lost }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const [code, setCode] = useState<RecoveryCode | null>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const make = async () => {
    setPending(true);
    setProblem(null);
    try {
      setCode(await core.makeKeys());
    } catch (thrown) {
      setProblem(errorText(failureOf(thrown)));
    }
    setPending(false);
  };
  if (code !== null) {
    return (
      <Frame
        stage="recovery_code"
        kind={invited?.kind ?? null}
        {...(invited === null ? {} : { role: invited.role })}
        aside={<WhereToKeep serial={code.serial} />}
        asideLabel={t("enrolment.recovery.where")}
      >
        <RecoveryCodeForm
          key={code.groups.join("")}
          code={code}
          email={invited?.email ?? null}
          confirm={(answers) => core.confirmRecoveryCode(answers)}
          onDifferent={make}
        />
      </Frame>
    );
  }
  return (
    <Frame
      stage="recovery_code"
      kind={invited?.kind ?? null}
      {...(invited === null ? {} : { role: invited.role })}
    >
      <PageHeader
        title={t("enrolment.recovery.intro_title")}
        lead={t(invited?.kind === "rekey" ? "recovery.rekey.intro" : "enrolment.recovery.intro")}
      />
      <div className="stack stack--wide">
        {lost && <Notice tone="warn">{t("enrolment.recovery.lost")}</Notice>}
        {problem !== null && (
          <Notice tone="bad" live>
            {problem}
          </Notice>
        )}
        <div>
          <Button
            variant="main"
            isPending={pending}
            pendingLabel={t("enrolment.recovery.making")}
            onPress={() => void make()}
          >
            {t("enrolment.recovery.make")}
          </Button>
        </div>
      </div>
    </Frame>
  );
}

/** Two different groups, chosen by chance: nobody can prepare for them. */
function twoGroups(count: number): [number, number] {
  const [one = 0, other = 0] = crypto.getRandomValues(new Uint32Array(2));
  const first = one % count;
  const second = (first + 1 + (other % (count - 1))) % count;
  return first < second ? [first, second] : [second, first];
}

interface FormProps {
  code: RecoveryCode;
  email: string | null;
  /** Rejects with `recovery_code_wrong` and the first group that does not match. */
  confirm: (answers: { [group: number]: string }) => Promise<void>;
  onDone?: () => void;
  /** Without it there is no second try with another code. */
  onDifferent?: () => Promise<void>;
}

/** Also used where a recovery code is replaced. */
export function RecoveryCodeForm({ code, email, confirm, onDone, onDifferent }: FormProps) {
  const { t } = useI18n();
  const errorText = useErrorText();
  const own = useSnapshot((snapshot) => snapshot.session?.account?.email ?? null);
  const [asked] = useState(() => twoGroups(code.groups.length));
  const [answers, setAnswers] = useState<Record<number, string>>({});
  const [wrong, setWrong] = useState<number | null>(null);
  const [tried, setTried] = useState(false);
  const [pending, setPending] = useState<"confirm" | "different" | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const missing = asked.find((index) => (answers[index] ?? "") === "");
  const states: Record<number, GroupState> = {};
  for (const index of asked) {
    const typed = answers[index] ?? "";
    const expected = code.groups[index] ?? "";
    if (typed.length === expected.length) states[index] = typed === expected ? "ok" : "wrong";
  }
  const mismatch = wrong ?? asked.find((index) => states[index] === "wrong") ?? null;
  const fault =
    mismatch !== null
      ? t("enrolment.recovery.group_wrong", { group: mismatch + 1 })
      : tried && missing !== undefined
        ? t("enrolment.recovery.group_missing", { group: missing + 1 })
        : null;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (missing !== undefined || mismatch !== null) return;
    setPending("confirm");
    setProblem(null);
    try {
      await confirm(answers);
      onDone?.();
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure.code === "recovery_code_wrong" && failure.group !== undefined) setWrong(failure.group);
      else setProblem(t("enrolment.recovery.unconfirmed", { reason: errorText(failure) }));
      setPending(null);
    }
  };

  return (
    <form className="stack stack--wide" onSubmit={(event) => void submit(event)} noValidate>
      <PageHeader title={t("enrolment.recovery.title")} lead={t("enrolment.recovery.text")} />
      <CodeCard code={code} email={email ?? own} />
      <Card title={t("enrolment.recovery.type_back")}>
        <GroupsField
          label={t("enrolment.recovery.type_back")}
          indexes={asked}
          values={answers}
          onChange={(next) => {
            setAnswers(next);
            setWrong(null);
          }}
          states={states}
          groupLabel={(group) => t("enrolment.recovery.group", { group })}
          error={fault}
        />
      </Card>
      {problem !== null && (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      )}
      <div className="actions">
        <Button
          type="submit"
          variant="main"
          isPending={pending === "confirm"}
          pendingLabel={t("enrolment.recovery.acting")}
        >
          {t("common.actions.continue")}
        </Button>
        {onDifferent !== undefined && (
          <Button
            variant="quiet"
            isPending={pending === "different"}
            onPress={() => {
              setPending("different");
              void onDifferent().finally(() => setPending(null));
            }}
          >
            {t("enrolment.recovery.different")}
          </Button>
        )}
      </div>
    </form>
  );
}

function CodeCard({ code, email }: { code: RecoveryCode; email: string | null }) {
  const { t, formatDate, formatNumber } = useI18n();
  const sheet = useSheetText(code, email);
  const [copied, setCopied] = useState(false);
  return (
    <Card
      title={t("enrolment.recovery.code_number", { serial: code.serial })}
      beside={formatDate(code.date)}
      actions={
        <>
          <Button size="s" icon={Printer} onPress={() => window.print()}>
            {t("common.actions.print")}
          </Button>
          <Button size="s" icon={Copy} onPress={() => void sheet.copy().then(setCopied)}>
            {t(copied ? "common.actions.copied" : "common.actions.copy")}
          </Button>
          <Button size="s" icon={Download} onPress={sheet.save}>
            {t("enrolment.recovery.save")}
          </Button>
        </>
      }
    >
      <ol className="code-sheet" dir="ltr" aria-label={t("enrolment.recovery.groups")}>
        {code.groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place
          <li key={index}>
            <small>{formatNumber(index + 1)}</small>
            <b>{group}</b>
          </li>
        ))}
      </ol>
      <p className="code-sheet__note">{t("enrolment.recovery.letters")}</p>
      <RecoverySheet code={code} email={email} />
    </Card>
  );
}

/** What to do with the paper; stands beside the code. */
export function WhereToKeep({ serial }: { serial: number }) {
  const { t } = useI18n();
  return (
    <>
      <Card title={t("enrolment.recovery.where")}>
        <ul className="keep">
          <li>
            <Icon icon={Check} />
            <div>
              {t("enrolment.recovery.paper")}
              <p>{t("enrolment.recovery.paper_text", { serial })}</p>
            </div>
          </li>
          <li>
            <Icon icon={Check} />
            <div>
              {t("enrolment.recovery.store")}
              <p>{t("enrolment.recovery.store_text")}</p>
            </div>
          </li>
          <li className="keep__never">
            <Icon icon={X} />
            <div>
              {t("enrolment.recovery.never")}
              <p>{t("enrolment.recovery.never_text")}</p>
            </div>
          </li>
        </ul>
      </Card>
      <Notice tone="info">{t("enrolment.recovery.not_backup")}</Notice>
    </>
  );
}
