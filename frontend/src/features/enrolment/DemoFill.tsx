/** In a demonstration only: one press fills in what a person would read from paper or a telephone. */
import { WandSparkles } from "lucide-react";
import * as v from "valibot";
import { useI18n } from "../../i18n";
import { get, post } from "../../sync/http";
import { Button } from "../../ui";
import { useSnapshot } from "../core";
import { type Groups, groupsOf } from "./RecoveryInput";

const personasSchema = v.array(
  v.looseObject({ id: v.string(), role: v.nullable(v.string()), authority: v.nullable(v.string()) }),
);
const fillSchema = v.looseObject({
  email: v.string(),
  code: v.string(),
  recovery_code: v.nullable(v.string()),
});
type Fill = v.InferOutput<typeof fillSchema>;

/** What the demonstration knows of the person who is signed in; null where there is nothing to fill in. */
function useDemoFill(): (() => Promise<Fill | null>) | null {
  const session = useSnapshot((snapshot) => snapshot.session);
  const account = session?.account ?? null;
  if (!session?.demoPersonas || account === null) return null;
  return async () => {
    const personas = await get("/api/demo/personas", personasSchema);
    for (const persona of personas) {
      if (persona.role !== account.role || persona.authority !== account.authority) continue;
      const found = await post(`/api/demo/personas/${encodeURIComponent(persona.id)}/fill`, {}, fillSchema);
      if (found.email === account.email) return found;
    }
    return null;
  };
}

export function DemoFill({ onFill }: { onFill: (groups: Groups) => void }) {
  const { t } = useI18n();
  const find = useDemoFill();
  if (find === null) return null;
  const fill = async () => {
    const found = await find().catch(() => null);
    if (found?.recovery_code) onFill(groupsOf(found.recovery_code));
  };
  return (
    <Button variant="quiet" icon={WandSparkles} onPress={() => void fill()}>
      {t("enrolment.browser.demo")}
    </Button>
  );
}

export function DemoCode({ onFill }: { onFill: (code: string) => void }) {
  const { t } = useI18n();
  const find = useDemoFill();
  if (find === null) return null;
  const fill = async () => {
    const found = await find().catch(() => null);
    if (found !== null) onFill(found.code);
  };
  return (
    <Button variant="quiet" icon={WandSparkles} onPress={() => void fill()}>
      {t("enrolment.factor.demo")}
    </Button>
  );
}
