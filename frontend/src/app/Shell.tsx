/** What stands around every screen: the demonstration band, the header, the connection band, the tab bar. */
import {
  BookUser,
  ChevronDown,
  FileUser,
  History,
  KeyRound,
  Landmark,
  LogOut,
  MessagesSquare,
  MonitorSmartphone,
  ScrollText,
  UsersRound,
  WifiOff,
} from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useLocation } from "wouter";
import { FaultBand } from "../features/alarms/FaultBand";
import { RegisterBands } from "../features/alarms/RegisterBands";
import { RestorationBand } from "../features/alarms/RestorationBand";
import { StorageBand } from "../features/alarms/StorageBand";
import { CharterBand } from "../features/charter/ReadOnly";
import { SignOutDialog, useSignOut } from "../features/conversations/SignOut";
import { useNotices } from "../features/conversations/useNotices";
import { useCore, useSnapshot } from "../features/core";
import { signaturesWanted } from "../features/members/waiting";
import { languages, useI18n } from "../i18n";
import {
  BrandMark,
  Button,
  Count,
  DemoBanner,
  Icon,
  type IconType,
  LanguageSwitch,
  Link,
  languageNames,
  Menu,
  StateTile,
  ToastRegion,
} from "../ui";
import "./shell.css";
import { setTheme, themes, useTheme } from "./theme";

/** Of officers alone: it reads the list of applications, and comes after the page. */
const ApplicationsWaiting = lazy(() =>
  import("../features/vetting/Waiting").then(
    ({ Waiting }) => ({ default: Waiting }),
    // A count that cannot be loaded is no reason to show no page.
    () => ({ default: () => null }),
  ),
);

interface Place {
  href: string;
  label: string;
  icon: IconType;
  count?: number;
  countLabel?: string;
  /** Further addresses that belong to it. */
  covers?: readonly string[];
  /** A count that is found out by a part of its own. */
  waiting?: ReactNode;
}

function usePlaces(): Place[] {
  const { t } = useI18n();
  const role = useSnapshot((snapshot) => snapshot.session?.account?.role ?? null);
  const unread = useSnapshot((snapshot) =>
    snapshot.conversations.reduce((sum, conversation) => sum + conversation.unread, 0),
  );
  const signatures = useSnapshot(signaturesWanted);
  const waiting = { count: signatures, countLabel: t("common.nav.waiting", { count: signatures }) };
  const directory: Place = { href: "/directory", label: t("common.nav.directory"), icon: BookUser };
  if (role === "officer") {
    return [
      { href: "/secretariat", label: t("common.nav.secretariat"), icon: Landmark, ...waiting },
      {
        href: "/secretariat/applications",
        label: t("common.nav.applications"),
        icon: FileUser,
        covers: ["/secretariat/vetting"],
        waiting: <ApplicationsWaiting />,
      },
      directory,
    ];
  }
  return [
    {
      href: "/conversations",
      label: t("common.nav.conversations"),
      icon: MessagesSquare,
      count: unread,
      countLabel: t("common.nav.unread", { count: unread }),
    },
    {
      href: "/people",
      label: t("common.nav.people"),
      icon: UsersRound,
      ...(role === "lead" ? waiting : {}),
    },
    directory,
  ];
}

/** The place that the address lies in, the nearest where one lies in another; null in none. */
function presentPlace(places: readonly Place[], location: string): string | null {
  const around = places
    .flatMap(({ href, covers = [] }) => [href, ...covers].map((address) => ({ href, address })))
    .filter(({ address }) => location === address || location.startsWith(`${address}/`))
    .sort((one, other) => other.address.length - one.address.length);
  return around[0]?.href ?? null;
}

function PlaceLinks({ places, icons }: { places: Place[]; icons: boolean }) {
  const [location] = useLocation();
  const present = presentPlace(places, location);
  return places.map((place) => (
    <Link
      key={place.href}
      href={place.href}
      aria-current={place.href === present ? ("page" as const) : undefined}
    >
      {icons ? <Icon icon={place.icon} /> : null}
      {place.label}
      {place.count === undefined ? null : <Count value={place.count} label={place.countLabel} />}
      {place.waiting === undefined ? null : <Suspense>{place.waiting}</Suspense>}
    </Link>
  ));
}

