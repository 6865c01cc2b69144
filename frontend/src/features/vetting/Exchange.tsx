/** Questions of officers and answers of the applicant. */
import { MessageCircleQuestion } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Card } from "../../ui";
import { Happening } from "./Decided";
import type { CaseProps } from "./useCase";
import { WordsDialog } from "./WordsDialog";

export function Exchange({ application, acts }: CaseProps) {
  const { t } = useI18n();
  const [asking, setAsking] = useState(false);
  const exchanged = application.events.filter(({ act }) => act === "asked" || act === "answered");
  const waits = exchanged.at(-1)?.act === "asked" && application.status === "vetting";
  return (
    <Card
      title={t("vetting.exchange.title")}
      actions={
        application.status === "vetting" && !waits ? (
          <Button size="s" icon={MessageCircleQuestion} onPress={() => setAsking(true)}>
            {t("vetting.exchange.ask")}
          </Button>
        ) : undefined
      }
    >
      {exchanged.length === 0 ? <p className="muted">{t("vetting.exchange.none")}</p> : null}
      <ol className="happenings">
        {exchanged.map((event) => (
          <Happening key={event.id} application={application} event={event} />
        ))}
      </ol>
      {waits ? <p className="muted small">{t("vetting.exchange.waits")}</p> : null}
      {asking && <AskDialog acts={acts} onClose={() => setAsking(false)} />}
    </Card>
  );
}

export function AskDialog({ acts, onClose }: Pick<CaseProps, "acts"> & { onClose: () => void }) {
  const { t } = useI18n();
  return (
    <WordsDialog
      title={t("vetting.exchange.ask")}
      text={t("vetting.exchange.ask_text")}
      label={t("vetting.exchange.question")}
      act={t("vetting.exchange.send")}
      acting={t("vetting.exchange.sending")}
      done={t("vetting.exchange.sent")}
      call={(text) => acts.post("ask", { text })}
      onClose={onClose}
    />
  );
}
