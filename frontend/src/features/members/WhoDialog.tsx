/** "Who is this?": what was signed about a person, and the code with which anybody can check it. */
import { Forward } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useI18n } from "../../i18n";
import type { Person } from "../../sync/contract";
import { Button, DescriptionList, Dialog, Notice } from "../../ui";
import { Code } from "./Code";
import { CodeDiffersLater } from "./CodeDiffersLater";
import { HandOverDialog } from "./HandOverDialog";
import { standing } from "./lookup";
import { usePersonNames } from "./names";
import { useHandOverOffers } from "./useHandOverOffers";
import "./members.css";

export function WhoDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t, formatDate, formatNumber } = useI18n();
  const { people, personName, authorityName } = usePersonNames();
  const authority = people.authority(person.authority);
  const now = standing(person, Date.now());
  const offered = useHandOverOffers(person).length > 0;
  const [handing, setHanding] = useState(false);
  const voucher = person.vouchedBy.account === null ? null : people.person(person.vouchedBy.account);
  const facts: { term: string; value: ReactNode }[] = [];
  const fact = (term: string, value: ReactNode) => facts.push({ term, value });
  fact(t("members.who.role"), t(`common.roles.${person.role}`));
  if (person.function) fact(t("members.who.function"), <bdi>{person.function}</bdi>);
  fact(
    t("members.who.authority"),
    authority === null ? t("common.secretariat") : <bdi>{authorityName(authority)}</bdi>,
  );
  fact(
    t("members.who.vouched"),
    person.vouchedBy.by === "officers"
      ? t("members.who.by_officers")
      : voucher === null
        ? t("members.who.by_lead_unknown")
        : t("members.who.by_lead", { name: personName(voucher) }),
  );
  fact(t("members.who.since"), formatDate(person.since));
  if (person.keysChanged !== null) fact(t("members.who.keys"), formatDate(person.keysChanged));
  fact(t("members.who.devices"), formatNumber(person.devices));
  if (handing) return <HandOverDialog person={person} onClose={onClose} />;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={personName(person)}
      actions={
        <>
          {offered && (
            <Button icon={Forward} onPress={() => setHanding(true)}>
              {t("recovery.handover.act")}
            </Button>
          )}
          <Button onPress={onClose}>{t("common.actions.close")}</Button>
        </>
      }
    >
      <div className="whois stack stack--wide">
        {now === "ended" && <Notice tone="bad" title={t("members.who.ended")} />}
        {now === "held" && (
          <Notice tone="warn" title={t("members.who.held")}>
            {t("members.who.held_text")}
          </Notice>
        )}
        {now === "changed" && person.identityChanged !== null && (
          <Notice tone="warn" title={t("members.who.changed")}>
            {t("members.who.changed_text", { date: formatDate(person.identityChanged) })}
          </Notice>
        )}
        {person.name === null && <Notice tone="warn" title={t("members.who.unnamed")} />}
        <DescriptionList items={facts} />
        {now !== "ended" && person.codeToCompare !== "" && (
          <section className="whois__code">
            <h3>{t("members.who.code")}</h3>
            <Code value={person.codeToCompare} />
            <p>{t(person.self ? "members.who.code_yours" : "members.who.code_how")}</p>
            {!person.self && (
              <>
                <p>{t("members.who.code_different")}</p>
                <CodeDiffersLater account={person.account} name={personName(person)} />
              </>
            )}
          </section>
        )}
      </div>
    </Dialog>
  );
}
