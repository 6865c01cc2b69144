/** The list of applications, read once for the count in the header, the list and the case, and again when it may be another. */
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { type VettingList, vettingList } from "../../sync/applications";
import { get } from "../../sync/http";
import { useSnapshot } from "../core";
import { failureOf } from "../members/errors";
import type { Resource } from "../resource";

/** How long what was read is taken for the present state while nothing tells otherwise. */
const KEEPS = 5 * 60_000;

const loading: Resource<VettingList> = { state: "loading" };
let held: { owner: string; at: number; list: Resource<VettingList> } = { owner: "", at: 0, list: loading };
let underWay: Promise<void> | null = null;
const listeners = new Set<() => void>();

function set(owner: string, list: Resource<VettingList>): void {
  held = { owner, at: Date.now(), list };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function readOnce(owner: string): Promise<void> {
  try {
    set(owner, { state: "ready", value: await get("/api/vetting", vettingList) });
  } catch (thrown) {
    // What was there before stays: it is older, and not wrong.
    if (held.owner !== owner || held.list.state !== "ready") {
      set(owner, { state: "failed", failure: failureOf(thrown) });
    }
  }
}

/** Reads the list; several who ask at the same time are given one answer. */
function read(owner: string): Promise<void> {
  underWay ??= readOnce(owner).finally(() => {
    underWay = null;
  });
  return underWay;
}

/** The list of whoever is signed in, and a way to read it anew. */
export function useApplications(): [Resource<VettingList>, () => Promise<void>] {
  const owner = useSnapshot((snapshot) => snapshot.session?.account?.id ?? "");
  const list = useSyncExternalStore(subscribe, () => (held.owner === owner ? held.list : loading));
  useEffect(() => {
    if (held.owner !== owner || Date.now() - held.at > KEEPS) void read(owner);
  }, [owner]);
  const again = useCallback(() => read(owner), [owner]);
  return [list, again];
}

/** Keeps the list near the truth as long as the page is looked at; stands once, beside the count. */
export function useFreshApplications(): Resource<VettingList> {
  const [list, again] = useApplications();
  const signatures = useSnapshot((snapshot) => snapshot.proposals);
  const invitations = useSnapshot((snapshot) => snapshot.invitations);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what waits for signatures moves applications too
  useEffect(() => {
    if (held.at > 0) void again();
  }, [signatures, invitations]);
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible" && Date.now() - held.at > KEEPS) void again();
    };
    document.addEventListener("visibilitychange", look);
    const timer = setInterval(look, KEEPS);
    return () => {
      document.removeEventListener("visibilitychange", look);
      clearInterval(timer);
    };
  }, [again]);
  return list;
}
