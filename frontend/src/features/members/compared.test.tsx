// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Founding as FoundingState, Invitation, Snapshot } from "../../sync/contract";
import { type Drawn, draw, press } from "../../ui/testing";
import { Founding } from "../enrolment/Founding";
import { ActProvider } from "./act";
import { WaitingInvitation } from "./WaitingInvitation";

const signInvitation = vi.hoisted(() => vi.fn((_: string) => Promise.resolve()));
const signFounding = vi.hoisted(() => vi.fn(() => Promise.resolve()));
const kept = vi.hoisted(() => ({
  snapshot: {} as unknown as Snapshot,
  listeners: new Set<() => void>(),
}));
vi.mock("../../sync/client", () => ({
  core: { signInvitation, signFounding },
  currentSnapshot: () => kept.snapshot,
  subscribe: (listener: () => void) => {
    kept.listeners.add(listener);
    return () => kept.listeners.delete(listener);
  },
}));

let drawn: Drawn;
beforeEach(() => {
  signInvitation.mockClear();
  signFounding.mockClear();
  kept.snapshot = { authorities: [], officers: [], me: null, founding: null } as unknown as Snapshot;
});
afterEach(async () => {
  await drawn.end();
});

const tick = () => drawn.find<HTMLInputElement>("input[type=checkbox]");
const main = () => drawn.find(".button--main");

it("of an invitation is gone when another code comes into the place of the one that was compared", async () => {
  const card = (codeToCompare: string) => (
    <ActProvider>
      <WaitingInvitation
        invitation={
          {
            id: "i",
            kind: "focal_point",
            role: "member",
            matches: null,
            authority: null,
            account: "a",
            name: "Ana Duarte",
            function: "Duty officer",
            email: "ana@integrity.example",
            codeToCompare,
          } as Invitation
        }
      />
    </ActProvider>
  );
  drawn = await draw(card("11111 22222"));
  await press(tick());
  expect(main().getAttribute("aria-disabled")).toBeNull();
  await drawn.draw(card("33333 44444"));
  expect(tick().checked).toBe(false);
  await press(main());
  expect(signInvitation).not.toHaveBeenCalled();
});

it("of the founding text is gone when another code comes into the place of the one that was compared", async () => {
  const founding = (codeToCompare: string): FoundingState => ({
    state: "signing",
    officers: [{ account: "o", name: "Olga", hasKey: true, signed: false, self: true }],
    networkId: null,
    codeToCompare,
  });
  kept.snapshot = { ...kept.snapshot, founding: founding("11111 22222") };
  drawn = await draw(<Founding />);
  await press(tick());
  await act(async () => {
    kept.snapshot = { ...kept.snapshot, founding: founding("33333 44444") };
    for (const listener of kept.listeners) listener();
  });
  expect(tick().checked).toBe(false);
  await press(main());
  expect(signFounding).not.toHaveBeenCalled();
});
