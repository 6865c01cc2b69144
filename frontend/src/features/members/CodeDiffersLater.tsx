/** The same where only the words of the first page are here, and nobody asks for a signature. */
import { lazy, Suspense } from "react";
import { AllWords } from "../../i18n";
import type { Hex } from "../../sync/contract";

const Loaded = lazy(async () => {
  const [{ CodeDiffers }, { ActProvider }] = await Promise.all([import("./CodeDiffers"), import("./act")]);
  return {
    default: ({ account, name }: { account: Hex; name: string }) => (
      <ActProvider>
        <CodeDiffers account={account} name={name} what="person" />
      </ActProvider>
    ),
  };
});

export function CodeDiffersLater(props: { account: Hex; name: string }) {
  return (
    <Suspense fallback={null}>
      <AllWords waiting={null}>
        <Loaded {...props} />
      </AllWords>
    </Suspense>
  );
}
