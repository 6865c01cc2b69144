import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CALLS } from "./channel";
import type { ConversationView, Session } from "./contract";
import { PATIENCE } from "./follow";
import { holdKey, inherited } from "./heirloom";
import { LATE } from "./lead";
import { MadeUpBrowser, MadeUpTab } from "./madeUpBrowser";

let browser: MadeUpBrowser;

beforeEach(() => {
  vi.useFakeTimers();
  browser = new MadeUpBrowser();
});

afterEach(() => {
  vi.useRealTimers();
});

const settle = (milliseconds = 50) => vi.advanceTimersByTimeAsync(milliseconds);

/** A tab whose page has asked where it stands, as every page does when it is loaded. */
async function tab(version?: string): Promise<MadeUpTab> {
  const made = new MadeUpTab(browser, version);
  made.core.refresh().catch(() => undefined);
  await settle();
  return made;
}

async function two(): Promise<[MadeUpTab, MadeUpTab]> {
  const [first, second] = [await tab(), await tab()];
  expect([first.leads, second.leads]).toEqual([true, false]);
  return [first, second];
}

/** What cores were asked beside looking where they stand, as "core method". */
const acts = () =>
  browser.asked.flatMap(({ core, method }) => (method === "refresh" ? [] : [`${core} ${method}`]));

const outcomeOf = (act: Promise<unknown>) =>
  act.then(
    (value) => ({ value }),
    (error: { code: string }) => ({ code: error.code }),
  );

describe("the tabs of one browser", () => {
  it("have one core, and see the same but for what each has open", async () => {
    const [first, second] = await two();
    await first.core.openConversation("a");
    await second.core.openConversation("b");
    browser.stores[0]?.set({ connection: "online" });
    await settle();
    expect(browser.stores).toHaveLength(1);
    for (const { snapshot } of [first, second]) {
      expect(snapshot).toMatchObject({ phase: { name: "ready" }, connection: "online" });
    }
    expect(first.snapshot.open?.id).toBe("a");
    expect(second.snapshot.open?.id).toBe("b");
  });

  it("get the answers to their own calls, and their own failures", async () => {
    const [first, second] = await two();
    browser.answer = ({ tab, method }) => {
      if (method === "signProposal") {
        throw new TypeError("no such proposal");
      }
      return tab;
    };
    expect(await second.core.startConversation([], "", "")).toBe(second.worker);
    expect(await first.core.startConversation([], "", "")).toBe(first.worker);
    await expect(second.core.signProposal("x")).rejects.toMatchObject({ code: "unexpected" });
  });

  it("are shown everything as soon as they appear", async () => {
    await tab();
    browser.stores[0]?.set({ undecryptable: 7 });
    await settle();
    expect((await tab()).snapshot).toMatchObject({ phase: { name: "ready" }, undecryptable: 7 });
  });

  it("are forgotten when they are closed", async () => {
    const [, second] = await two();
    second.close();
    await settle();
    expect(browser.leftTabs).toEqual([second.worker]);
  });
});

