/** What to do with a link, and with a code, for whoever does it once a year at the end of a day: in steps, and why. */
import { useI18n } from "../../i18n";

/** After a link was made that brings somebody in. */
export function LinkSteps({ name }: { name: string }) {
  const { t } = useI18n();
  return (
    <div>
      <h3 className="sign-card__label">{t("people.how.title")}</h3>
      <ol className="how-to">
        <li>{t("people.how.link_1")}</li>
        <li>{t("people.how.link_2", { name })}</li>
        <li>{t("people.how.link_3", { name })}</li>
        <li>{t("people.how.link_4")}</li>
      </ol>
      <p className="muted">{t("people.how.link_astray")}</p>
    </div>
  );
}

/** Before a signature for keys that somebody made; `needed` unless the secret of the link vouches for them. */
export function CompareSteps({ name, needed }: { name: string; needed: boolean }) {
  const { t } = useI18n();
  return (
    <div>
      <h3 className="sign-card__label">{t("people.how.title")}</h3>
      {!needed && <p>{t("people.how.matches", { name })}</p>}
      <ol className="how-to">
        <li>{t("people.how.compare_1", { name })}</li>
        <li>{t("people.how.compare_2", { name })}</li>
        <li>{t("people.how.compare_3")}</li>
      </ol>
      <p className="muted">{t("people.how.compare_why", { name })}</p>
    </div>
  );
}
