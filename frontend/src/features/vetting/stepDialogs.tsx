/** Acts on an application that need more than one word: return, observer status, an earlier step, decline. */
import { useEffect, useState } from "react";
import { type Language, type LaterMessages, loadLaterMessages, useI18n } from "../../i18n";
import { Button, Checkbox, languageNames, Select, TextArea, toast } from "../../ui";
import { ActDialog } from "../members/ActDialog";
import { prefilled, wantable } from "./form";
import type { CaseProps } from "./useCase";
import { WordsDialog } from "./WordsDialog";
import { useWords } from "./words";

type Props = CaseProps & { onClose: () => void };

export function ReturnDialog({ application, acts, onClose }: Props) {
  const { t } = useI18n();
  const words = useWords();
  const [wanted, setWanted] = useState(() => new Set(prefilled(application)));
  const [text, setText] = useState("");
  // What the server names and this page does not know can be marked too.
  const codes = [...wantable, ...[...wanted].filter((code) => !wantable.includes(code))];
  const [listed] = useState(codes);
  const mark = (code: string, marked: boolean) => {
    const next = new Set(wanted);
    if (marked) next.add(code);
    else next.delete(code);
    setWanted(next);
  };
  return (
    <ActDialog
      title={t("vetting.return.title")}
      act={t("vetting.return.act")}
      acting={t("vetting.return.acting")}
      whyDisabled={text.trim() === "" ? t("vetting.words_missing") : null}
      call={() =>
        acts.post("return", {
          revision: application.revision,
          wanted: listed.filter((code) => wanted.has(code)),
          text: text.trim(),
        })
      }
      onDone={() => toast(t("vetting.return.done"))}
      onClose={onClose}
    >
      <p>{t("vetting.return.text")}</p>
      <fieldset className="wanted">
        <legend>{t("vetting.return.list")}</legend>
        <ul>
          {listed.map((code) => (
            <li key={code}>
              <Checkbox isSelected={wanted.has(code)} onChange={(marked) => mark(code, marked)}>
                {words.field(code)}
              </Checkbox>
            </li>
          ))}
        </ul>
      </fieldset>
      <TextArea
        label={t("vetting.return.words")}
        hint={t("vetting.return.words_hint", { language: languageNames[application.language] })}
        value={text}
        onChange={setText}
      />
    </ActDialog>
  );
}

/** The words of the applicant's language, for what is proposed to be written; null until they are here. */
function useTheirWords(language: Language): LaterMessages["vetting"] | null {
  const [messages, setMessages] = useState<LaterMessages["vetting"] | null>(null);
  useEffect(() => {
    let wanted = true;
    loadLaterMessages(language).then(
      ({ vetting }) => wanted && setMessages(vetting),
      () => undefined, // Then nothing is proposed, and the officer writes.
    );
    return () => {
      wanted = false;
    };
  }, [language]);
  return messages;
}

export function OfferDialog({ application, acts, onClose }: Props) {
  const { t } = useI18n();
  const theirs = useTheirWords(application.language);
  if (theirs === null) return null;
  return (
    <WordsDialog
      title={t("vetting.offer.title")}
      text={t("vetting.offer.text")}
      label={t("vetting.offer.words")}
      hint={t("vetting.return.words_hint", { language: languageNames[application.language] })}
      begin={theirs.offer.proposal}
      act={t("vetting.offer.act")}
      acting={t("vetting.offer.acting")}
      done={t("vetting.offer.done")}
      call={(text) => acts.post("offer", { revision: application.revision, text })}
      onClose={onClose}
    />
  );
}

export function BackDialog({ application, acts, onClose }: Props) {
  const { t } = useI18n();
  const words = useWords();
  const at = application.steps.findIndex(({ key }) => key === application.step);
  // That it was received is decided by nobody, and is not decided again.
  const earlier = application.steps.slice(1, Math.max(at, 1));
  const [step, setStep] = useState(earlier.at(-1)?.key ?? "");
  return (
    <WordsDialog
      title={t("vetting.back.title")}
      text={t("vetting.back.text")}
      label={t("vetting.panel.why")}
      act={t("vetting.back.act")}
      acting={t("vetting.back.acting")}
      done={t("vetting.back.done")}
      call={(text) => acts.post("back", { step, text })}
      onClose={onClose}
    >
      {() => (
        <Select
          label={t("vetting.back.step")}
          value={step}
          onChange={setStep}
          options={earlier.map((one) => ({ value: one.key, label: words.stepTitle(one) }))}
        />
      )}
    </WordsDialog>
  );
}

const reasons = ["not_public", "no_mandate", "no_confirmation", "no_answer", "double"] as const;

export function DeclineDialog({ application, acts, onClose }: Props) {
  const { t } = useI18n();
  const theirs = useTheirWords(application.language);
  return (
    <WordsDialog
      danger
      title={t("vetting.decline.title")}
      text={t("vetting.decline.text")}
      label={t("vetting.decline.words")}
      hint={t("vetting.return.words_hint", { language: languageNames[application.language] })}
      act={t("vetting.decline.act")}
      acting={t("vetting.decline.acting")}
      done={t("vetting.decline.done")}
      call={(text) => acts.post("decline", { revision: application.revision, text })}
      onClose={onClose}
    >
      {(write) =>
        theirs === null ? null : (
          <div className="stack stack--tight">
            <p className="small muted" id="usual-reasons">
              {t("vetting.decline.usual")}
            </p>
            {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring the frame of a form around a row of buttons */}
            <div className="actions" role="group" aria-labelledby="usual-reasons">
              {reasons.map((reason) => (
                <Button key={reason} size="s" onPress={() => write(theirs.decline.text_of[reason])}>
                  {t(`vetting.decline.reason.${reason}`)}
                </Button>
              ))}
            </div>
          </div>
        )
      }
    </WordsDialog>
  );
}
