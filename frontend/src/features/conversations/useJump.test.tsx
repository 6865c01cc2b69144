// @vitest-environment happy-dom
import { act, useRef } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Drawn, draw, press } from "../../ui/testing";
import { useJump } from "./useJump";

const jumpTo = vi.hoisted(() => vi.fn((..._: unknown[]): Promise<number | null> => Promise.resolve(7)));
vi.mock("../../sync/client", () => ({
  core: { jumpTo },
  currentSnapshot: () => ({}),
  subscribe: () => () => undefined,
}));

function Talk({ bring }: { bring: (goal: unknown) => void }) {
  const box = useRef<HTMLElement>(null);
  const { jump } = useJump("c", { box, bring, lastInSight: () => 3 });
  return (
    <>
      <section ref={box} tabIndex={-1} />
      <textarea />
      <button type="button" onClick={() => jump("newest")}>
        Newest
      </button>
    </>
  );
}

let drawn: Drawn;
let arrive: (sequence: number) => Promise<void>;
beforeEach(() => {
  jumpTo.mockReset();
  jumpTo.mockImplementation(
    () => new Promise<number>((resolve) => (arrive = (sequence) => act(async () => resolve(sequence)))),
  );
});
afterEach(async () => {
  await drawn.end();
});

it("takes the keyboard along to where the reader asked to go, since the button that asked may be gone", async () => {
  const bring = vi.fn();
  drawn = await draw(<Talk bring={bring} />);
  await press(drawn.find("button"));
  await arrive(7);
  expect(bring).toHaveBeenCalledWith("end");
  expect(document.activeElement).toBe(drawn.find("section"));
});

it("never takes the keyboard away from whoever writes meanwhile", async () => {
  drawn = await draw(<Talk bring={() => undefined} />);
  await press(drawn.find("button"));
  drawn.find("textarea").focus();
  await arrive(7);
  expect(document.activeElement).toBe(drawn.find("textarea"));
});
