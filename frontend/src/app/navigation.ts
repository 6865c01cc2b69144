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
    const focus = (): boolean => {
      const main = visible("main");
      if (main?.contains(document.activeElement) && document.activeElement !== main) {
        return true; // The page put the focus itself, as a sign-in step does into its field.
      }
      const found = visible("main h1");
      if (found === null) {
        return false;
      }
      if (!found.hasAttribute("tabindex")) {
        found.tabIndex = -1;
      }
      found.focus({ preventScroll: true });
      globalThis.scrollTo(0, 0);
      document.querySelector(".shell__content")?.scrollTo(0, 0);
      return true;
    };
    const observer = new MutationObserver(() => {
      if (focus()) {
        observer.disconnect();
      }
    });
    if (!focus()) {
      observer.observe(document.body, { childList: true, subtree: true });
    }
    const timer = setTimeout(() => observer.disconnect(), PATIENCE);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
    };
  }, [place]);
}
