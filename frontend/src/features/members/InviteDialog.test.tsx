// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Snapshot } from "../../sync/contract";
import { type Drawn, draw, press, settle, type } from "../../ui/testing";
import { ActProvider } from "./act";
import { InviteDialog } from "./InviteDialog";

const invite = vi.hoisted(() => vi.fn((..._: unknown[]): Promise<{ link: string }> => Promise.reject()));
const snapshot = vi.hoisted(() => ({ authorities: [], officers: [] }) as unknown as Snapshot);
vi.mock("../../sync/client", () => ({
  core: { invite },
  currentSnapshot: () => snapshot,
  subscribe: () => () => undefined,
}));

let drawn: Drawn;
const onClose = vi.fn();
beforeEach(async () => {
  onClose.mockReset();
  invite.mockReset();
  drawn = await draw(
    <ActProvider>
      <InviteDialog kind="officer" onClose={onClose} />
    </ActProvider>,
  );
});
afterEach(async () => {
  await drawn.end();
});

function button(words: string): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>("button")].find((each) =>
    each.textContent?.includes(words),
  );
  if (found === undefined) throw new Error(`no button ${words}`);
  return found;
}
const fields = () => [...document.querySelectorAll<HTMLInputElement>("[role=dialog] input.input")];

async function pressEscape(): Promise<void> {
  await act(async () => {
    const at = document.activeElement ?? document.body;
    at.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
  });
}

it("is left with Escape as long as nothing is written in it, and by its button alone from then on", async () => {
  await pressEscape();
  expect(onClose).toHaveBeenCalledOnce();
  const [name] = fields();
  if (name === undefined) throw new Error("no field");
  await type(name, "Ana Duarte");
  await pressEscape();
  expect(onClose).toHaveBeenCalledOnce();
  await press(button("Cancel"));
  expect(onClose).toHaveBeenCalledTimes(2);
});

it("cannot be left while the link is made, which would be shown to nobody else", async () => {
  let made: (link: { link: string }) => void = () => undefined;
  invite.mockReturnValue(new Promise((resolve) => (made = resolve)));
  const texts = ["Ana Duarte", "Duty officer", "ana@integrity.example"];
  for (const [index, field] of fields().entries()) await type(field, texts[index] ?? "");
  await press(button("Make"));
  expect(invite).toHaveBeenCalledOnce();
  await pressEscape();
  await press(button("Cancel"));
  expect(onClose).not.toHaveBeenCalled();
  await act(async () => made({ link: "https://entente.example/enrol#secret" }));
  await settle();
  expect(document.querySelector<HTMLTextAreaElement>("#invitation-link")?.value).toContain("#secret");
});
