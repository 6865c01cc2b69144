/** The same where only the words of the first page are here. */
import { lazy, Suspense } from "react";
import { AllWords } from "../../i18n";
import type { Hex } from "../../sync/contract";

const Loaded = lazy(async () => ({ default: (await import("./AwayNote")).AwayNote }));

export function AwayNoteLater({ authorities }: { authorities: readonly Hex[] }) {
  return (
    <Suspense fallback={null}>
      <AllWords waiting={null}>
        <Loaded authorities={authorities} />
      </AllWords>
    </Suspense>
  );
}
