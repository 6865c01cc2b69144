/** One application as an officer reads it, and the acts on it: each answers with the application as it is then. */
import { useCallback, useEffect, useRef, useState } from "react";
import { type VettingCase, vettingCase } from "../../sync/applications";
import { post, put } from "../../sync/http";
import { useCore, useSnapshot } from "../core";
import { failureOf } from "../members/errors";
import type { Resource } from "../resource";

export interface CaseActs {
  /** Posts to one of the acts of the application. */
  post(act: string, body: object): Promise<void>;
  put(path: string, body: object): Promise<void>;
  /** Reads it again, also after an act of the core has changed it. */
  reload(): Promise<void>;
}

export interface CaseProps {
  application: VettingCase;
  acts: CaseActs;
}

/** After these the page shows something else than the server holds: it is read again. */
const outdated = new Set(["application_changed", "not_found", "not_yours", "not_now"]);

export function useCase(id: string, onChanged: () => Promise<void>): [Resource<VettingCase>, CaseActs] {
  const core = useCore();
  const path = `/api/vetting/${id}`;
  const [resource, setResource] = useState<Resource<VettingCase>>({ state: "loading" });
  const alive = useRef(true);
  const show = useCallback((next: Resource<VettingCase>) => {
    if (alive.current) setResource(next);
  }, []);
  const reload = useCallback(async () => {
    try {
      // By the core, which signs for an application only as it was read.
      show({ state: "ready", value: await core.readApplication(id) });
    } catch (thrown) {
      show({ state: "failed", failure: failureOf(thrown) });
    }
  }, [core, id, show]);
  const proposals = useSnapshot((snapshot) => snapshot.proposals);
  const invitations = useSnapshot((snapshot) => snapshot.invitations);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a colleague's signature and the lead's keys come by themselves
  useEffect(() => {
    alive.current = true;
    void reload();
    return () => {
      alive.current = false;
    };
  }, [reload, proposals, invitations]);
  useEffect(() => {
    // Applicants and members are not announced: whoever comes back to the page looks at what is there now.
    const look = () => document.visibilityState === "visible" && void reload();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [reload]);
  const [acts] = useState(() => {
    const changed = async (call: () => Promise<VettingCase>) => {
      try {
        show({ state: "ready", value: await call() });
      } catch (thrown) {
        if (outdated.has(failureOf(thrown).code)) await reload();
        throw thrown;
      }
      await onChanged();
    };
    return {
      post: (act: string, body: object) => changed(() => post(`${path}/${act}`, body, vettingCase)),
      put: (under: string, body: object) => changed(() => put(`${path}/${under}`, body, vettingCase)),
      reload: async () => {
        await reload();
        await onChanged();
      },
    };
  });
  return [resource, acts];
}