describe("when the leader ends", () => {
  it("another leads at once, and opens again what its page had open", async () => {
    const [first, second] = await two();
    await second.core.openConversation("b");
    await settle();
    first.close();
    await settle();
    expect(second.leads).toBe(true);
    expect(browser.stores).toHaveLength(2);
    expect(acts()).toEqual(["1 openConversation", "2 openConversation"]);
    expect(second.snapshot).toMatchObject({ phase: { name: "ready" }, open: { id: "b" } });
  });

  it("its page gets another worker, and goes on", async () => {
    const [first, second] = await two();
    browser.kill(first.worker);
    await settle();
    expect([first.leads, second.leads]).toEqual([false, true]);
    browser.answer = ({ core }) => core;
    expect(await first.core.startConversation([], "", "")).toBe(2);
  });

  it("the only tab gets another worker, which leads", async () => {
    const only = await tab();
    await only.core.openConversation("a");
    browser.kill(only.worker);
    await settle();
    expect(only.leads).toBe(true);
    expect(acts()).toEqual(["1 openConversation", "2 openConversation"]);
    expect(only.snapshot.open?.id).toBe("a");
  });

  it("a page whose workers end again and again waits before it starts the next", async () => {
    const only = await tab();
    const killed = new Set<string>();
    for (let death = 0; death < 4; death++) {
      killed.add(only.worker);
      browser.kill(only.worker);
      await settle();
    }
    expect(killed.size).toBe(4);
    expect(killed.has(only.worker)).toBe(true);
    const signed = outcomeOf(only.core.signProposal("p"));
    await settle(1_000);
    expect(killed.has(only.worker)).toBe(false);
    expect(await signed).toEqual({ value: undefined });
  });

  it("what it took and did not answer is repeated only where that is harmless", async () => {
    const [first, second] = await two();
    browser.answer = ({ core }) => (core === 1 ? new Promise(() => undefined) : "by the second");
    const sent = outcomeOf(second.core.send("a", "words", "the same id"));
    const signed = outcomeOf(second.core.signProposal("p"));
    await settle();
    first.close();
    await settle();
    expect(await sent).toEqual({ value: "by the second" });
    expect(await signed).toEqual({ code: "core_moved" });
    expect(acts()).toEqual(["1 send", "1 signProposal", "2 send"]);
    expect(browser.asked.filter(({ method }) => method === "send").map((one) => one.arguments)).toEqual([
      ["a", "words", "the same id"],
      ["a", "words", "the same id"],
    ]);
  });

  it("what it never took is carried out by the next, once", async () => {
    const [first, second] = await two();
    browser.freeze(first.worker);
    const signed = outcomeOf(second.core.signProposal("p"));
    await settle();
    first.close();
    await settle();
    expect(await signed).toEqual({ value: undefined });
    expect(acts()).toEqual(["2 signProposal"]);
  });

  it("what is said while nobody leads is carried out once", async () => {
    const [first, second] = await two();
    first.close();
    const [one, other] = [second.core.signProposal("p"), second.core.signProposal("q")].map(outcomeOf);
    await settle();
    expect(await Promise.all([one, other])).toEqual([{ value: undefined }, { value: undefined }]);
    expect(acts()).toEqual(["2 signProposal", "2 signProposal"]);
  });

  it("what a page says before it knows of the next is carried out once", async () => {
    const [first, second] = await two();
    browser.freeze(second.page);
    first.close();
    await settle();
    expect(second.leads).toBe(true);
    const signed = outcomeOf(second.core.signProposal("p"));
    await settle();
    browser.thaw(second.page);
    await settle();
    expect(await signed).toEqual({ value: undefined });
    expect(acts()).toEqual(["2 signProposal"]);
  });

  it("calls that were meant for it do not count for the next", async () => {
    const [first] = await two();
    const line = browser.open("a client of an earlier time")(CALLS);
    const call = { id: 1, method: "signProposal", arguments: ["p"] };
    line.tell({ type: "call", tab: "unknown", term: 99, at: Date.now(), call });
    await settle();
    expect(acts()).toEqual([]);
    expect(first.leads).toBe(true);
  });

  it("pages go on showing what they show until the next knows better", async () => {
    const [first, second] = await two();
    browser.stores[0]?.set({ undecryptable: 7 });
    await settle();
    browser.offline = true;
    first.close();
    await settle();
    browser.stores[1]?.set({ undecryptable: 3 }); // what it knows is not the whole yet
    await settle();
    expect(second.snapshot).toMatchObject({
      phase: { name: "ready" },
      undecryptable: 7,
      connection: "offline",
    });
    const signed = outcomeOf(second.core.signProposal("p"));
    await settle();
    expect(acts()).toEqual([]);
    browser.offline = false;
    await settle(2_000);
    expect(await signed).toEqual({ value: undefined });
    expect(second.snapshot).toMatchObject({ phase: { name: "ready" }, undecryptable: 3 });
  });

  it("the reader stays at the same place of the conversation", async () => {
    const [first, second] = await two();
    const items = [40, 41, 42].map((sequence) => ({ type: "created", sequence }));
    await second.core.openConversation("b");
    const open = { id: "b", items, hasNewer: true, firstUnread: 41 } as ConversationView;
    browser.stores[0]?.show(second.worker, open);
    await settle();
    first.close();
    await settle();
    const former = { first: 40, last: 42, firstUnread: 41 };
    expect(browser.asked.at(-1)).toMatchObject({
      core: 2,
      method: "openConversation",
      arguments: ["b", former],
    });
  });

  it("nothing of an open conversation stays where the next finds nobody signed in", async () => {
    const [first, second] = await two();
    await second.core.openConversation("b");
    await settle();
    browser.answer = ({ method }, snapshots) => {
      if (method === "refresh") {
        snapshots.clear({ phase: { name: "anonymous" } });
      }
    };
    first.close();
    await settle();
    expect(second.snapshot).toMatchObject({ phase: { name: "anonymous" }, open: null });
  });

  it("an alarm stays", async () => {
    const [first, second] = await two();
    browser.answer = ({ method }, snapshots) => {
      if (method === "refresh") {
        snapshots.set({ phase: initial });
      }
    };
    const alarm = { kind: "forked", evidence: "", at: 1 } as const;
    const initial = { name: "alarm", alarm } as const;
    browser.stores[0]?.clear({ phase: initial });
    await settle();
    first.close();
    let inherited = "";
    const { createCores } = browser;
    browser.createCores = (snapshots) => {
      inherited = snapshots.current.phase.name;
      return createCores.call(browser, snapshots);
    };
    await settle();
    expect(inherited).toBe("alarm");
    expect(second.snapshot.phase.name).toBe("alarm");
  });
});

