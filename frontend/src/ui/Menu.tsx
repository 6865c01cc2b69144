/** A menu that opens from a button: plain acts, links, and sections of which one may be chosen. */
import { Check, Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import {
  Menu as AriaMenu,
  Header,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  type PopoverProps,
} from "react-aria-components";
import { IconButton } from "./Button";
import { classes, defined } from "./classes";
import { Icon, type IconType } from "./Icon";
import "./Menu.css";

export interface MenuEntry {
  id: string;
  label: string;
  description?: string | undefined;
  icon?: IconType | undefined;
  flipIcon?: boolean;
  href?: string;
  isDisabled?: boolean;
  danger?: boolean;
  /** Given for any entry of a group: one of them is chosen, and this says which. */
  selected?: boolean;
  /** Language of the label, where it is not that of the page. */
  lang?: string;
  onAction?: () => void;
}

export interface MenuGroup {
  id: string;
  heading?: string;
  entries: readonly MenuEntry[];
  /** With it one entry of the group is chosen. */
  selected?: string;
  onSelect?: (id: string) => void;
}

export interface MenuProps {
  label: string;
  /** A Button; or only an icon, which makes the trigger an IconButton with the label. */
  trigger?: ReactNode;
  icon?: IconType;
  items?: readonly MenuEntry[];
  groups?: readonly MenuGroup[];
  placement?: PopoverProps["placement"];
}

function Entry({ entry, selectable }: { entry: MenuEntry; selectable: boolean }) {
  return (
    <MenuItem
      id={entry.id}
      textValue={entry.label}
      className={classes("menu__item", entry.danger && "menu__item--danger")}
      {...defined({
        href: entry.href,
        isDisabled: entry.isDisabled,
        onAction: entry.onAction,
        lang: entry.lang,
      })}
    >
      {entry.icon === undefined ? null : <Icon icon={entry.icon} flip={entry.flipIcon ?? false} />}
      <span className="menu__words" lang={entry.lang}>
        {entry.label}
        {entry.description === undefined ? null : (
          <span className="menu__description">{entry.description}</span>
        )}
      </span>
      {selectable ? <Icon icon={Check} className="menu__check" /> : null}
    </MenuItem>
  );
}

export function Menu({ label, trigger, icon, items, groups, placement = "bottom end" }: MenuProps) {
  const all = groups ?? [{ id: "all", entries: items ?? [] }];
  return (
    <MenuTrigger>
      {trigger ?? <IconButton label={label} icon={icon ?? Ellipsis} />}
      <Popover className="popover" placement={placement} offset={6}>
        <AriaMenu className="menu" aria-label={label}>
          {all.map((group: MenuGroup) => {
            const { onSelect } = group;
            const choosing =
              group.selected !== undefined || group.entries.some((one) => one.selected !== undefined);
            const selected = group.selected ?? group.entries.find((one) => one.selected)?.id;
            const choice = !choosing
              ? {}
              : {
                  selectionMode: "single" as const,
                  disallowEmptySelection: true,
                  selectedKeys: selected === undefined ? [] : [selected],
                  onSelectionChange: (keys: "all" | Set<string | number>) => {
                    const chosen = keys === "all" ? undefined : [...keys][0];
                    if (chosen !== undefined) {
                      onSelect?.(String(chosen));
                    }
                  },
                };
            return (
              <MenuSection
                key={group.id}
                className="menu__section"
                aria-label={group.heading ?? label}
                {...choice}
              >
                {group.heading === undefined ? null : (
                  <Header className="menu__heading">{group.heading}</Header>
                )}
                {group.entries.map((entry) => (
                  <Entry key={entry.id} entry={entry} selectable={choosing} />
                ))}
              </MenuSection>
            );
          })}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
