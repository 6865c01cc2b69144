/** The eight groups of a recovery code, each checked by itself as soon as it is full. */
import { useEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import { type GroupState, GroupsField } from "../../ui";
import { useCore } from "../core";
import "./enrolment.css";

const count = 8;
const length = 5;

export type Groups = Readonly<Record<number, string>>;

/** The whole code as it is written on paper. */
export function written(groups: Groups): string {
  return Array.from({ length: count }, (_, index) => groups[index] ?? "").join(" ");
}

/** A whole code, taken apart into its groups. */
export function groupsOf(code: string): Groups {
  const characters = code.toUpperCase().replace(/[^0-9A-Z]/g, "");
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      index,
      characters.slice(index * length, (index + 1) * length),
    ]),
  );
}

interface Props {
  groups: Groups;
  onChange: (groups: Groups) => void;
  /** Told whenever it changes whether every group is full and right in itself. */
  onReady: (ready: boolean) => void;
  /** A fault of the whole code. */
  problem: string | null;
  autoFocus?: boolean;
}

export function RecoveryInput({ groups, onChange, onReady, problem, autoFocus = false }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const [states, setStates] = useState<Readonly<Record<number, GroupState>>>({});
  const tell = useRef(onReady);
  tell.current = onReady;
  useEffect(() => {
    let stopped = false;
    const check = async (index: number): Promise<GroupState> => {
      const text = groups[index] ?? "";
      return text.length < length ? "incomplete" : core.checkGroup(index, text);
    };
    void Promise.all(Array.from({ length: count }, (_, index) => check(index))).then(
      (found) => {
        if (stopped) return;
        setStates(Object.fromEntries(found.entries()));
        tell.current(found.every((state) => state === "ok"));
      },
      () => undefined, // without the core nothing is checked, and nothing can be opened either
    );
    return () => {
      stopped = true;
    };
  }, [groups, core]);

  const wrong = Array.from({ length: count }, (_, index) => index).find((index) => states[index] === "wrong");
  return (
    <div className="recovery-input">
      <GroupsField
        label={t("enrolment.browser.label")}
        values={groups}
        onChange={onChange}
        states={states}
        groupLabel={(group) => t("enrolment.recovery.group", { group })}
        stateLabel={(state, group) =>
          state === "ok"
            ? t("enrolment.browser.group_ok", { group })
            : state === "wrong"
              ? t("enrolment.browser.group_wrong", { group })
              : null
        }
        error={wrong === undefined ? problem : t("enrolment.browser.group_wrong", { group: wrong + 1 })}
        autoFocus={autoFocus}
      />
      <p className="recovery-input__note">{t("enrolment.recovery.letters")}</p>
    </div>
  );
}
