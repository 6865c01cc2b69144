/** What this browser could hand over to somebody; nothing to oneself, to officers, and while that is not known. */
import { useEffect, useState } from "react";
import type { HandOverOffer, Person } from "../../sync/contract";
import { useCore, useSnapshot } from "../core";

export function useHandOverOffers(person: Person): readonly HandOverOffer[] {
  const core = useCore();
  const reads = useSnapshot(({ me }) => me !== null && me.role !== "officer");
  const [offers, setOffers] = useState<readonly HandOverOffer[]>([]);
  const { account, self, hasKeys, authority } = person;
  const possible = reads && !self && hasKeys && authority !== null;
  useEffect(() => {
    let stopped = false;
    const take = (found: readonly HandOverOffer[]) => {
      if (!stopped) setOffers(found);
    };
    if (possible) {
      core.handOverOffers(account).then(take, () => take([]));
    } else {
      take([]);
    }
    return () => {
      stopped = true;
    };
  }, [core, account, possible]);
  return offers;
}
