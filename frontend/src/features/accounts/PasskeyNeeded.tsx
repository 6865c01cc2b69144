/** Where a network lets its officers act only with a passkey: one is touched here, or added first. */
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Notice, Page, PageHeader } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { ActProvider, useAct } from "../members/act";
import { failureOf, useErrorText } from "../members/errors";
import "./accounts.css";
import { AddDialog } from "./PasskeysCard";
import { askForPasskey, confirmByPasskey, openByTouch } from "./passkeys";
import { passkeysSupported } from "./webauthn";

export function PasskeyNeeded() {
  return (
    <ActProvider>
      <Needed />
    </ActProvider>
  );
}

function Needed() {
  const { t } = useI18n();
  const core = useCore();
  const act = useAct();
  const errorText = useErrorText();
  const has = useSnapshot((snapshot) => (snapshot.session?.passkeys ?? 0) > 0);
  const network = useSnapshot((snapshot) => snapshot.session?.network.id ?? null);
  const [question, setQuestion] = useState<PublicKeyCredentialCreationOptionsJSON | null>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (work: () => Promise<void>) => {
    setPending(true);
    setProblem(null);
    try {
      await work();
    } catch (thrown) {
      setProblem(errorText(failureOf(thrown)));
    }
    setPending(false);
  };
  const touch = async () => {
    const touched = await confirmByPasskey(network);
    await core.refresh();
    await openByTouch(core, touched);
  };
  const add = async () => {
    const outcome = await act(askForPasskey);
    if (outcome.done) {
      setQuestion(outcome.value);
    } else if (outcome.failure !== null) {
      setProblem(errorText(outcome.failure));
    }
  };
  return (
    <Page layout="narrow">
      <PageHeader title={t("passkeys.officers.title")} lead={<p>{t("passkeys.officers.text")}</p>} />
      <div className="stack stack--wide">
        <p>{t(has ? "passkeys.factor.text" : "passkeys.officers.none")}</p>
        {problem === null ? null : (
          <Notice tone="bad" live>
            {problem}
          </Notice>
        )}
        <div className="actions">
          <Button
            variant="main"
            size="l"
            icon={KeyRound}
            isPending={pending}
            pendingLabel={t("passkeys.list.letting")}
            whyDisabled={passkeysSupported() ? null : t("common.errors.passkey_unsupported")}
            onPress={() => void run(has ? touch : add)}
          >
            {t(has ? "passkeys.factor.act" : "passkeys.list.add")}
          </Button>
          <Button variant="quiet" onPress={() => void core.signOut().catch(() => undefined)}>
            {t("common.actions.sign_out")}
          </Button>
        </div>
      </div>
      {question === null ? null : (
        <AddDialog
          options={question}
          network={network}
          onMade={({ secret }) => {
            secret?.fill(0); // the keys are not open here; the list lets it open them later
            setQuestion(null);
            void core.refresh().catch(() => undefined); // it says that there is one now
          }}
          onClose={() => setQuestion(null)}
        />
      )}
    </Page>
  );
}
