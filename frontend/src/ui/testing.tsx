/** For tests: draws a piece of the interface into a page, in English unless told otherwise, and acts on it. */
import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { I18nProvider, type Language, loadLaterMessages, loadMessages } from "../i18n";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

export interface Drawn {
  page: HTMLElement;
  /** The one element that the selector finds. */
  find<E extends HTMLElement = HTMLElement>(selector: string): E;
  all(selector: string): HTMLElement[];
  draw(element: ReactNode): Promise<void>;
  end(): Promise<void>;
}

export async function draw(element: ReactNode, language: Language = "en"): Promise<Drawn> {
  const messages = { ...(await loadMessages(language)), ...(await loadLaterMessages(language)) };
  const page = document.createElement("div");
  document.body.append(page);
  const root = createRoot(page);
  const show = (content: ReactNode) =>
    act(async () => {
      root.render(
        <I18nProvider language={language} messages={messages}>
          {content}
        </I18nProvider>,
      );
    });
  await show(element);
  return {
    page,
    find: <E extends HTMLElement>(selector: string) => {
      const found = page.querySelectorAll<E>(selector);
      const [one] = found;
      if (one === undefined || found.length !== 1) {
        throw new Error(`${found.length} elements for ${selector} in ${page.innerHTML}`);
      }
      return one;
    },
    all: (selector) => [...page.querySelectorAll<HTMLElement>(selector)],
    draw: show,
    end: async () => {
      await act(async () => root.unmount());
      page.remove();
    },
  };
}

/** Types as a browser would: the value changes, then the page hears of it. */
export async function type(field: HTMLElement, text: string): Promise<void> {
  const { prototype } = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  const setter = Object.getOwnPropertyDescriptor(prototype, "value")?.set;
  await act(async () => {
    setter?.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

export async function press(target: HTMLElement): Promise<void> {
  await act(async () => {
    target.focus();
    target.click();
  });
}

/** Lets promises and effects that were started come to their end. */
export async function settle(): Promise<void> {
  await act(async () => {
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
}
