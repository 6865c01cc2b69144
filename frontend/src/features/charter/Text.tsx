/** The text of a version, and what it says otherwise than another one. */
import { Fragment, type ReactNode, useMemo } from "react";
import { type Language, useI18n } from "../../i18n";
import { VisuallyHidden } from "../../ui";
import { parse } from "../conversations/markdown";
import { drawBlock, drawInline } from "../conversations/Words";
import { type Compared, compare } from "./compare";
import { headingOf } from "./passages";

interface TextProps {
  text: string;
  language: Language;
}

export function CharterText({ text, language }: TextProps) {
  const blocks = useMemo(() => parse(text), [text]);
  return (
    <div className="charter-text" lang={language} dir={language === "ar" ? "rtl" : "ltr"}>
      {blocks.map((block, index) => {
        const heading = headingOf(block);
        return heading === null ? (
          drawBlock(block, index)
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
          <h3 key={index}>{heading.map(drawInline)}</h3>
        );
      })}
    </div>
  );
}

interface ChangesProps {
  before: string;
  after: string;
  language: Language;
  /** What it is compared with. */
  title: string;
}

export function CharterChanges({ before, after, language, title }: ChangesProps) {
  const { t } = useI18n();
  const found = useMemo(() => compare(before, after, language), [before, after, language]);
  const changed = found.filter(({ kind }) => kind !== "same").length;
  return (
    <>
      <div className="charter-legend">
        <p>
          <b>{title}</b> <span role="status">{t("charter.changes.count", { count: changed })}</span>
        </p>
        <p aria-hidden="true">
          <ins>{t("charter.changes.added")}</ins> <del>{t("charter.changes.removed")}</del>
        </p>
      </div>
      <div className="charter-text" lang={language} dir={language === "ar" ? "rtl" : "ltr"}>
        {groups(found).map((group, index) =>
          group[0]?.shape === "item" ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
            <ul key={index}>
              {group.map((passage, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the same
                <li key={place} className={`passage--${passage.kind}`}>
                  <Pieces passage={passage} />
                </li>
              ))}
            </ul>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same
            <Fragment key={index}>{group.map(drawPassage)}</Fragment>
          ),
        )}
      </div>
    </>
  );
}

/** Items that follow each other are one list. */
function groups(found: readonly Compared[]): Compared[][] {
  const all: Compared[][] = [];
  for (const passage of found) {
    const last = all.at(-1);
    if (last !== undefined && passage.shape === "item" && last[0]?.shape === "item") last.push(passage);
    else all.push([passage]);
  }
  return all;
}

function drawPassage(passage: Compared, index: number): ReactNode {
  const Shape = passage.shape === "heading" ? "h3" : "p";
  return (
    <Shape key={index} className={`passage--${passage.kind}`}>
      <Pieces passage={passage} />
    </Shape>
  );
}

/** Few screen readers say what `ins` and `del` mean, so it is said in words as well. */
function Pieces({ passage }: { passage: Compared }) {
  const { t } = useI18n();
  return passage.pieces.map(({ kind, text }, index) => {
    const key = `${index} ${kind}`;
    if (kind === "same") return <Fragment key={key}>{text}</Fragment>;
    const Mark = kind === "new" ? "ins" : "del";
    return (
      <Mark key={key}>
        <VisuallyHidden>
          {t(kind === "new" ? "charter.changes.added_start" : "charter.changes.removed_start")}{" "}
        </VisuallyHidden>
        {text}
        <VisuallyHidden> {t("charter.changes.end")}</VisuallyHidden>
      </Mark>
    );
  });
}
