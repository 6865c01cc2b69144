/** Buttons: verbs of the outcome. Busy ones keep their width and say so; disabled ones stay reachable and say why. */
import { LoaderCircle } from "lucide-react";
import { type ComponentProps, type ReactNode, useEffect, useId } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from "react-aria-components";
import { Link as RouteLink } from "wouter";
import "./Button.css";
import { announce } from "./announce";
import { classes, defined } from "./classes";
import { Icon, type IconType } from "./Icon";

type Variant = "main" | "plain" | "quiet" | "danger";

export interface ButtonProps
  extends Pick<
    AriaButtonProps,
    "onPress" | "autoFocus" | "slot" | "id" | "aria-label" | "aria-describedby" | "aria-expanded" | "form"
  > {
  variant?: Variant;
  size?: "s" | "m" | "l";
  type?: "button" | "submit";
  icon?: IconType | undefined;
  /** Mirror the icon in right-to-left languages. */
  flipIcon?: boolean;
  wide?: boolean;
  className?: string;
  isPending?: boolean | undefined;
  /** What it does meanwhile ("Sending"); the width does not change. */
  pendingLabel?: string | undefined;
  isDisabled?: boolean | undefined;
  /** Why it cannot be pressed: it stays focusable and tells. */
  whyDisabled?: string | null | undefined;
  /** Draws a link that looks like a button. */
  href?: string;
  children: ReactNode;
}

export function Button({
  variant = "plain",
  size = "m",
  type = "button",
  icon,
  flipIcon = false,
  wide = false,
  className: extra,
  isPending = false,
  pendingLabel,
  isDisabled,
  whyDisabled,
  href,
  children,
  onPress,
  "aria-describedby": describedBy,
  ...rest
}: ButtonProps) {
  const whyId = useId();
  const className = classes(
    "button",
    `button--${variant}`,
    size !== "m" && `button--${size}`,
    wide && "button--wide",
    extra,
  );
  useEffect(() => {
    if (isPending && pendingLabel !== undefined) {
      announce(pendingLabel);
    }
  }, [isPending, pendingLabel]);
  const face = (
    <>
      {icon !== undefined && !isPending ? <Icon icon={icon} flip={flipIcon} /> : null}
      {pendingLabel === undefined ? (
        <>
          {isPending ? (
            <span className="button__working">
              <Icon icon={LoaderCircle} />
            </span>
          ) : null}
          <span>{children}</span>
        </>
      ) : (
        <span className="button__labels">
          <span data-away={isPending ? "" : undefined} aria-hidden={isPending}>
            {children}
          </span>
          <span className="button__working" data-away={isPending ? undefined : ""} aria-hidden={!isPending}>
            <Icon icon={LoaderCircle} />
            {pendingLabel}
          </span>
        </span>
      )}
    </>
  );
  if (href !== undefined) {
    return (
      <RouteLink href={href} className={className}>
        {face}
      </RouteLink>
    );
  }
  const stopped = isPending || Boolean(whyDisabled);
  return (
    <AriaButton
      {...rest}
      {...defined({ isDisabled, onPress: stopped ? undefined : onPress })}
      {...defined({
        "aria-describedby": whyDisabled ? whyId : describedBy,
        // Still a button for the keyboard, though it does nothing now: nobody loses their place.
        render: stopped
          ? (properties: ComponentProps<"button">) => (
              <button
                {...properties}
                type="button"
                aria-disabled="true"
                data-pending={isPending ? "" : undefined}
              />
            )
          : undefined,
      })}
      type={stopped ? "button" : type}
      className={className}
    >
      {face}
      {whyDisabled ? (
        <span className="button__why" id={whyId} role="tooltip">
          {whyDisabled}
        </span>
      ) : null}
    </AriaButton>
  );
}

export interface IconButtonProps extends Pick<AriaButtonProps, "onPress" | "slot" | "id" | "aria-expanded"> {
  /** What a screen reader says and the tooltip shows. */
  label: string;
  icon: IconType;
  flipIcon?: boolean;
  className?: string;
  isDisabled?: boolean | undefined;
}

export function IconButton({
  label,
  icon,
  flipIcon = false,
  className,
  isDisabled,
  ...rest
}: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton
        {...rest}
        {...defined({ isDisabled })}
        className={classes("icon-button", className)}
        aria-label={label}
      >
        <Icon icon={icon} flip={flipIcon} />
      </AriaButton>
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
