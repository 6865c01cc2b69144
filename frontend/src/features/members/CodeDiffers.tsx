/** What somebody does who compares a code and finds another: it is not signed, it is noted, and the secretariat is told. */
import { PhoneOff } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Hex } from "../../sync/contract";
import { post } from "../../sync/http";
import { Button, toast } from "../../ui";
import { ActDialog } from "./ActDialog";

interface Props {
  account: Hex;
  name: string;
  /** What was about to be done with the code; `person` where it was only looked at. */
  what: "invitation" | "proposal" | "person";
  /** Takes the rest back, as the invitation. */
  then?: () => Promise<void> | void;
}

export function CodeDiffers({ account, name, what, then }: Props) {
  const { t } = useI18n();
  const [asked, setAsked] = useState(false);
  const report = async () => {
    await post("/api/code-differs", { account });
    await then?.();
  };
  return (
    <>
      <Button icon={PhoneOff} onPress={() => setAsked(true)}>
        {t("people.differs.act")}
      </Button>
      {asked && (
        <ActDialog
          danger
          title={t("people.differs.title")}
          act={t(`people.differs.do_${what}`)}
          acting={t("people.differs.acting")}
          call={report}
          onDone={() => toast(t("people.differs.done"))}
          onClose={() => setAsked(false)}
        >
          <p>{t("people.differs.again")}</p>
          <p>{t("people.differs.why", { name })}</p>
          <ul className="consequences">
            <li>{t(`people.differs.${what}`, { name })}</li>
            <li>{t("people.differs.noted")}</li>
            <li>{t(what === "proposal" ? "people.differs.call_officer" : "people.differs.call")}</li>
          </ul>
        </ActDialog>
      )}
    </>
  );
}
