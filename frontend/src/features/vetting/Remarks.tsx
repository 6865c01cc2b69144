/** What officers note for each other. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Card, Notice, TextArea } from "../../ui";
import { useAct } from "../members/act";
import { useActProblem } from "../members/errors";
import { Happening } from "./Decided";
import type { CaseProps } from "./useCase";

export function Remarks({ application, acts }: CaseProps) {
  const { t } = useI18n();
  const act = useAct();
  const problemOf = useActProblem();
  const [text, setText] = useState("");
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const remarks = application.events.filter((event) => event.act === "remarked");
  const add = async () => {
    setPending(true);
    setProblem(null);
    const outcome = await act(() => acts.post("remark", { text: text.trim() }));
    setPending(false);
    if (outcome.done) setText("");
    else if (outcome.failure) setProblem(problemOf(outcome.failure));
  };
  return (
    <Card title={t("vetting.remarks.title")} beside={t("vetting.remarks.beside")}>
      <div className="stack">
        {remarks.length === 0 ? (
          <p className="muted">{t("vetting.remarks.none")}</p>
        ) : (
          <ol className="happenings">
            {remarks.map((event) => (
              <Happening key={event.id} application={application} event={event} />
            ))}
          </ol>
        )}
        <TextArea label={t("vetting.remarks.label")} value={text} onChange={setText} rows={2} />
        {problem === null ? null : <Notice tone="bad" live title={problem} />}
        <Button
          isPending={pending}
          pendingLabel={t("vetting.remarks.adding")}
          whyDisabled={text.trim() === "" ? t("vetting.words_missing") : null}
          onPress={() => void add()}
        >
          {t("vetting.remarks.add")}
        </Button>
      </div>
    </Card>
  );
}
