// @vitest-environment happy-dom
import { act as inAct } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Snapshot } from "../../sync/contract";
import { Button } from "../../ui";
import { type Drawn, draw, press, settle } from "../../ui/testing";
import { ActProvider, type Outcome, useAct } from "./act";

const held = vi.hoisted(() => ({
  unlockIdentity: vi.fn(() => Promise.resolve()),
  checkGroup: vi.fn(() => Promise.resolve("ok")),
}));
const snapshot = vi.hoisted(() => ({ phase: { name: "ready" }, session: null }) as unknown as Snapshot);

vi.mock("../../sync/client", () => ({
  core: { ...held, refresh: () => Promise.resolve() },
  currentSnapshot: () => snapshot,
  subscribe: () => () => undefined,
}));

let drawn: Drawn;

/** A button by its words, wherever it stands: dialogs lie outside the drawn piece. */
function button(words: string): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>("button")].find((each) =>
    each.textContent?.includes(words),
  );
  if (found === undefined) throw new Error(`no button ${words}`);
  return found;
}
let outcome: Outcome<string> | null = null;

function Trial({ call }: { call: () => Promise<string> }) {
  const act = useAct();
  return (
    <Button
      onPress={() => {
        void act(call).then((found) => {
          outcome = found;
        });
      }}
    >
      Sign
    </Button>
  );
}

async function trial(call: () => Promise<string>): Promise<void> {
  outcome = null;
  drawn = await draw(
    <ActProvider>
      <Trial call={call} />
    </ActProvider>,
  );
  await press(button("Sign"));
  await settle();
}

const locked = (): Promise<string> => Promise.reject({ code: "identity_locked", detail: "" });

beforeEach(() => held.unlockIdentity.mockClear());
afterEach(() => drawn.end());

it("runs an act that lacks nothing without a question", async () => {
  await trial(() => Promise.resolve("signed"));
  expect(outcome).toEqual({ done: true, value: "signed" });
  expect(document.querySelector("[role=dialog]")).toBeNull();
});

it("asks for the recovery code, and goes on by itself", async () => {
  let tried = 0;
  await trial(() => {
    tried += 1;
    return tried === 1 ? locked() : Promise.resolve("signed");
  });
  expect(document.querySelector("[role=dialog]")?.textContent).toContain("Your recovery code");
  const code = "7QK4A M2XB1 9TRD2 P0WH3 C6VN4 3JZE5 F8YG6 52SA7";
  const first = document.querySelector<HTMLInputElement>("[role=dialog] input");
  const data = new DataTransfer();
  data.setData("text", code);
  await inAct(async () => {
    first?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  await settle();
  await press(button("Unlock"));
  await settle();
  expect(held.unlockIdentity).toHaveBeenCalledWith(code);
  expect(outcome).toEqual({ done: true, value: "signed" });
});

it("ends quietly when the person gives up at the question", async () => {
  await trial(locked);
  await press(button("Cancel"));
  await settle();
  expect(outcome).toEqual({ done: false, failure: null });
});

it("reports what is no question", async () => {
  await trial(() => Promise.reject({ code: "stale", detail: "" }));
  expect(outcome).toMatchObject({ done: false, failure: { code: "stale" } });
});
