import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { MadeUpNetwork } from "../crypto/madeUp";
import { MadeUpConversation } from "../crypto/madeUpTalk";
import { makeVaultLocalKey } from "../crypto/session";
import { saveKeyring } from "./keyring";
import { MadeUpServer, Refusal } from "./madeUpServer";
import { MadeUpWebSocket } from "./madeUpSocket";
import { forgetVault, openStay, openVault } from "./madeUpStay";
import { OpenStay } from "./opened";
import type { SessionWatch } from "./session";
import { SnapshotStore } from "./snapshot";

vi.setConfig({ testTimeout: 60_000 });

let network: MadeUpNetwork;
let server: MadeUpServer;
let stay: OpenStay;
let alarms: unknown[];

async function talkOf(...texts: string[]): Promise<MadeUpConversation> {
  const made = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
  await made.seal("Ana", "created");
  for (const text of texts) {
    await made.write("Ana", text);
  }
  server.add(made);
  return made;
}

/** Bo's browser, set up as after an enrolment. */
async function arrive(): Promise<void> {
  const { keyring } = await boxed();
  const { network: where, account } = keyring.whose;
  const vault = await openVault(where, account);
  const device = { deviceKey: keyring.device, localKey: await makeVaultLocalKey() };
  await vault.saveDevice(device);
  await saveKeyring(vault, keyring);
  alarms = [];
  const watch = {
    cautious: false,
    alarm: (raised: unknown) => alarms.push(raised),
    ended: () => undefined,
  } as unknown as SessionWatch;
  const snapshots = new SnapshotStore(() => undefined);
  stay = await OpenStay.open({ vault, device, register: null, snapshots, watch });
}

async function boxed() {
  const before = await openStay(network, "Bo");
  const { keyring } = before.hands;
  before.close();
  return { keyring };
}

const socket = () => MadeUpWebSocket.made.at(-1) ?? expect.fail("no socket was made");

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
}, 60_000);

beforeEach(async () => {
  const { account } = await network.person("Bo");
  MadeUpWebSocket.made = [];
  vi.stubGlobal("WebSocket", MadeUpWebSocket);
  vi.stubGlobal("location", { origin: "https://portal.example" });
  server = new MadeUpServer(network, account);
  server.on("GET", /^\/api\/sightings$/, () => ({ sightings: [], more: false }));
  server.on("POST", /^\/api\/sightings$/, () => null);
  server.on("GET", /^\/api\/drafts$/, () => ({ drafts: [], present: {} }));
  server.on("GET", /^\/api\/(invitations|sign-in-resets)$/, () => []);
  server.on("PUT", /^\/api\/bookmark/, () => null);
  server.install();
  await forgetVault(network.network, account);
});

afterEach(() => {
  stay.close();
  vi.unstubAllGlobals();
});

describe("one conversation that fails", () => {
  it("keeps from nothing what waits in the others, and nobody from saying and comparing what is held", async () => {
    const talk = await talkOf("first");
    const before = await openStay(network, "Bo");
    await before.conversations.pull();
    server.offline = true;
    await before.conversations.send(talk.view.id, "not sent yet");
    before.close();
    server.offline = false;
    const broken = await talkOf("whose epoch the server does not show");
    server.on("GET", new RegExp(`${broken.view.id}/epochs$`), () => []);
    await arrive();
    server.asked.length = 0;
    const { sequence, head } = broken.view;
    socket().opens();
    socket().says({
      ...{
        type: "welcome",
        device: stay.device,
        register: { size: network.size, root: stay.hands.register.root },
      },
      heads: { [broken.view.id]: { sequence, head, due: false } },
    });
    await vi.waitFor(() =>
      expect(socket().sent).toContainEqual(
        expect.objectContaining({ type: "send", conversation: talk.view.id }),
      ),
    );
    await vi.waitFor(() => expect(server.asked).toContain("GET /api/sightings?since=0"));
    expect(alarms).toEqual([]);
  });
});

describe("what is on its way when the keys are locked", () => {
  it("is shown to nobody any more", async () => {
    await arrive();
    let answer = (_rows: object[]): void => expect.fail("nobody asked");
    server.on("GET", /^\/api\/sign-in-resets$/, () => {
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    server.asked.length = 0;
    const asking = stay.resets.publish();
    await vi.waitFor(() => expect(server.asked).toEqual(["GET /api/sign-in-resets"]));
    const before = stay.hands.snapshots.current.resets;
    stay.close();
    const [id, account] = ["ab".repeat(16), stay.account];
    answer([
      {
        ...{ id, account, requested_by: account, requested_at: 1, confirmed_by: null },
        ...{ state: "open", expires: 2 },
      },
    ]);
    await asking;
    expect(stay.hands.snapshots.current.resets).toEqual(before);
  });
});

describe("what waits for a signature", () => {
  it("is not said to be nothing where nobody could look", async () => {
    server.on("GET", /^\/api\/sign-in-resets$/, () => new Refusal(503, "server_failed"));
    await arrive();
    const loaded = () => stay.hands.snapshots.current.loaded.toSign;
    await vi.waitFor(() => expect(loaded()).toBe("failed"));
    server.on("GET", /^\/api\/sign-in-resets$/, () => []);
    await vi.waitFor(() => expect(loaded()).toBe("loaded"), { timeout: 15_000 });
  });
});

describe("a fault under what the line brings", () => {
  it("is not made good by another frame, which needed nothing of it", async () => {
    const talk = await talkOf("first");
    await arrive();
    await vi.waitFor(() => expect(stay.hands.snapshots.current.conversations).toHaveLength(1));
    const fault = () => stay.hands.snapshots.current.fault;
    const written = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const broken = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => {
      throw new TypeError("made up for this test");
    });
    socket().opens();
    for (let times = 1; times <= 3; times++) {
      socket().says({ type: "conversation", id: talk.view.id });
    }
    await vi.waitFor(() => expect(fault()?.task).toBe("frame"));
    socket().says({ type: "missing", conversation: talk.view.id });
    await vi.waitFor(() => expect(written).toHaveBeenCalled());
    expect(fault()?.task).toBe("frame");
    broken.mockRestore();
    await vi.waitFor(() => expect(fault()).toBeNull(), { timeout: 15_000 });
    written.mockRestore();
  });
});
