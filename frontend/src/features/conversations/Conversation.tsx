/** The open conversation: its head, its thread, the field to write in, and who can read it. */
import { ArrowLeft, Ellipsis, UsersRound } from "lucide-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { useI18n } from "../../i18n";
import type { ConversationView, Hex } from "../../sync/contract";
import { Button, Dialog, EmptyState, Icon, IconButton, Menu, Skeleton, useDocumentTitle } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { failureOf } from "../members/errors";
import { useLookup } from "../members/names";
import { Composer } from "./Composer";
import { EditProvider } from "./EditPending";
import { others, statesOf } from "./participants";
import { useEnterSends, useSound } from "./preferences";
import { Readers } from "./Readers";
import { sound } from "./sound";
import { Thread, type Wish } from "./Thread";

export function Conversation({ id }: { id: Hex }) {
  const { t } = useI18n();
  const core = useCore();
  const view = useSnapshot((snapshot) => (snapshot.open?.id === id ? snapshot.open : null));
  const [missing, setMissing] = useState(false);
  const [wish, setWish] = useState<Wish | null>(null);
  useEffect(() => {
    setMissing(false);
    core.openConversation(id).catch((thrown: unknown) => {
      if (failureOf(thrown).code !== "offline") setMissing(true);
    });
    return () => void core.openConversation(null).catch(() => undefined);
  }, [core, id]);

  if (view === null) {
    return (
      <section className="talk__main">
        <div className="talk__head">
          <Back />
          <div>
            <h1 className="title">
              {missing ? t("conversations.not_found_title") : t("conversations.opening")}
            </h1>
          </div>
        </div>
        <div className="talk__wait">
          {missing ? (
            <EmptyState title={t("conversations.not_found_title")}>
              {t("conversations.not_found_text")}
            </EmptyState>
          ) : (
            <Skeleton />
          )}
        </div>
      </section>
    );
  }
  return (
    <>
      <section className="talk__main">
        <Head view={view} onWish={setWish} />
        <EditProvider key={`edit ${id}`} conversation={id}>
          <Thread key={id} view={view} wish={wish} onWish={setWish} />
        </EditProvider>
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
