/** Asks for a second way to open one's keys, until there is one; whoever has no time for it now is left in peace. */
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Notice } from "../../ui";
import "./accounts.css";
import { useUnlockKeys, WAYS } from "./unlocking";
import { passkeysSupported } from "./webauthn";

/** Until the page is loaded again. */
let later = false;

export function UnlockReminder() {
  const { t } = useI18n();
  const unlockKeys = useUnlockKeys();
  const [put, setPut] = useState(later);
  if (put || unlockKeys === null || unlockKeys.length >= WAYS || !passkeysSupported()) {
    return null;
  }
  return (
    <div className="reminder">
      <Notice
        tone="info"
        icon={KeyRound}
        title={t("passkeys.reminder.title")}
        action={
          <>
            <Button size="s" href="/account/keys">
              {t("passkeys.reminder.act")}
            </Button>
            <Button
              size="s"
              variant="quiet"
              onPress={() => {
                later = true;
                setPut(true);
              }}
            >
              {t("passkeys.reminder.later")}
            </Button>
          </>
        }
      >
        {t("passkeys.reminder.text")}
      </Notice>
    </div>
  );
}
