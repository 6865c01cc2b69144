/** The people of the demonstration: picking one fills in what they would type, and they sign in for real. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, classes, languageNames, Notice, Skeleton, StateTile } from "../../ui";
import { useErrorText } from "../members/errors";
import { useResource } from "../resource";
import { type Persona, personasSchema } from "./answers";

/** As many as fit beside the form; the others are one press away. */
const FIRST = 7;

interface Props {
  picked: string | null;
  onPick: (persona: Persona) => void;
}

function isLanguage(code: string): code is keyof typeof languageNames {
  return Object.hasOwn(languageNames, code);
}

function usePersonaName(): (persona: Persona) => string {
  const { t, lookup, stateName } = useI18n();
  return (persona) => {
    const title = lookup(`accounts.demo.titles.${persona.title}`) ?? persona.title;
    if (persona.authority === null || !persona.authority_name) {
      return title;
    }
    return t("accounts.demo.person", {
      title,
      authority: persona.authority_name,
      state: stateName(persona.state ?? ""),
    });
  };
}

export function Personas({ picked, onPick }: Props) {
  const { t, lookup } = useI18n();
  const errorText = useErrorText();
  const nameOf = usePersonaName();
  const [all, setAll] = useState(false);
  const [personas] = useResource("/api/demo/personas", personasSchema);
  return (
    <aside className="gate__demo stack" aria-labelledby="personas-title">
      <h2 id="personas-title">{t("accounts.demo.title")}</h2>
      <p className="muted">{t("accounts.demo.lead")}</p>
      {personas.state === "loading" ? <Skeleton lines={6} /> : null}
      {personas.state === "failed" ? <Notice tone="bad">{errorText(personas.failure)}</Notice> : null}
      {personas.state === "ready" ? (
        <>
          <ul className="card personas">
            {(all ? personas.value : personas.value.slice(0, FIRST)).map((persona) => (
              <li key={persona.id}>
                <button
                  type="button"
                  className={classes("persona", persona.id === picked && "persona--picked")}
                  aria-pressed={persona.id === picked}
                  onClick={() => onPick(persona)}
                >
                  <StateTile code={persona.authority === null ? "GN" : (persona.state ?? "")} />
                  <span className="persona__words">
                    <b>{nameOf(persona)}</b>
                    <span className="persona__story">
                      {lookup(`accounts.demo.stories.${persona.story}`) ?? ""}
                    </span>
                  </span>
                  <span className="persona__language" lang={persona.language}>
                    {isLanguage(persona.language) ? languageNames[persona.language] : null}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {!all && personas.value.length > FIRST ? (
            <Button variant="quiet" onPress={() => setAll(true)}>
              {t("accounts.demo.all", { count: personas.value.length })}
            </Button>
          ) : null}
        </>
      ) : null}
      <p className="small subtle">{t("accounts.demo.only")}</p>
    </aside>
  );
}