describe("the key of an open vault", () => {
  it("is left to whoever leads next for as long as it is open, and never to a page", async () => {
    holdKey(await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]));
    const [first, second] = await two();
    const session = { state: "signed_in" } as Session;
    browser.stores[0]?.set({ session });
    await settle();
    expect(inherited()).toMatchObject({ session, key: { extractable: false } });
    holdKey(null);
    browser.stores[0]?.clear({ phase: { name: "locked", reason: "session_ended" } });
    await settle();
    expect(inherited()).toBeNull();
    for (const { heard } of [first, second]) {
      expect(heard.has("snapshot")).toBe(true);
      expect(heard.has("heirloom")).toBe(false);
    }
  });
});

describe("a leader that is held still", () => {
  it("is deposed, and what it finds when it goes on is not carried out twice", async () => {
    const [first, second] = await two();
    const former = first.worker;
    browser.freeze(former);
    const signed = outcomeOf(second.core.signProposal("p"));
    await settle(PATIENCE - 100);
    expect(second.leads).toBe(false);
    await settle(200);
    expect(second.leads).toBe(true);
    expect(await signed).toEqual({ value: undefined });
    browser.thaw(former);
    await settle();
    expect(acts()).toEqual(["2 signProposal"]);
    expect(browser.closedCores).toEqual([1]);
    browser.answer = ({ core }) => core;
    expect(await first.core.startConversation([], "", "")).toBe(2);
    expect(first.leads).toBe(false);
  });

  it("is noticed without a call, while a page is looked at", async () => {
    const [first, second] = await two();
    browser.freeze(first.worker);
    await settle(PATIENCE + 2_100);
    expect(second.leads).toBe(true);
  });

  it("is left in peace by a worker that was held still itself", async () => {
    const [first, second] = await two();
    await settle(2_000); // it has asked
    browser.freeze(second.worker);
    await settle(2_500);
    vi.setSystemTime(Date.now() + 60_000); // the computer slept
    await settle(PATIENCE);
    browser.thaw(second.worker);
    await settle(PATIENCE * 2);
    expect([first.leads, second.leads]).toEqual([true, false]);
  });

  it("is not listened to any more when another leads", async () => {
    const [first, second] = await two();
    const third = await tab();
    browser.freeze(first.worker);
    await settle(PATIENCE + 2_500);
    expect([second.leads, third.leads]).toContain(true);
    const follower = second.leads ? third : second;
    browser.stores[0]?.set({ undecryptable: 9 });
    await settle();
    expect(follower.snapshot.undecryptable).toBe(0);
  });

  it("begins no core when it was deposed before it had begun", async () => {
    const [first, second] = await two();
    const third = await tab();
    let goOn: () => void = () => undefined;
    browser.slow = {
      client: second.worker,
      until: new Promise((resolve) => {
        goOn = resolve;
      }),
    };
    const { worker } = second;
    first.close();
    await settle();
    browser.freeze(worker);
    await settle(PATIENCE + 2_500);
    expect(third.leads).toBe(true);
    goOn();
    await settle();
    expect(browser.stores).toHaveLength(2);
    browser.thaw(worker);
    await settle();
    browser.answer = ({ core }) => core;
    expect(await second.core.startConversation([], "", "")).toBe(2);
  });

  it("puts aside what was on the way for long, and is told again where it still leads", async () => {
    const [first, second] = await two();
    browser.freeze(first.worker);
    const signed = outcomeOf(second.core.signProposal("p"));
    await settle(10);
    vi.setSystemTime(Date.now() + LATE + 1);
    browser.thaw(first.worker);
    await settle();
    expect(await signed).toEqual({ value: undefined });
    expect(acts()).toEqual(["1 signProposal"]);
  });
});

describe("a page of another version", () => {
  it("takes over when it was loaded just now, and the older one is to be loaded anew", async () => {
    const first = await tab("1");
    const second = await tab("2");
    expect([first.leads, second.leads]).toEqual([false, true]);
    expect([first.superseded, second.superseded]).toEqual([true, false]);
    expect(second.snapshot.phase.name).toBe("ready");
  });
});
