/** The design system of Entente: every part that screens are built from. */
import "./tokens.css";
import "./base.css";

export { announce } from "./announce";
export { Button, type ButtonProps, IconButton, type IconButtonProps } from "./Button";
export { Card, type CardProps } from "./Card";
export {
  Checkbox,
  type CheckboxProps,
  type Option,
  type OptionGroup,
  RadioCards,
  type RadioCardsProps,
  Select,
  type SelectProps,
} from "./Choice";
export {
  CodeField,
  type CodeFieldProps,
  type GroupState,
  GroupsField,
  type GroupsFieldProps,
} from "./CodeField";
export { classes, defined } from "./classes";
export { DayField, type DayFieldProps } from "./DayField";
export { Dialog, type DialogProps } from "./Dialog";
export { Icon, type IconType } from "./Icon";
export { DemoBanner, LanguageSwitch, languageNames } from "./LanguageSwitch";
export { Link, type LinkProps, VisuallyHidden } from "./Link";
export {
  BrandMark,
  Chip,
  type ChipProps,
  Count,
  type Proof,
  ProofChip,
  StateTile,
  type StateTileProps,
} from "./Marks";
export { Menu, type MenuEntry, type MenuGroup, type MenuProps } from "./Menu";
export { Notice, type NoticeProps, type Tone } from "./Notice";
export {
  type Column,
  type Definition,
  DescriptionList,
  Page,
  PageHeader,
  type PageHeaderProps,
  type PageProps,
  Steps,
  type StepsProps,
  setTitleCount,
  Table,
  type TableProps,
  useDocumentTitle,
} from "./Page";
export { EmptyState, type EmptyStateProps, Progress, type ProgressProps, Skeleton } from "./Progress";
export { Tabs, type TabsProps, type TabView } from "./Tabs";
export {
  SearchField,
  type SearchFieldProps,
  TextArea,
  type TextAreaProps,
  TextField,
  type TextFieldProps,
} from "./TextField";
export { ToastRegion, toast } from "./Toast";
export { useGrowing } from "./useGrowing";
