/** Tells somebody whom the secretariat brought in, or gave new keys, that a colleague has to confirm them first. */
import { useI18n } from "../../i18n";
import { Notice } from "../../ui";
import { useSnapshot } from "../core";
import { usePersonNames } from "./names";

export function useHeld(): boolean {
  return useSnapshot(({ me }) => me?.held === true);
}

export function HeldNotice() {
  const { t, language } = useI18n();
  const { people, personName } = usePersonNames();
  const me = useSnapshot((snapshot) => snapshot.me);
  if (me === null || !me.held) return null;
  const names = (people.authority(me.authority)?.people ?? [])
    .filter((person) => person.active && !person.held && person.hasKeys && !person.self)
    .slice(0, 3)
    .map(personName);
  return (
    <Notice tone="warn" title={t("recovery.held.title")}>
      {names.length > 0
        ? t("recovery.held.text", {
            names: new Intl.ListFormat(language, { type: "disjunction" }).format(names),
          })
        : t("recovery.held.alone")}
    </Notice>
  );
}
