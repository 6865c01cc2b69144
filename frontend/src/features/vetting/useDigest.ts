/** Whether the fingerprint that is signed for is that of the form and the documents that this page shows. */
import { useEffect, useState } from "react";
import { applicationDigest } from "../../crypto";
import type { VettingCase } from "../../sync/applications";
import { useSnapshot } from "../core";

export type DigestState = "checking" | "holds" | "differs";

export function useDigest(application: VettingCase): DigestState {
  const network = useSnapshot((snapshot) => snapshot.session?.network.id ?? null);
  const [checked, setChecked] = useState<{ of: VettingCase; state: DigestState } | null>(null);
  useEffect(() => {
    let wanted = true;
    const done = (holds: boolean) => {
      if (wanted) setChecked({ of: application, state: holds ? "holds" : "differs" });
    };
    digestOf(application, network).then(
      (digest) => done(digest !== null && digest === application.digest),
      () => done(false),
    );
    return () => {
      wanted = false;
    };
  }, [application, network]);
  return checked?.of === application ? checked.state : "checking";
}

/** Null where there is nothing that could be signed for. Rejects what is not an application at all. */
async function digestOf(application: VettingCase, network: string | null): Promise<string | null> {
  const { id, documents, form, nonce, revision } = application;
  if (network === null || nonce === null) return null;
  return applicationDigest({ application: id, documents, form, network, nonce, revision });
}
