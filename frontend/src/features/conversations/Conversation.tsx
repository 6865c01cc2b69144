/** The open conversation: its head, its thread, the field to write in, and who can read it. */
import { ArrowLeft, Ellipsis, UsersRound } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { useI18n } from "../../i18n";
import type { ConversationView, Hex } from "../../sync/contract";
import {
  Button,
  Dialog,
  EmptyState,
  Icon,
  IconButton,
  Menu,
  Notice,
  Skeleton,
  useDocumentTitle,
} from "../../ui";
import { AwayNoteLater } from "../absences/AwayNoteLater";
import { useCore, useSnapshot } from "../core";
import { type Failure, failureOf, useErrorText } from "../members/errors";
import { useLookup } from "../members/names";
import { Composer } from "./Composer";
import { EditProvider } from "./EditPending";
import { others, statesOf } from "./participants";
import { useEnterSends, useSound } from "./preferences";
import { Readers } from "./Readers";
import { sound } from "./sound";
import { Thread, type Wish } from "./Thread";

export function Conversation({ id }: { id: Hex }) {
  // Above whatever comes and goes below: words that are being changed stay until their author leaves them.
  return (
    <EditProvider key={id} conversation={id}>
      <Opened id={id} />
    </EditProvider>
  );
}

function Opened({ id }: { id: Hex }) {
  const { t } = useI18n();
  const core = useCore();
  const view = useSnapshot((snapshot) => (snapshot.open?.id === id ? snapshot.open : null));
  const online = useSnapshot((snapshot) => snapshot.connection === "online");
  const errorText = useErrorText();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [wish, setWish] = useState<Wish | null>(null);
  const open = useCallback(() => {
    setFailure(null);
    core.openConversation(id).catch((thrown: unknown) => setFailure(failureOf(thrown)));
  }, [core, id]);
  useEffect(() => {
    open();
    return () => void core.openConversation(null).catch(() => undefined);
  }, [core, open]);
  // Without a line it is not here yet: nobody but this screen asks for it again.
  const offline = useRef(false);
  offline.current = failure?.code === "offline";
  useEffect(() => {
    if (online && offline.current) open();
  }, [online, open]);
  // A core that took over may not have been able to show it again.
  const there = view !== null;
  const before = useRef(there);
  useEffect(() => {
    if (before.current && !there) open();
    before.current = there;
  }, [there, open]);

  if (view === null) {
    const missing = failure?.code === "not_found";
    const waits = failure === null || (failure.code === "offline" && !online);
    return (
      <section className="talk__main">
        <div className="talk__head">
          <Back />
          <div>
            <h1 className="title">
              {t(
                missing
                  ? "conversations.not_found_title"
                  : waits
                    ? "conversations.opening"
                    : "conversations.not_opened",
              )}
            </h1>
          </div>
        </div>
        <div className="talk__wait">
          {missing ? (
            <EmptyState title={t("conversations.not_found_title")}>
              {t("conversations.not_found_text")}
            </EmptyState>
          ) : waits ? (
            <Skeleton />
          ) : (
            <Notice
              tone="bad"
              live
              action={
                <Button size="s" onPress={open}>
                  {t("common.actions.try_again")}
                </Button>
              }
            >
              {errorText(failure)}
            </Notice>
          )}
        </div>
      </section>
    );
  }
  return (
    <>
      <section className="talk__main">
        <Head view={view} onWish={setWish} />
        <Thread key={id} view={view} wish={wish} onWish={setWish} />
        <AwayNoteLater authorities={view.participants} />
        <Composer key={`write ${id}`} view={view} />
      </section>
      <aside className="talk__side" aria-label={t("conversations.readers.title")}>
        <Readers view={view} />
      </aside>
    </>
  );
}

function Back() {
  const { t } = useI18n();
  return (
    <Link href="/conversations" className="talk__back" aria-label={t("conversations.back")}>
      <Icon icon={ArrowLeft} size="large" flip />
    </Link>
  );
}

function Head({ view, onWish }: { view: ConversationView; onWish: (wish: Wish) => void }) {
  const { t, language, stateName } = useI18n();
  const people = useLookup();
  const own = useSnapshot((snapshot) => snapshot.me?.authority ?? null);
  const [sheet, setSheet] = useState(false);
  const [enter, setEnter] = useEnterSends();
  const [sounds, setSounds] = useSound();
  useDocumentTitle(view.subject ?? t("conversations.no_subject"));
  const with_ = others(view.participants, own, people);
  const [only] = with_;
  return (
    <div className="talk__head">
      <Back />
      <div>
        <h1 className="title" dir="auto" tabIndex={-1}>
          {view.subject ?? t("conversations.no_subject")}
        </h1>
        {only !== undefined && with_.length === 1 ? (
          <p className="talk__with">
            <span className="title" dir="auto">
              {only.name}
            </span>
            <span>{t("conversations.of_state", { state: stateName(only.state) })}</span>
          </p>
        ) : (
          <p>{new Intl.ListFormat(language).format(statesOf(with_).map(stateName))}</p>
        )}
      </div>
      <span className="talk__people">
        <IconButton
          label={t("conversations.readers.open", { count: view.readers.length })}
          icon={UsersRound}
          onPress={() => setSheet(true)}
        />
      </span>
      <Menu
        label={t("common.actions.more")}
        trigger={<IconButton label={t("common.actions.more")} icon={Ellipsis} />}
        groups={[
          {
            id: "jump",
            heading: t("notices.jump.label"),
            entries: [
              { id: "date", label: t("notices.jump.date"), onAction: () => onWish("date") },
              { id: "unread", label: t("notices.jump.unread"), onAction: () => onWish("unread") },
              { id: "newest", label: t("notices.jump.newest"), onAction: () => onWish("newest") },
            ],
          },
          {
            id: "enter",
            selected: enter,
            onSelect: (id) => setEnter(id === "enter" ? "enter" : "ctrl_enter"),
            entries: [
              { id: "enter", label: t("conversations.composer.send_with_enter") },
              { id: "ctrl_enter", label: t("conversations.composer.send_with_ctrl") },
            ],
          },
          {
            id: "sound",
            selected: sounds,
            onSelect: (id) => {
              setSounds(id === "on" ? "on" : "off");
              if (id === "on") void sound();
            },
            entries: [
              { id: "off", label: t("notices.sound.off") },
              { id: "on", label: t("notices.sound.on") },
            ],
          },
        ]}
      />
      {sheet && (
        <Dialog
          isOpen
          onClose={() => setSheet(false)}
          title={t("conversations.readers.title")}
          actions={<Button onPress={() => setSheet(false)}>{t("common.actions.close")}</Button>}
        >
          <Readers view={view} />
        </Dialog>
      )}
    </div>
  );
}
