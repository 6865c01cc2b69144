/** Words that an officer must write for an act: a question, a reason, how something was settled. */
import { type ReactNode, useState } from "react";
import { useI18n } from "../../i18n";
import { TextArea, toast } from "../../ui";
import { ActDialog } from "../members/ActDialog";

interface Props {
  title: string;
  text: string;
  label: string;
  hint?: string;
  begin?: string;
  act: string;
  acting: string;
  done: string;
  danger?: boolean;
  call: (words: string) => Promise<void>;
  onClose: () => void;
  /** Stands before the field; what it offers can be put into the field. */
  children?: (write: (words: string) => void) => ReactNode;
}

export function WordsDialog({
  title,
  text,
  label,
  hint,
  begin = "",
  act,
  acting,
  done,
  danger = false,
  call,
  onClose,
  children,
}: Props) {
  const { t } = useI18n();
  const [words, setWords] = useState(begin);
  return (
    <ActDialog
      title={title}
      act={act}
      acting={acting}
      danger={danger}
      whyDisabled={words.trim() === "" ? t("vetting.words_missing") : null}
      call={() => call(words.trim())}
      onDone={() => toast(done)}
      onClose={onClose}
    >
      <p>{text}</p>
      {children?.(setWords)}
      <TextArea label={label} hint={hint} value={words} onChange={setWords} rows={4} />
    </ActDialog>
  );
}
