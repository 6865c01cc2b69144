// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { type Drawn, draw, settle } from "../../ui/testing";
import { ActProvider } from "../members/act";
import { BackupCodesCard } from "./BackupCodesCard";

vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => ({ session: null }),
  subscribe: () => () => undefined,
}));

let drawn: Drawn;
afterEach(async () => {
  await drawn.end();
  vi.unstubAllGlobals();
});

async function card(status: number, body: unknown): Promise<string> {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(body), { status })));
  drawn = await draw(
    <ActProvider>
      <BackupCodesCard />
    </ActProvider>,
  );
  await settle();
  return drawn.page.textContent ?? "";
}

it("says how many codes are left", async () => {
  expect(await card(200, { left: 7 })).toContain("7");
});

it("says why it cannot say so, where the server did not answer", async () => {
  expect(await card(500, { code: "server_failed", detail: "" })).toContain("The server had a fault");
});
