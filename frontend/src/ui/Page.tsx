/** The main landmark of a page, its heading, and the plain structures that stand in it. */
import { Check } from "lucide-react";
import { Fragment, type ReactNode, useEffect } from "react";
import { useI18n } from "../i18n";
import { classes } from "./classes";
import { Icon } from "./Icon";
import "./Page.css";

export interface PageProps {
  children: ReactNode;
  /** Stands beside from 1024 px on, below it otherwise. */
  aside?: ReactNode;
  asideLabel?: string;
  /** `fill`: the page takes the height of the window and scrolls inside, as conversations do. */
  layout?: "page" | "narrow" | "fill";
  /** On small screens header and tab bar give way, as under an open conversation. */
  covers?: boolean;
}

/** Exactly one per screen: the target of "skip to content". */
export function Page({ children, aside, asideLabel, layout = "page", covers = false }: PageProps) {
  const className = classes(
    "page",
    layout !== "page" && `page--${layout}`,
    covers && "page--covers",
    aside !== undefined && "page--aside",
  );
  if (aside === undefined) {
    return (
      <main id="main" tabIndex={-1} className={className}>
        {children}
      </main>
    );
  }
  return (
    <div className={className}>
      <main id="main" tabIndex={-1} className="page__main">
        {children}
      </main>
      <aside className="page__aside stack stack--wide" aria-label={asideLabel}>
        {aside}
      </aside>
    </div>
  );
}

const windowTitle = { count: "", title: "" };

function writeTitle(changes: Partial<typeof windowTitle>): void {
  const { count, title } = Object.assign(windowTitle, changes);
  const named = title === "" ? "Entente" : `${title} – Entente`;
  document.title = count === "" ? named : `(${count}) ${named}`;
}

/** Gives the window its title, as "Your keys – Entente". */
export function useDocumentTitle(title: string): void {
  useEffect(() => writeTitle({ title }), [title]);
}

/** How much waits, before the title: "(3) Your keys – Entente"; nothing for an empty text. */
export function setTitleCount(count: string): void {
  writeTitle({ count });
}

export interface PageHeaderProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
}

/** The one `h1` of a page; it can take the focus after navigation and names the window. */
export function PageHeader({ title, lead, actions }: PageHeaderProps) {
  useDocumentTitle(title);
  return (
    <div className="page-header">
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {lead === undefined ? null : <div className="page-header__lead">{lead}</div>}
      </div>
      {actions === undefined ? null : <div className="actions">{actions}</div>}
    </div>
  );
}

export interface StepsProps {
  steps: readonly string[];
  /** Index of the present step. */
  current: number;
  label?: string;
}

export function Steps({ steps, current, label }: StepsProps) {
  const { formatNumber } = useI18n();
  return (
    <ol className="steps" aria-label={label}>
      {steps.map((step, index) => (
        <li
          key={step}
          className={classes("steps__step", index < current && "steps__step--done")}
          aria-current={index === current ? "step" : undefined}
        >
          {index < current ? <Icon icon={Check} /> : `${formatNumber(index + 1)}. `}
          {step}
        </li>
      ))}
    </ol>
  );
}

export interface Definition {
  term: ReactNode;
  value: ReactNode;
}

export function DescriptionList({ items }: { items: readonly Definition[] }) {
  return (
    <dl className="definitions">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows of one list never change places
        <Fragment key={index}>
          <dt>{item.term}</dt>
          <dd>{item.value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

export interface Column {
  id: string;
  /** Read aloud only, when the cells need no heading to be understood. */
  title: string;
  hideTitle?: boolean;
  end?: boolean;
}

export interface TableProps {
  label: string;
  columns: readonly Column[];
  rows: readonly { id: string; cells: Readonly<Record<string, ReactNode>> }[];
}

/** A plain table that becomes a list of sheets on small screens. */
export function Table({ label, columns, rows }: TableProps) {
  return (
    <table className="table" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.id} scope="col" className={classes(column.end && "table__end")}>
              {column.hideTitle ? <span className="visually-hidden">{column.title}</span> : column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            {columns.map((column) => (
              <td
                key={column.id}
                className={classes(column.end && "table__end")}
                data-column={column.hideTitle ? undefined : column.title}
              >
                {row.cells[column.id]}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
