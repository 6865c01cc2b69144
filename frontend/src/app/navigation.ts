/** After a person went somewhere, the focus goes to the heading of the new page, as a page load would do. */
import { useEffect, useRef } from "react";

/** How long a page that is still being loaded may take until its heading is awaited no longer. */
const PATIENCE = 5_000;

/** What is seen: while a page is on its way, React keeps the old one in the document, hidden. */
function visible(selector: string): HTMLElement | null {
  const found = document.querySelectorAll<HTMLElement>(selector);
  return [...found].find((element) => element.checkVisibility()) ?? null;
}

/** `place` names where the person is; the first place keeps the focus where the browser put it. */
export function useFocusOnNavigation(place: string): void {
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) {
      return;
    }
    before.current = place;
    let heading: HTMLElement | null = null;
    const focus = (): void => {
      const main = visible("main");
      const active = document.activeElement;
      if (main?.contains(active) && active !== main) {
        if (active !== heading) {
          observer.disconnect(); // Put there by the page, as a sign-in step does, or by the person.
        }
        return;
      }
      // A page that was waiting draws another heading when what it shows is there: the focus went with the first.
      if (heading !== null && (heading.isConnected || active !== document.body)) {
        return;
      }
      heading = visible("main h1");
      if (heading === null) {
        return;
      }
      if (!heading.hasAttribute("tabindex")) {
        heading.tabIndex = -1;
      }
      heading.focus({ preventScroll: true });
      globalThis.scrollTo(0, 0);
      document.querySelector(".shell__content")?.scrollTo(0, 0);
    };
    const observer = new MutationObserver(focus);
    observer.observe(document.body, { childList: true, subtree: true });
    focus();
    const timer = setTimeout(() => observer.disconnect(), PATIENCE);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
    };
  }, [place]);
}
