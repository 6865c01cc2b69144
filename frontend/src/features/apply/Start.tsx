/** What joining means and asks for, and the one field that begins an application or goes on with it. */
import { Eye, FileText, ListChecks, Users } from "lucide-react";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { type Language, languages, useI18n } from "../../i18n";
import { askForLink } from "../../sync/applying";
import {
  Button,
  Card,
  Icon,
  type IconType,
  Link,
  languageNames,
  Notice,
  Page,
  PageHeader,
  Select,
  TextField,
} from "../../ui";
import { useSnapshot } from "../core";
import { failureOf } from "../members/errors";
import { isAddress, looksPrivate } from "./form";
import { useProblem } from "./useProblem";

interface Props {
  /** Why one is here again: the link opened nothing, or the right of this browser has ended. */
  why: "spent" | "ended" | null;
}

export function Start({ why }: Props) {
  const { t } = useI18n();
  const signedIn = useSnapshot((snapshot) => snapshot.session?.state === "signed_in");
  return (
    <Page>
      <PageHeader title={t("apply.start.title")} lead={<p>{t("apply.start.lead")}</p>} />
      <div className="apply-start">
        <div className="stack stack--wide">
          {why === null ? null : (
            <Notice tone="warn" title={t(`apply.open.${why}_title`)} live>
              {t(`apply.open.${why}_text`)}
            </Notice>
          )}
          <LinkCard />
          {signedIn ? null : (
            <p className="small muted">
              {t("apply.start.member_already")} <Link href="/">{t("common.actions.sign_in")}</Link>
            </p>
          )}
        </div>
        <div className="apply-about">
          <About icon={Users} title={t("apply.start.who_title")}>
            <p>
              <strong>{t("apply.start.member")}.</strong> {t("apply.start.member_text")}
            </p>
            <p>
              <strong>{t("apply.start.observer")}.</strong> {t("apply.start.observer_text")}
            </p>
            <p className="muted">{t("apply.start.not")}</p>
          </About>
          <About icon={FileText} title={t("apply.start.need_title")}>
            <ul className="apply-list">
              <li>{t("apply.start.need_mandate")}</li>
              <li>{t("apply.start.need_confirmation")}</li>
              <li>{t("apply.start.need_protection")}</li>
              <li>{t("apply.start.need_people")}</li>
              <li>{t("apply.start.need_signatory")}</li>
            </ul>
            <p className="muted">{t("apply.start.need_time")}</p>
          </About>
          <About icon={ListChecks} title={t("apply.start.how_title")}>
            <ol className="apply-list apply-list--numbers">
              <li>{t("apply.start.how_submit")}</li>
              <li>{t("apply.start.how_check")}</li>
              <li>{t("apply.start.how_confirm")}</li>
              <li>{t("apply.start.how_object")}</li>
              <li>{t("apply.start.how_sign")}</li>
            </ol>
            <p className="muted">{t("apply.start.how_long")}</p>
          </About>
          <About icon={Eye} title={t("apply.start.reads_title")}>
            <p>{t("apply.start.reads")}</p>
            <p>
              <strong>{t("apply.start.reads_not")}</strong>
            </p>
            <p className="muted">{t("apply.start.reads_days")}</p>
          </About>
        </div>
      </div>
    </Page>
  );
}

function About({ icon, title, children }: { icon: IconType; title: string; children: ReactNode }) {
  return (
    <section className="apply-about__part">
      <h2>
        <Icon icon={icon} /> {title}
      </h2>
      <div className="stack">{children}</div>
    </section>
  );
}

/** Seconds until it may be asked again, so that nobody presses into a refusal. */
const WAIT = 60;

function useCountdown(): [number, (seconds: number) => void] {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (until <= now) return;
    const timer = setTimeout(() => setNow(Date.now()), 1000);
    return () => clearTimeout(timer);
  }, [until, now]);
  const start = (seconds: number) => {
    setNow(Date.now());
    setUntil(Date.now() + seconds * 1000);
  };
  return [Math.max(0, Math.ceil((until - now) / 1000)), start];
}

function LinkCard() {
  const { t, language } = useI18n();
  const problem = useProblem();
  const [email, setEmail] = useState("");
  const [chosen, setChosen] = useState<Language | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const [sentTo, setSentTo] = useState<string | null>(null);
  const [wait, startWait] = useCountdown();
  const form = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLParagraphElement>(null);
  const wanted = chosen ?? language;

  useEffect(() => {
    if (sentTo !== null) heading.current?.focus();
  }, [sentTo]);

  const send = async (to: string) => {
    setPending(true);
    setFailed(null);
    try {
      await askForLink(to, wanted);
      setSentTo(to);
      startWait(WAIT);
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure.code === "slow_down" && failure.retryAfter !== undefined) {
        startWait(failure.retryAfter);
      }
      setFailed(failure.code === "invalid" ? t("apply.hints.email_refused") : problem(failure));
    } finally {
      setPending(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isAddress(email)) {
      setFault(t(email.trim() === "" ? "accounts.sign_in.email_missing" : "apply.hints.email_wrong"));
      form.current?.querySelector<HTMLElement>("input[name=email]")?.focus();
      return;
    }
    setFault(null);
    if (!pending && wait === 0) void send(email.trim());
  };
  const whyWait = wait > 0 ? t("apply.link.again_in", { count: wait }) : null;
  const problemNotice =
    failed === null ? null : (
      <Notice tone="bad" live>
        {failed}
      </Notice>
    );

  if (sentTo !== null) {
    return (
      <Card>
        <div className="stack">
          <p className="apply-sent" tabIndex={-1} ref={heading}>
            {t("apply.link.sent_title")}
          </p>
          <p>{t("apply.link.sent", { email: sentTo })}</p>
          <div>
            <h2 className="apply-minor">{t("apply.link.nothing_title")}</h2>
            <ul className="apply-list small">
              <li>{t("apply.link.nothing_minutes")}</li>
              <li>{t("apply.link.nothing_spam")}</li>
              <li>{t("apply.link.nothing_typo")}</li>
              <li>{t("apply.link.nothing_blocked")}</li>
            </ul>
          </div>
          {problemNotice}
          <div className="actions">
            <Button
              isPending={pending}
              pendingLabel={t("apply.link.acting")}
              isDisabled={wait > 0}
              onPress={() => void send(sentTo)}
            >
              {t("apply.link.again")}
            </Button>
            <Button variant="quiet" onPress={() => setSentTo(null)}>
              {t("apply.link.another")}
            </Button>
          </div>
          {whyWait === null ? null : <p className="small muted">{whyWait}</p>}
        </div>
      </Card>
    );
  }
  return (
    <Card title={t("apply.link.title")}>
      <form className="stack" noValidate onSubmit={submit} ref={form}>
        <p className="muted">{t("apply.link.text")}</p>
        <TextField
          label={t("apply.link.email")}
          hint={looksPrivate(email) ? t("apply.hints.email_official") : t("apply.link.email_hint")}
          error={fault}
          type="email"
          name="email"
          autoComplete="email"
          value={email}
          onChange={setEmail}
          maxLength={254}
        />
        <Select
          label={t("apply.link.language")}
          options={languages.map((one) => ({ value: one, label: languageNames[one] }))}
          value={wanted}
          onChange={setChosen}
        />
        {problemNotice}
        <div className="actions">
          <Button
            variant="main"
            type="submit"
            isPending={pending}
            pendingLabel={t("apply.link.acting")}
            whyDisabled={whyWait}
          >
            {t("apply.link.act")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
