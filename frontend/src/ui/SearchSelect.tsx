/** Chooses one of many by typing a part of the name; what was chosen stands there until it is taken back. */
import { X } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { ComboBox, Input, ListBox, ListBoxItem, Popover, Text } from "react-aria-components";
import { IconButton } from "./Button";
import type { Option } from "./Choice";
import { FieldFrame } from "./Field";
import "./Menu.css";

/** More than these nobody looks through: a further letter finds better. */
const SHOWN = 30;

export interface SearchSelectProps<V extends string> {
  label: string;
  hint?: string | undefined;
  /** What is wrong, while nothing is chosen. */
  error?: string | null | undefined;
  /** Stands in the empty field, as "Name or authority". */
  placeholder: string;
  /** Says that nothing has such a name. */
  noneFound: string;
  /** What takes the choice back, for screen readers. */
  clear: string;
  chosen: Option<V> | null;
  onChange: (value: V | null) => void;
  find: (text: string) => readonly Option<V>[];
}

export function SearchSelect<V extends string>({
  label,
  hint,
  error,
  placeholder,
  noneFound,
  clear,
  chosen,
  onChange,
  find,
}: SearchSelectProps<V>) {
  const id = useId();
  const [text, setText] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const used = useRef(false);
  const isChosen = chosen !== null;
  // The field and what stands in its place take turns: whoever chose, or took it back, goes on where they were.
  useEffect(() => {
    if (used.current) {
      used.current = false;
      box.current?.querySelector<HTMLElement>(isChosen ? "button" : "input")?.focus();
    }
  }, [isChosen]);
  const take = (value: V | null) => {
    used.current = true;
    setText("");
    onChange(value);
  };
  if (chosen !== null) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring the frame of a form into a line of fields
      <div className="field" role="group" aria-labelledby={id} ref={box}>
        <span className="field__label" id={id}>
          {label}
        </span>
        <div className="input search-select__chosen">
          <bdi>{chosen.label}</bdi>
          <IconButton label={clear} icon={X} onPress={() => take(null)} />
        </div>
      </div>
    );
  }
  const found = find(text).slice(0, SHOWN);
  return (
    <ComboBox
      className="field"
      items={found}
      inputValue={text}
      onInputChange={setText}
      value={null}
      onChange={(key) => {
        const taken = found.find((option) => option.value === key);
        if (taken !== undefined) {
          take(taken.value);
        }
      }}
      allowsEmptyCollection
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      ref={box}
    >
      <FieldFrame label={label} hint={hint} error={error}>
        {/* An empty field has the direction of the page, and what stands in its place with it. */}
        <Input className="input" placeholder={placeholder} {...(text === "" ? {} : { dir: "auto" })} />
      </FieldFrame>
      <Popover className="popover popover--select">
        <ListBox className="menu" renderEmptyState={() => <p className="search-select__none">{noneFound}</p>}>
          {(option: Option<V>) => (
            <ListBoxItem id={option.value} textValue={option.label} className="menu__item">
              <span className="menu__words">
                <Text slot="label">{option.label}</Text>
                {option.hint === undefined ? null : (
                  <Text slot="description" className="menu__description">
                    {option.hint}
                  </Text>
                )}
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
