/** Signing in: the password, then the second factor; in a demonstration beside the people one can try. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Link } from "../../ui";
import { LeftBehind } from "../conversations/LeftBehind";
import { useCore, useSnapshot } from "../core";
import "./accounts.css";
import type { Filled } from "./answers";
import { FactorStep } from "./FactorStep";
import { PasswordStep } from "./PasswordStep";
import { Personas } from "./Personas";
import { fillPersona, rememberedPersona, rememberPersona } from "./persona";

export function SignIn() {
  const { t } = useI18n();
  const core = useCore();
  const second = useSnapshot((snapshot) => snapshot.phase.name === "second_factor");
  const demo = useSnapshot((snapshot) => snapshot.session?.demoPersonas ?? false);
  const [picked, setPicked] = useState<string | null>(rememberedPersona);
  const [filled, setFilled] = useState<Filled | null>(null);

  const forget = () => {
    rememberPersona(null);
    setPicked(null);
    setFilled(null);
  };
  const startAgain = async () => {
    await core.signOut().catch(() => undefined);
    await core.refresh().catch(() => undefined);
  };
  const pick = async (id: string) => {
    if (second) {
      await startAgain();
    }
    const found = await fillPersona(id).catch(() => null);
    if (found !== null) {
      rememberPersona(id);
      setPicked(id);
      setFilled(found);
    }
  };

  return (
    <div className={demo ? "gate gate--demo" : "gate"}>
      <div className="gate__form">
        <main id="main" tabIndex={-1}>
          <LeftBehind />
          {second ? (
            <FactorStep
              key={picked}
              persona={demo ? picked : null}
              onLeave={() => {
                forget();
                void startAgain();
              }}
            />
          ) : (
            <PasswordStep
              filled={filled}
              onTyped={() => {
                if (picked !== null) {
                  forget();
                }
              }}
            />
          )}
        </main>
        {second ? null : (
          <footer className="gate__foot small muted stack">
            <p>{t("accounts.sign_in.invited")}</p>
            <p>{t("accounts.sign_in.forgotten")}</p>
            <p>
              {t("accounts.sign_in.not_member")} <Link href="/apply">{t("accounts.sign_in.apply")}</Link>
            </p>
          </footer>
        )}
      </div>
      {demo ? <Personas picked={picked} onPick={(persona) => void pick(persona.id)} /> : null}
    </div>
  );
}
