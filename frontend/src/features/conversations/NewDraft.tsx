/** A conversation that was only begun, above those that exist; the same in each browser of its author. */
import { Link } from "wouter";
import { useI18n } from "../../i18n";
import { useSnapshot } from "../core";
import { plainText } from "./markdown";

export function NewDraft() {
  const { t } = useI18n();
  const draft = useSnapshot((snapshot) => snapshot.drafts.new ?? null);
  const onlyHere = useSnapshot((snapshot) => snapshot.draftsHere.new !== undefined);
  if (draft === null) return null;
  const words = [draft.subject ?? "", plainText(draft.text.slice(0, 300))].filter(
    (each) => each.trim() !== "",
  );
  return (
    <Link href="/conversations/new" className="begun">
      <span className="conv__draft">{t(onlyHere ? "keeping.draft.in_list" : "writing.draft.in_list")}</span>
      <span className="title" dir="auto">
        {words.length === 0 ? t("conversations.fresh.title") : words.join(" – ")}
      </span>
    </Link>
  );
}
