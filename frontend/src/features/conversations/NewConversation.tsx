/** Opens a conversation: to whom, about what, and the first words. */
import { X } from "lucide-react";
import { type FormEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ListBox, ListBoxItem, ListBoxLoadMoreItem, type Selection } from "react-aria-components";
import { useLocation, useSearchParams } from "wouter";
import { useAllWordsSoon, useI18n } from "../../i18n";
import type { Authority, Hex } from "../../sync/contract";
import {
  Button,
  Card,
  EmptyState,
  Icon,
  Notice,
  Page,
  PageHeader,
  SearchField,
  StateTile,
  TextArea,
  TextField,
  useGrowing,
} from "../../ui";
import { AwayNoteLater } from "../absences/AwayNoteLater";
import { ReadOnlyNotice, useMayOnlyRead } from "../charter/ReadOnly";
import { useCore, useSnapshot } from "../core";
import { failureOf, mayBeDone, useErrorText } from "../members/errors";
import { canRead, matches } from "../members/lookup";
import { useDraft } from "./useDraft";
import { tooLong } from "./writing";
import "./conversations.css";

const longestSubject = 200;
const none: readonly Hex[] = [];

/** The conversation that is being begun, whether its form is still on the screen or not: none is begun twice. */
let beginning: Promise<unknown> | null = null;

export function NewConversation() {
  const { t } = useI18n();
  useAllWordsSoon();
  const me = useSnapshot((snapshot) => snapshot.me);
  if (me?.role === "officer") {
    return (
      <Page>
        <PageHeader title={t("conversations.fresh.title")} />
        <EmptyState title={t("conversations.fresh.only_focal_points")}>
          {t("conversations.fresh.only_focal_points_text")}
        </EmptyState>
      </Page>
    );
  }
  return <Form own={me?.authority ?? null} />;
}

function Form({ own }: { own: Hex | null }) {
  const { t } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const [, navigate] = useLocation();
  const [parameters] = useSearchParams();
  const authorities = useSnapshot((snapshot) => snapshot.authorities);
  const { draft, change, keep, leave, failure } = useDraft("new");
  const { text, subject = "", authorities: kept = none } = draft;
  // An address such as ?to=… comes on top of what was chosen before; it may name one that cannot be written to.
  const [asked, setAsked] = useState<readonly Hex[]>(() => parameters.getAll("to"));
  const choose = useCallback(
    (next: ReadonlySet<Hex>) => {
      if (beginning !== null) return; // to whom it goes is said already
      setAsked([]);
      change({ text, subject, authorities: [...next].sort() });
    },
    [change, text, subject],
  );
  const onlyRead = useMayOnlyRead();
  const [tried, setTried] = useState(false);
  const [sending, setSending] = useState(beginning !== null);
  const [problem, setProblem] = useState<{ text: string; kept: boolean } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const here = useRef(false);
  useEffect(() => {
    here.current = true;
    const over = () => {
      if (here.current) setSending(false);
    };
    beginning?.then(over, over);
    return () => {
      here.current = false;
    };
  }, []);

  const offered = useMemo(
    () =>
      authorities.filter((each) => each.id !== own && each.kind === "member" && each.status !== "withdrawn"),
    [authorities, own],
  );
  const to = useMemo(
    () => offered.filter((each) => [...kept, ...asked].includes(each.id) && readersOf(each) > 0),
    [offered, kept, asked],
  );
  const chosen = useMemo(() => new Set(to.map((each) => each.id)), [to]);
  const home = authorities.find((each) => each.id === own);
  const readers = [...to, ...(home ? [home] : [])].reduce((sum, each) => sum + readersOf(each), 0);

  const faults = {
    to: to.length === 0 ? t("conversations.fresh.to_missing") : null,
    subject:
      subject.trim() === ""
        ? t("conversations.fresh.subject_missing")
        : subject.length > longestSubject
          ? t("conversations.fresh.subject_long", { count: longestSubject })
          : null,
    text:
      text.trim() === ""
        ? t("conversations.fresh.message_missing")
        : tooLong(text)
          ? t("conversations.composer.too_long")
          : null,
  };

  const write = (fields: { text?: string; subject?: string }) => {
    setAsked([]);
    change({ text, subject, authorities: [...chosen].sort(), ...fields });
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (beginning !== null || onlyRead) return;
    setTried(true);
    setProblem(null);
    if (faults.to !== null || faults.subject !== null || faults.text !== null) {
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLElement>("[aria-invalid=true], .choose--wrong input")?.focus(),
      );
      return;
    }
    setSending(true);
    keep(); // whatever happens to this page while it is being made
    const started = core.startConversation(
      to.map((each) => each.id),
      subject.trim(),
      text,
    );
    beginning = started;
    try {
      const id = await started.finally(() => {
        beginning = null;
      });
      leave(Promise.resolve());
      if (here.current) navigate(`/conversations/${id}`);
    } catch (thrown) {
      const failed = failureOf(thrown);
      const reason = errorText(failed);
      const kept = failed.code === "offline";
      const text = kept
        ? t("writing.draft.offline")
        : mayBeDone(failed)
          ? reason
          : t("conversations.fresh.failed", { reason });
      setProblem({ text, kept });
      setSending(false);
    }
  };

  return (
    <Page>
      <PageHeader title={t("conversations.fresh.title")} lead={t("conversations.fresh.lead")} />
      <form className="fresh" ref={form} onSubmit={submit} noValidate>
        <div className="fresh__main">
          <Choose offered={offered} chosen={chosen} onChoose={choose} fault={tried ? faults.to : null} />
          <TextField
            name="subject"
            label={t("conversations.fresh.subject")}
            hint={t("conversations.fresh.subject_hint")}
            error={tried ? faults.subject : null}
            value={subject}
            onChange={(value) => write({ subject: value })}
            onBlur={keep}
            isReadOnly={sending}
            dir="auto"
          />
          <TextArea
            label={t("conversations.fresh.message")}
            error={tried ? faults.text : null}
            value={text}
            onChange={(value) => write({ text: value })}
            onBlur={keep}
            isReadOnly={sending}
            rows={6}
            dir="auto"
          />
          {failure !== null && (
            <Notice tone="bad" title={t("writing.draft.not_kept", { reason: errorText(failure) })} />
          )}
          {problem !== null && <Notice tone={problem.kept ? "warn" : "bad"} title={problem.text} />}
          {chosen.size > 0 && <AwayNoteLater authorities={[...chosen]} />}
          {onlyRead && <ReadOnlyNotice />}
          <div>
            <Button
              type="submit"
              variant="main"
              isPending={sending}
              whyDisabled={onlyRead ? t("charter.read_only.title") : null}
              pendingLabel={t("conversations.fresh.sending")}
            >
              {t("conversations.fresh.send")}
            </Button>
          </div>
        </div>
        <aside>
          <Card title={t("conversations.fresh.will_read", { count: readers })}>
            <p className="fresh__note">{t("conversations.fresh.will_read_text")}</p>
          </Card>
        </aside>
      </form>
    </Page>
  );
}

