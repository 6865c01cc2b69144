/** Choosing: one from a list, one from cards, yes or no. */
import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import {
  Checkbox as AriaCheckbox,
  Select as AriaSelect,
  Button,
  Header,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
  Radio,
  RadioGroup,
  SelectValue,
  Text,
} from "react-aria-components";
import { defined } from "./classes";
import { FieldFrame, type FieldFrameProps } from "./Field";
import { Icon, type IconType } from "./Icon";
import "./Menu.css";

export interface Option<V extends string = string> {
  value: V;
  label: string;
  hint?: string | undefined;
  icon?: IconType | undefined;
  isDisabled?: boolean;
}

export interface OptionGroup<V extends string = string> {
  heading: string;
  options: readonly Option<V>[];
}

export interface SelectProps<V extends string> extends FieldFrameProps {
  /** Those that belong to no group come first. */
  options: readonly Option<V>[];
  groups?: readonly OptionGroup<V>[];
  value: V | null;
  onChange: (value: V) => void;
  placeholder?: string;
  isDisabled?: boolean;
  name?: string;
}

export function Select<V extends string>({
  label,
  hint,
  error,
  optional,
  options,
  groups = [],
  value,
  onChange,
  placeholder,
  isDisabled,
  name,
}: SelectProps<V>) {
  const all = [...options, ...groups.flatMap((group) => group.options)];
  return (
    <AriaSelect
      className="field select"
      value={value}
      onChange={(key) => {
        const chosen = all.find((option) => option.value === key);
        if (chosen !== undefined) {
          onChange(chosen.value);
        }
      }}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      {...defined({ placeholder, isDisabled, name })}
    >
      <FieldFrame label={label} hint={hint} error={error} {...defined({ optional })}>
        <Button className="select__button">
          <SelectValue className="select__value" />
          <Icon icon={ChevronDown} />
        </Button>
      </FieldFrame>
      <Popover className="popover popover--select">
        <ListBox
          className="menu"
          disabledKeys={all.filter((option) => option.isDisabled).map((option) => option.value)}
        >
          {options.map((option) => (
            <Choosable key={option.value} option={option} />
          ))}
          {groups.map((group) => (
            <ListBoxSection key={group.heading} className="menu__section" aria-label={group.heading}>
              <Header className="menu__heading">{group.heading}</Header>
              {group.options.map((option) => (
                <Choosable key={option.value} option={option} />
              ))}
            </ListBoxSection>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

function Choosable({ option }: { option: Option }) {
  return (
    <ListBoxItem id={option.value} textValue={option.label} className="menu__item">
      {option.icon === undefined ? null : <Icon icon={option.icon} />}
      <span className="menu__words">
        <Text slot="label">{option.label}</Text>
        {option.hint === undefined ? null : (
          <Text slot="description" className="menu__description">
            {option.hint}
          </Text>
        )}
      </span>
      <Icon icon={Check} className="menu__check" />
    </ListBoxItem>
  );
}

export interface CheckboxProps {
  isSelected: boolean;
  onChange: (selected: boolean) => void;
  isDisabled?: boolean;
  isInvalid?: boolean;
  name?: string;
  children: ReactNode;
}

export function Checkbox({ children, ...rest }: CheckboxProps) {
  return (
    <AriaCheckbox {...rest} className="checkbox">
      <span className="checkbox__box">
        <Icon icon={Check} />
      </span>
      <span>{children}</span>
    </AriaCheckbox>
  );
}

export interface RadioCardsProps<V extends string> extends FieldFrameProps {
  options: readonly Option<V>[];
  value: V | null;
  onChange: (value: V) => void;
  name?: string;
}

export function RadioCards<V extends string>({
  label,
  hint,
  error,
  optional,
  options,
  value,
  onChange,
  name,
}: RadioCardsProps<V>) {
  return (
    <RadioGroup
      className="radio-cards"
      value={value}
      onChange={(key) => {
        const chosen = options.find((option) => option.value === key);
        if (chosen !== undefined) {
          onChange(chosen.value);
        }
      }}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      {...defined({ name })}
    >
      <FieldFrame label={label} hint={hint} error={error} {...defined({ optional })}>
        <div className="radio-cards__list">
          {options.map((option) => (
            <Radio
              key={option.value}
              value={option.value}
              className="radio-card"
              {...defined({ isDisabled: option.isDisabled })}
            >
              <span className="radio-card__dot" />
              <span>
                <b>{option.label}</b>
                {option.hint === undefined ? null : (
                  <span className="radio-card__description">{option.hint}</span>
                )}
              </span>
              {option.icon === undefined ? null : <Icon icon={option.icon} size="large" />}
            </Radio>
          ))}
        </div>
      </FieldFrame>
    </RadioGroup>
  );
}
