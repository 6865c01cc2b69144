// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { type Drawn, draw, press, settle } from "../../ui/testing";
import { ActDialog } from "./ActDialog";
import { ActProvider } from "./act";

vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => ({}),
  subscribe: () => () => undefined,
}));

let drawn: Drawn;
afterEach(async () => {
  await drawn.end();
});

async function saidAfter(code: string): Promise<string> {
  drawn = await draw(
    <ActProvider>
      <ActDialog
        title="Remove Ana"
        act="Remove"
        call={() => Promise.reject({ code, detail: "" })}
        onClose={() => undefined}
      >
        <p>What it does</p>
      </ActDialog>
    </ActProvider>,
  );
  const act = document.querySelector<HTMLElement>(".button--main");
  if (act === null) throw new Error("no button");
  await press(act);
  await settle();
  return document.querySelector("[role=alert]")?.textContent ?? "";
}

it("says that nothing was changed, where that is known", async () => {
  expect(await saidAfter("not_found")).toContain("Nothing was changed");
});

it.each(["offline", "server_failed", "bad_answer", "core_moved"])(
  "never says so after %s, when the act may have been done and its answer lost",
  async (code) => {
    const said = await saidAfter(code);
    expect(said).not.toBe("");
    expect(said).not.toContain("Nothing was changed");
  },
);