function readersOf(authority: Authority): number {
  return authority.people.filter((person) => canRead(person, authority)).length;
}

interface ChooseProps {
  offered: readonly Authority[];
  chosen: ReadonlySet<Hex>;
  onChoose: (chosen: ReadonlySet<Hex>) => void;
  fault: string | null;
}

/** A list that can be searched; what was chosen stays in sight above it. */
function Choose({ offered, chosen, onChoose, fault }: ChooseProps) {
  const { t, stateName } = useI18n();
  const [search, setSearch] = useState("");
  const sorted = useMemo(
    () => [...offered].sort((one, other) => stateName(one.state).localeCompare(stateName(other.state))),
    [offered, stateName],
  );
  const found = sorted.filter((each) => matches(search, [each.name, stateName(each.state), each.state]));
  const { shown, grow } = useGrowing(found, search);
  const picked = sorted.filter((each) => chosen.has(each.id));
  const select = (selection: Selection) => {
    // What the search hides stays chosen.
    const hidden = picked.filter((each) => !found.includes(each)).map((each) => each.id);
    const visible = selection === "all" ? found.map((each) => each.id) : ([...selection] as Hex[]);
    onChoose(new Set([...hidden, ...visible]));
  };
  return (
    <div className={fault === null ? "choose" : "choose choose--wrong"}>
      <p className="choose__label" id="choose-label">
        {t("conversations.fresh.to")}
      </p>
      {fault !== null && (
        <p className="choose__fault" role="alert">
          {fault}
        </p>
      )}
      {picked.length > 0 && (
        <ul className="choose__picked" aria-label={t("conversations.fresh.chosen")}>
          {picked.map((each) => (
            <li key={each.id}>
              <StateTile code={each.state} size="s" />
              <bdi className="title">{each.name}</bdi>
              <button
                type="button"
                aria-label={t("conversations.fresh.remove", { name: each.name })}
                onClick={() => onChoose(new Set([...chosen].filter((id) => id !== each.id)))}
              >
                <Icon icon={X} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <SearchField label={t("conversations.fresh.search")} value={search} onChange={setSearch} />
      {found.length === 0 ? (
        <EmptyState title={t("conversations.fresh.none_found", { text: search })}>
          {t("conversations.fresh.none_found_hint")}
        </EmptyState>
      ) : (
        <ListBox
          className="choose__list"
          aria-labelledby="choose-label"
          selectionMode="multiple"
          selectedKeys={chosen}
          onSelectionChange={select}
          disabledKeys={found.filter((each) => readersOf(each) === 0).map((each) => each.id)}
        >
          {shown.map((each) => (
            <ListBoxItem key={each.id} id={each.id} textValue={`${each.name}, ${stateName(each.state)}`}>
              <StateTile code={each.state} />
              <span className="choose__text">
                <b className="title" dir="auto">
                  {each.name}
                </b>
                <span>
                  {stateName(each.state)} ·{" "}
                  {readersOf(each) === 0
                    ? t("conversations.fresh.nobody_there")
                    : t("conversations.fresh.people", { count: readersOf(each) })}
                </span>
              </span>
              <span className="choose__mark" aria-hidden="true" />
            </ListBoxItem>
          ))}
          {grow !== null && <ListBoxLoadMoreItem onLoadMore={grow} />}
        </ListBox>
      )}
    </div>
  );
}
