/** Who has received and read a message of ours, by name. */
import { useI18n } from "../../i18n";
import type { ConversationView, Hex } from "../../sync/contract";
import { Button, Dialog } from "../../ui";
import { byRank } from "../members/lookup";
import { whoHas } from "./delivery";
import { useFacts } from "./facts";
import type { Message } from "./thread";

interface WhoHasProps {
  message: Message;
  view: ConversationView;
  onClose: () => void;
}

export function WhoHas({ message, view, onClose }: WhoHasProps) {
  const { t } = useI18n();
  const { people } = useFacts();
  const { read, received, notYet } = whoHas(message, view);
  const all = view.participants.flatMap((id) => [...(people.authority(id)?.people ?? [])].sort(byRank));
  const place = new Map(all.map(({ account }, index) => [account, index]));
  const inOrder = (accounts: readonly Hex[]) =>
    [...accounts].sort((one, other) => (place.get(one) ?? all.length) - (place.get(other) ?? all.length));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("notices.who.title")}
      actions={<Button onPress={onClose}>{t("common.actions.close")}</Button>}
    >
      <dl className="who-has">
        <Names title={t("notices.who.read")} accounts={inOrder(read)} always />
        <Names title={t("notices.who.received")} accounts={inOrder(received)} />
        <Names title={t("notices.who.not_yet")} accounts={inOrder(notYet)} />
      </dl>
    </Dialog>
  );
}

function Names({ title, accounts, always }: { title: string; accounts: readonly Hex[]; always?: true }) {
  const { t, stateName } = useI18n();
  const { people, nameOf } = useFacts();
  if (accounts.length === 0 && always === undefined) return null;
  return (
    <>
      <dt>{title}</dt>
      {accounts.length === 0 && <dd className="muted">{t("notices.who.nobody")}</dd>}
      {accounts.map((account) => {
        const authority = people.authorityOf(account);
        return (
          <dd key={account}>
            <bdi>{nameOf(account)}</bdi>
            {authority !== null && <span className="muted">{stateName(authority.state)}</span>}
          </dd>
        );
      })}
    </>
  );
}
