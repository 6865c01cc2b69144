/** What somebody left behind who left or no longer leads: each with what can be done about it. */
import { useEffect, useState } from "react";
import { useI18n } from "../../i18n";
import type { Authority, ConversationSummary, Person } from "../../sync/contract";
import { Button, Card, Chip, toast } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { useResource } from "../resource";
import { ActDialog } from "./ActDialog";
import { type Left, leavers, leftSchema, unreadSince } from "./leftBehind";
import { usePersonNames } from "./names";

const MOST_SHOWN = 5;

/** Nothing, as long as nothing was left. `people`: the colleagues, those who left among them. */
export function LeftBehind({ me, authority }: { me: Person; authority: Authority | null }) {
  const sees = !me.held && (me.role === "lead" || me.role === "deputy" || me.role === "officer");
  return sees ? <Cards me={me} authority={authority} /> : null;
}

function Cards({ me, authority }: { me: Person; authority: Authority | null }) {
  const size = useSnapshot((snapshot) => snapshot.register?.size ?? 0);
  const officers = useSnapshot((snapshot) => snapshot.officers);
  const conversations = useSnapshot((snapshot) => snapshot.conversations);
  const [left, reload] = useResource("/api/left-behind", leftSchema);
  // biome-ignore lint/correctness/useExhaustiveDependencies: somebody may have left
  useEffect(() => {
    void reload();
  }, [reload, size]);
  const open = left.state === "ready" ? left.value : [];
  const people = authority?.people ?? officers;
  return leavers(people, open).map((leaver) => {
    const theirs = open.filter((one) => one.left_by === leaver.account);
    const unread = authority === null || leaver.active ? [] : unreadSince(leaver, authority, conversations);
    if (theirs.length === 0 && unread.length === 0) return null;
    return (
      <OfLeaver
        key={leaver.account}
        me={me}
        leaver={leaver}
        left={theirs}
        unread={unread}
        onChange={reload}
      />
    );
  });
}

interface Props {
  me: Person;
  leaver: Person;
  left: readonly Left[];
  unread: readonly ConversationSummary[];
  onChange: () => Promise<void>;
}

type Asked = { what: "take_over" | "withdraw"; invitation: Left["invitation"] };

function OfLeaver({ me, leaver, left, unread, onChange }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const { personName } = usePersonNames();
  const [asked, setAsked] = useState<Asked | null>(null);
  const name = personName(leaver);
  const takesOver = me.role !== "deputy";
  const close = () => setAsked(null);
  return (
    <Card title={t("people.left.title", { name })} flush>
      <ul className="rows left-behind">
        {left.map(({ invitation }) => (
          <li key={invitation.id} className="rows__row">
            <div className="rows__main">
              <b>
                {t(`people.left.${invitation.kind === "rekey" ? "rekey" : "invitation"}`, {
                  name: invitation.name,
                })}
              </b>
              <p>{t(`people.left.state.${stateOf(invitation.state)}`)}</p>
            </div>
            {invitation.state === "waiting" && <Chip tone="warn">{t("people.left.waits")}</Chip>}
            {takesOver && (
              <Button size="s" variant="main" onPress={() => setAsked({ what: "take_over", invitation })}>
                {t("people.left.take_over")}
              </Button>
            )}
            <Button size="s" onPress={() => setAsked({ what: "withdraw", invitation })}>
              {t("members.invitations.withdraw")}
            </Button>
          </li>
        ))}
        {unread.slice(0, MOST_SHOWN).map((conversation) => (
          <li key={conversation.id} className="rows__row">
            <div className="rows__main">
              <b>
                <bdi>{conversation.subject ?? t("conversations.no_subject")}</bdi>
              </b>
              <p>{t("people.left.unread")}</p>
            </div>
            <Button size="s" href={`/conversations/${conversation.id}`}>
              {t("people.left.read")}
            </Button>
          </li>
        ))}
        {unread.length > MOST_SHOWN && (
          <li className="rows__row muted">
            {t("people.left.further", { count: unread.length - MOST_SHOWN })}
          </li>
        )}
      </ul>
      {left.length > 0 && !takesOver && <p className="left-behind__note">{t("people.left.only_lead")}</p>}
      {asked?.what === "take_over" && (
        <ActDialog
          title={t("people.left.take_title", { name: asked.invitation.name })}
          act={t("people.left.take_over")}
          call={() => core.takeOverInvitation(asked.invitation.id)}
          onDone={() => {
            toast(t("people.left.taken"));
            void onChange();
          }}
          onClose={close}
        >
          <p>{t("people.left.take_text", { name })}</p>
        </ActDialog>
      )}
      {asked?.what === "withdraw" && (
        <ActDialog
          danger
          title={t("members.invitations.withdraw_title", { name: asked.invitation.name })}
          act={t("members.invitations.withdraw_act")}
          call={() => core.withdrawInvitation(asked.invitation.id)}
          onDone={() => {
            toast(t("members.invitations.state.withdrawn"));
            void onChange();
          }}
          onClose={close}
        >
          <p>{t("members.invitations.withdraw_text")}</p>
        </ActDialog>
      )}
    </Card>
  );
}

function stateOf(state: Left["invitation"]["state"]): "open" | "enrolling" | "waiting" {
  return state === "enrolling" || state === "waiting" ? state : "open";
}
