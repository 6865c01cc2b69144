/** One icon of Lucide beside a word: never read aloud. `flip` mirrors it where direction has meaning. */
import { type ComponentType, cloneElement, isValidElement, type ReactElement, type SVGProps } from "react";
import { classes } from "./classes";

/** The shape itself (`Send`), or an element of it (`<Send />`). */
export type IconType = ComponentType<SVGProps<SVGSVGElement>> | ReactElement<SVGProps<SVGSVGElement>>;

interface IconProps {
  icon: IconType;
  size?: "text" | "large" | "huge";
  flip?: boolean;
  className?: string;
}

export function Icon({ icon, size = "text", flip = false, className }: IconProps) {
  const names = classes("icon", size !== "text" && `icon--${size}`, flip && "icon--flip", className);
  if (isValidElement(icon)) {
    return cloneElement(icon, { className: classes(names, icon.props.className), "aria-hidden": true });
  }
  const Shape = icon;
  return <Shape className={names} aria-hidden="true" />;
}
