/** The frame of the pages about one's own account: heading, and the way between them. */
import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { useI18n } from "../../i18n";
import { Link, Page, PageHeader } from "../../ui";
import "./accounts.css";

interface Props {
  title: string;
  lead: string;
  aside: ReactNode;
  asideLabel: string;
  children: ReactNode;
}

export function AccountPage({ title, lead, aside, asideLabel, children }: Props) {
  const { t } = useI18n();
  const [location] = useLocation();
  const places = [
    { href: "/account/keys", label: t("common.account.keys") },
    { href: "/account/sessions", label: t("common.account.sessions") },
    { href: "/account/profile", label: t("directory.profile.nav") },
    { href: "/account/log", label: t("common.account.log") },
  ];
  return (
    <Page aside={aside} asideLabel={asideLabel}>
      <nav className="account-nav" aria-label={t("common.account.label")}>
        {places.map((place) => (
          <Link
            key={place.href}
            href={place.href}
            aria-current={location === place.href ? ("page" as const) : undefined}
          >
            {place.label}
          </Link>
        ))}
      </nav>
      <PageHeader title={title} lead={lead} />
      <div className="stack stack--wide">{children}</div>
    </Page>
  );
}
