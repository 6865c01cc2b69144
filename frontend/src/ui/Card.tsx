/** One level of card: never a card in a card. */
import { type ReactNode, useId } from "react";
import "./Card.css";

export interface CardProps {
  title?: ReactNode;
  /** A few words beside the title, as a date. */
  beside?: ReactNode;
  actions?: ReactNode;
  level?: 2 | 3;
  /** Lists and tables bring their own padding. */
  flush?: boolean;
  children?: ReactNode;
}

export function Card({ title, beside, actions, level = 2, flush = false, children }: CardProps) {
  const id = useId();
  const Heading = `h${level}` as const;
  const body = flush ? children : children ? <div className="card__body">{children}</div> : null;
  if (title === undefined) {
    return <div className="card">{body}</div>;
  }
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card__head">
        <Heading className="card__title" id={id}>
          {title}
        </Heading>
        {beside === undefined ? null : <span className="card__beside">{beside}</span>}
        {actions === undefined ? null : <div className="card__actions">{actions}</div>}
      </div>
      {body}
    </section>
  );
}