function AccountMenu() {
  const { t, stateName, language, setLanguage } = useI18n();
  const theme = useTheme();
  const [asking, setAsking] = useState(false);
  const signOut = useSignOut(() => setAsking(true));
  const session = useSnapshot((snapshot) => snapshot.session);
  const me = useSnapshot((snapshot) => snapshot.me);
  const authority = useSnapshot((snapshot) =>
    snapshot.authorities.find((one) => one.id === snapshot.session?.account?.authority),
  );
  const role = session?.account?.role ?? null;
  const title = me?.name ?? (role === null ? t("common.you") : t(`common.roles.${role}`));
  const place =
    authority === undefined
      ? t("common.secretariat")
      : t("common.place", { authority: authority.name, state: stateName(authority.state) });
  return (
    <>
      <Menu
        label={t("common.account.label")}
        trigger={
          <AriaButton className="me">
            <StateTile code={authority?.state ?? "GN"} own />
            <span className="me__words">
              <b>{title}</b> <span className="me__place">{place}</span>
            </span>
            <Icon icon={ChevronDown} />
          </AriaButton>
        }
        groups={[
          {
            id: "account",
            heading: session?.account?.email ?? "",
            entries: [
              {
                id: "sessions",
                label: t("common.account.sessions"),
                icon: MonitorSmartphone,
                href: "/account/sessions",
              },
              { id: "keys", label: t("common.account.keys"), icon: KeyRound, href: "/account/keys" },
              { id: "log", label: t("common.account.log"), icon: History, href: "/account/log" },
              { id: "charter", label: t("charter.menu"), icon: ScrollText, href: "/charter" },
            ],
          },
          {
            id: "language",
            heading: t("common.account.language"),
            selected: language,
            entries: languages.map((one) => ({ id: one, label: languageNames[one], lang: one })),
            onSelect: (id) => {
              const chosen = languages.find((one) => one === id);
              if (chosen !== undefined) {
                setLanguage(chosen);
              }
            },
          },
          {
            id: "appearance",
            heading: t("common.account.appearance"),
            selected: theme,
            entries: themes.map((one) => ({ id: one, label: t(`common.account.${one}`) })),
            onSelect: (id) => {
              const chosen = themes.find((one) => one === id);
              if (chosen !== undefined) {
                setTheme(chosen);
              }
            },
          },
          {
            id: "leave",
            entries: [
              {
                id: "sign-out",
                label: t("common.actions.sign_out"),
                icon: LogOut,
                flipIcon: true,
                onAction: signOut,
              },
            ],
          },
        ]}
      />
      {asking && <SignOutDialog onClose={() => setAsking(false)} />}
    </>
  );
}

/** Once, under the header: reading and writing go on meanwhile. */
function ConnectionBand() {
  const { t, formatTime } = useI18n();
  const core = useCore();
  const offline = useSnapshot((snapshot) => snapshot.connection === "offline");
  const [since, setSince] = useState<number | null>(null);
  useEffect(() => setSince(offline ? Date.now() : null), [offline]);
  return (
    <div role="status">
      {offline && since !== null ? (
        <div className="band">
          <Icon icon={WifiOff} size="large" />
          <p>
            <strong>{t("common.connection.title", { time: formatTime(since) })}</strong>{" "}
            {t("common.connection.text")}
          </p>
          <Button size="s" onPress={() => void core.refresh().catch(() => undefined)}>
            {t("common.connection.again")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

interface ShellProps {
  /** `gate`: before both factors, or while a person is being enrolled. */
  kind: "full" | "gate";
  children: ReactNode;
}

export function Shell({ kind, children }: ShellProps) {
  const { t } = useI18n();
  const demo = useSnapshot((snapshot) => snapshot.session?.network.demo ?? false);
  const places = usePlaces();
  const full = kind === "full";
  useNotices();
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t("common.skip")}
      </a>
      {demo ? <DemoBanner /> : null}
      <header className="bar">
        <div className="bar__in">
          <Link href="/" className="brand">
            <BrandMark />
            <span translate="no">Entente</span>
          </Link>
          {full ? (
            <nav className="nav" aria-label={t("common.nav.label")}>
              <PlaceLinks places={places} icons={false} />
            </nav>
          ) : null}
          <div className="bar__end">{full ? <AccountMenu /> : <LanguageSwitch />}</div>
        </div>
      </header>
      <RestorationBand />
      {full ? <ConnectionBand /> : null}
      {full ? <StorageBand /> : null}
      {full ? <FaultBand /> : null}
      {full ? <RegisterBands /> : null}
      {full ? <CharterBand /> : null}
      <div className="shell__content">{children}</div>
      {full ? (
        <nav className="tab-bar" aria-label={t("common.nav.label")}>
          <PlaceLinks places={places} icons />
        </nav>
      ) : null}
      <ToastRegion />
    </div>
  );
}
