/** List and conversation side by side; on a small screen one covers the other. */
import { MessagesSquare } from "lucide-react";
import { useI18n } from "../../i18n";
import type { Hex } from "../../sync/contract";
import { EmptyState, Page, useDocumentTitle } from "../../ui";
import { UnlockReminder } from "../accounts/UnlockReminder";
import { useHeld } from "../members/HeldNotice";
import { Conversation } from "./Conversation";
import { List } from "./List";
import "./conversations.css";
import "./writing.css";

export function ConversationsPage({ id }: { id: Hex | null }) {
  return (
    <Page layout="fill" covers={id !== null}>
      <div className={id === null ? "talk" : "talk talk--open"}>
        <List current={id} />
        {id === null ? <Nothing /> : <Conversation key={id} id={id} />}
      </div>
    </Page>
  );
}

function Nothing() {
  const { t } = useI18n();
  const held = useHeld();
  useDocumentTitle(t("conversations.title"));
  return (
    <section className="talk__main talk__main--none">
      <h1 className="visually-hidden">{t("conversations.title")}</h1>
      <EmptyState
        icon={MessagesSquare}
        title={t(held ? "recovery.held.after" : "conversations.choose_title")}
      >
        {held ? undefined : t("conversations.choose_text")}
      </EmptyState>
      <UnlockReminder />
    </section>
  );
}
