/** A question that must be answered before going on. Escape and the scrim close it unless it may not be left. */
import type { FormEvent, ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { classes } from "./classes";
import "./Dialog.css";

export interface DialogProps {
  isOpen: boolean;
  /** Either of the two: told that the person wants to leave. */
  onClose?: () => void;
  onOpenChange?: (open: boolean) => void;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  /** For questions about something that cannot be undone. */
  isAlert?: boolean;
  wide?: boolean;
  /** False: only its own buttons close it. */
  isDismissable?: boolean;
  /** While work runs the dialog cannot be left. */
  isBusy?: boolean;
  /** Makes the dialog a form: Enter sends it. */
  onSubmit?: () => void;
}

export function Dialog({
  isOpen,
  onClose,
  onOpenChange,
  title,
  children,
  actions,
  isAlert = false,
  wide = false,
  isDismissable = true,
  isBusy = false,
  onSubmit,
}: DialogProps) {
  const content = (
    <>
      {children === undefined ? null : <div className="dialog__body stack">{children}</div>}
      {actions === undefined ? null : <div className="dialog__actions">{actions}</div>}
    </>
  );
  return (
    <ModalOverlay
      className="dialog__scrim"
      isOpen={isOpen}
      onOpenChange={(open) => {
        onOpenChange?.(open);
        if (!open) {
          onClose?.();
        }
      }}
      isDismissable={isDismissable && !isAlert && !isBusy}
      isKeyboardDismissDisabled={isBusy || !isDismissable}
    >
      <Modal className={classes("dialog__box", wide && "dialog__box--wide")}>
        <AriaDialog className="dialog" role={isAlert ? "alertdialog" : "dialog"}>
          <Heading slot="title" level={2} className="dialog__title">
            {title}
          </Heading>
          {onSubmit === undefined ? (
            content
          ) : (
            <form
              noValidate
              onSubmit={(event: FormEvent) => {
                event.preventDefault();
                // Enter sends a form also while its button works.
                if (!isBusy) {
                  onSubmit();
                }
              }}
            >
              {content}
            </form>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
