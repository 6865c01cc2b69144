/** The six languages by their own names, and the band that says that nothing here is real. */
import { Languages } from "lucide-react";
import { type Language, languages, useI18n } from "../i18n";
import { Button } from "./Button";
import "./LanguageSwitch.css";
import { Menu } from "./Menu";

/** Each language in itself: whoever looks for it can read it. */
export const languageNames: Record<Language, string> = {
  ar: "العربية",
  zh: "中文",
  en: "English",
  fr: "Français",
  ru: "Русский",
  es: "Español",
};

/** A row of six where there is room, a menu where there is not. */
export function LanguageSwitch() {
  const { t, language, setLanguage } = useI18n();
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of buttons is no form */}
      <div className="languages" role="group" aria-label={t("common.account.language")}>
        {languages.map((one) => (
          <button
            key={one}
            type="button"
            lang={one}
            className="languages__one"
            aria-pressed={one === language}
            onClick={() => setLanguage(one)}
          >
            {languageNames[one]}
          </button>
        ))}
      </div>
      <div className="languages-menu">
        <Menu
          label={t("common.account.language")}
          trigger={
            <Button variant="quiet" size="s" icon={Languages}>
              {languageNames[language]}
            </Button>
          }
          groups={[
            {
              id: "language",
              selected: language,
              entries: languages.map((one) => ({ id: one, label: languageNames[one], lang: one })),
              onSelect: (id) => {
                const chosen = languages.find((one) => one === id);
                if (chosen !== undefined) {
                  setLanguage(chosen);
                }
              },
            },
          ]}
        />
      </div>
    </>
  );
}

/** On every page of a demonstration, above everything; it cannot be closed. */
export function DemoBanner() {
  const { t } = useI18n();
  return (
    <aside className="demo-banner" aria-label={t("common.demo.label")}>
      <b>{t("common.demo.word")}</b>
      <span>{t("common.demo.text")}</span>
    </aside>
  );
}
