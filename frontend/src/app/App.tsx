/** Chooses the screen: first by where the person stands, then by the address. Addresses survive the sign-in. */
import { lazy, Suspense, useEffect } from "react";
import { I18nProvider as AriaLocale, RouterProvider } from "react-aria-components";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { ResetNotice } from "../features/accounts/ResetNotice";
import { AlarmScreen } from "../features/alarms/AlarmScreen";
import { LockedScreen } from "../features/alarms/LockedScreen";
import { StorageScreen, UnreachableScreen } from "../features/alarms/StorageScreen";
import { useCore, useSnapshot } from "../features/core";
import { AllWords, languages, localeTag, useI18n } from "../i18n";
import type { Phase } from "../sync/contract";
import { hasChosenLanguage } from "./language";
import { useFocusOnNavigation } from "./navigation";
import { Shell } from "./Shell";
import { FailureBoundary, NotFoundScreen, OpeningScreen, WaitingScreen } from "./screens";

const AccountsRoutes = lazy(async () => ({
  default: (await import("../features/accounts/routes")).AccountsRoutes,
}));
const EnrolmentRoutes = lazy(async () => ({
  default: (await import("../features/enrolment/routes")).EnrolmentRoutes,
}));
const Reset = lazy(async () => ({
  default: (await import("../features/enrolment/Reset")).Reset,
}));
const Apply = lazy(async () => ({
  default: (await import("../features/apply/Apply")).Apply,
}));
const ConversationsRoutes = lazy(async () => ({
  default: (await import("../features/conversations/routes")).ConversationsRoutes,
}));
const CharterRoutes = lazy(async () => ({
  default: (await import("../features/charter/routes")).CharterRoutes,
}));
const DirectoryRoutes = lazy(async () => ({
  default: (await import("../features/directory/routes")).DirectoryRoutes,
}));
const VettingRoutes = lazy(async () => ({
  default: (await import("../features/vetting/routes")).VettingRoutes,
}));
const MembersRoutes = lazy(async () => ({
  default: (await import("../features/members/routes")).MembersRoutes,
}));

function useOfficer(): boolean {
  return useSnapshot((snapshot) => snapshot.session?.account?.role === "officer");
}

function Home() {
  const officer = useOfficer();
  return <Redirect to={officer ? "/secretariat" : "/conversations"} replace />;
}

/** Officers run the network and take part in no conversation; for others there is no secretariat's desk. */
function ReadyScreens() {
  const officer = useOfficer();
  return (
    <Switch>
      <Route path="/">
        <Home />
      </Route>
      <Route path="/enrol">
        <Home />
      </Route>
      <Route path="/conversations/*?">{officer ? <Home /> : <ConversationsRoutes />}</Route>
      <Route>
        <AllWords waiting={<WaitingScreen />}>
          <OtherScreens officer={officer} />
        </AllWords>
      </Route>
    </Switch>
  );
}

/** What nobody needs who only reads and writes. */
function OtherScreens({ officer }: { officer: boolean }) {
  return (
    <Switch>
      <Route path="/people/*?">
        <MembersRoutes />
      </Route>
      <Route path="/directory/*?">
        <DirectoryRoutes />
      </Route>
      <Route path="/secretariat/applications/:id?">{officer ? <VettingRoutes /> : <NotFoundScreen />}</Route>
      <Route path="/secretariat/vetting">{officer ? <VettingRoutes /> : <NotFoundScreen />}</Route>
      <Route path="/objections">{officer ? <NotFoundScreen /> : <VettingRoutes />}</Route>
      <Route path="/secretariat/*?">{officer ? <MembersRoutes /> : <NotFoundScreen />}</Route>
      <Route path="/charter/*?">
        <CharterRoutes />
      </Route>
      <Route path="/account/*">
        <AccountsRoutes />
      </Route>
      <Route>
        <NotFoundScreen />
      </Route>
    </Switch>
  );
}

function Screens({ phase }: { phase: Phase }) {
  const [location] = useLocation();
  // A new sign-in is chosen wherever the keys of this browser stand; only an alarm comes before it.
  if (location === "/reset" && phase.name !== "loading" && phase.name !== "alarm") {
    return <Reset />;
  }
  // Open to everybody: applicants have no account, and officers fill it in for them.
  if (location === "/apply" && phase.name !== "loading" && phase.name !== "alarm") {
    return (
      <AllWords waiting={<WaitingScreen />}>
        <Apply />
      </AllWords>
    );
  }
  switch (phase.name) {
    case "loading":
      return <WaitingScreen />;
    case "anonymous":
    case "second_factor":
      return location === "/enrol" ? <EnrolmentRoutes /> : <AccountsRoutes />;
    case "passkey_needed":
      return <AccountsRoutes />;
    case "enrolling":
    case "new_browser":
      return <EnrolmentRoutes />;
    case "opening":
      return <OpeningScreen />;
    case "ready":
      return (
        <>
          <ResetNotice />
          <ReadyScreens />
        </>
      );
    case "alarm":
      return <AlarmScreen alarm={phase.alarm} />;
    case "storage":
      return <StorageScreen trouble={phase.trouble} />;
    case "unreachable":
      return <UnreachableScreen why={phase.why} />;
    case "locked":
      return <LockedScreen reason={phase.reason} />;
  }
}

/** Until a language is chosen in this browser, the account's own is used. */
function useAccountLanguage(): void {
  const { language, setLanguage } = useI18n();
  const wanted = useSnapshot((snapshot) => snapshot.session?.account?.language ?? null);
  useEffect(() => {
    const known = languages.find((one) => one === wanted);
    if (known !== undefined && known !== language && !hasChosenLanguage()) {
      setLanguage(known);
    }
  }, [wanted, language, setLanguage]);
}

export function App() {
  const { language } = useI18n();
  const core = useCore();
  const [location, navigate] = useLocation();
  const phase = useSnapshot((snapshot) => snapshot.phase);
  useAccountLanguage();
  useFocusOnNavigation(`${phase.name}:${location}`);
  useEffect(() => {
    void core.refresh().catch(() => undefined);
  }, [core]);
  return (
    <AriaLocale locale={localeTag(language)}>
      <RouterProvider navigate={navigate}>
        <Shell kind={phase.name === "ready" ? "full" : "gate"}>
          <FailureBoundary place={`${phase.name}:${location}`}>
            <Suspense fallback={<WaitingScreen />}>
              <Screens phase={phase} />
            </Suspense>
          </FailureBoundary>
        </Shell>
      </RouterProvider>
    </AriaLocale>
  );
}
