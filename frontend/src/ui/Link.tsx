/** A link inside the portal goes through the router; others open as what they are. */
import type { MouseEventHandler, ReactNode } from "react";
import { Link as RouteLink } from "wouter";
import { defined } from "./classes";

export interface LinkProps {
  href: string;
  children: ReactNode;
  className?: string;
  lang?: string;
  "aria-current"?: "page" | "true" | undefined;
  "aria-label"?: string;
  onClick?: MouseEventHandler<HTMLAnchorElement>;
}

export function Link({ href, children, ...rest }: LinkProps) {
  if (!href.startsWith("/")) {
    return (
      <a href={href} rel="noreferrer" {...rest}>
        {children}
      </a>
    );
  }
  return (
    <RouteLink href={href} {...defined(rest)}>
      {children}
    </RouteLink>
  );
}

/** Words for screen readers only. */
export function VisuallyHidden({ children }: { children: ReactNode }) {
  return <span className="visually-hidden">{children}</span>;
}
