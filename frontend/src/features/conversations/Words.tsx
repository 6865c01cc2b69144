/** What a person wrote, drawn from the safe Markdown subset. Each paragraph finds its own direction. */
import { Fragment, memo, type ReactNode, useMemo } from "react";
import { useI18n } from "../../i18n";
import { type Block, type Inline, parse } from "./markdown";

export const Words = memo(function Words({ text }: { text: string }) {
  const blocks = useMemo(() => parse(text), [text]);
  return <div className="words">{blocks.map(drawBlock)}</div>;
});

export function drawBlock(block: Block, index: number): ReactNode {
  switch (block.type) {
    case "paragraph":
      return (
        <p key={index} dir="auto">
          {block.children.map(drawInline)}
        </p>
      );
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide listing is scrolled with the keyboard
        <pre key={index} className="words__code" dir="ltr" tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "quote":
      return (
        <blockquote key={index} className="words__quote">
          {block.children.map(drawBlock)}
        </blockquote>
      );
    case "list": {
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
      const items = block.items.map((item, place) => <li key={place}>{item.map(drawBlock)}</li>);
      return block.ordered ? (
        <ol key={index} start={block.start}>
          {items}
        </ol>
      ) : (
        <ul key={index}>{items}</ul>
      );
    }
  }
}

export function drawInline(node: Inline, index: number): ReactNode {
  switch (node.type) {
    case "text":
      return <Fragment key={index}>{node.text}</Fragment>;
    case "break":
      return <br key={index} />;
    case "code":
      return <code key={index}>{node.text}</code>;
    case "strong":
      return <strong key={index}>{node.children.map(drawInline)}</strong>;
    case "emphasis":
      return <em key={index}>{node.children.map(drawInline)}</em>;
    case "link":
      return <Address key={index} address={node.address} label={node.label} />;
  }
}

/** A link always shows where it leads: what a sender calls it stands before the address, never instead of it. */
function Address({ address, label }: { address: string; label: string | null }) {
  const { t } = useI18n();
  const shown = address.length > 80 ? `${address.slice(0, 77)}…` : address;
  return (
    <>
      {label !== null && label !== address && <bdi>{label} </bdi>}
      <a
        href={address}
        target="_blank"
        rel="noopener noreferrer"
        className="words__link"
        aria-label={t("conversations.thread.link", { address })}
      >
        <bdi dir="ltr">{shown}</bdi>
      </a>
    </>
  );
}
