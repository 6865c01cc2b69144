/** Mounts the application into the page, in the person's language, once the browser has shown that it can serve. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { I18nProvider, type Language, loadMessages } from "../i18n";
import { currentSnapshot, subscribe } from "../sync/client";
import { put } from "../sync/http";
import "../ui";
import { App } from "./App";
import { firstLanguage, keepLanguage } from "./language";
import { UnsupportedScreen } from "./screens";
import { checkSupport } from "./support";
import { startTheme } from "./theme";

/** A choice is kept in this browser, and with the account when somebody is signed in. */
function chose(language: Language): void {
  keepLanguage(language);
  if (currentSnapshot().session?.state === "signed_in") {
    void put("/api/account/language", { language }).catch(() => undefined);
  }
}

/** Browser tests count what a member could not open; it must be nothing. */
function countUndecryptable(): void {
  document.documentElement.dataset.undecryptable = String(currentSnapshot().undecryptable);
}

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (root === null) {
    throw new Error("The page has no element #root to mount into.");
  }
  startTheme();
  countUndecryptable();
  subscribe(countUndecryptable);
  const language = firstLanguage();
  const [messages, support] = await Promise.all([loadMessages(language), checkSupport()]);
  createRoot(root).render(
    <StrictMode>
      <I18nProvider language={language} messages={messages} onChange={chose}>
        {support.kind === "supported" ? <App /> : <UnsupportedScreen support={support} />}
      </I18nProvider>
    </StrictMode>,
  );
}

void start();
