// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Authority } from "../../sync/contract";
import { type Drawn, draw, type } from "../../ui/testing";
import { Authorities } from "./Authorities";

/** The observer of a browser, whose sight the test decides. */
class Sight {
  static readonly all = new Set<Sight>();
  readonly #heard: (entries: { isIntersecting: boolean }[]) => void;

  constructor(heard: (entries: { isIntersecting: boolean }[]) => void) {
    this.#heard = heard;
  }

  observe() {
    Sight.all.add(this);
  }
  disconnect() {
    Sight.all.delete(this);
  }
  static async end(isIntersecting: boolean) {
    await act(async () => {
      for (const one of [...Sight.all]) one.#heard([{ isIntersecting }]);
    });
  }
}

const authorities = Array.from(
  { length: 60 },
  (_, number): Authority => ({
    id: `a${number}`,
    name: number === 51 ? "Court of Audit" : `Integrity Commission ${String(number).padStart(2, "0")}`,
    state: number === 51 ? "XF" : "XC",
    kind: "member",
    status: "active",
    people: [],
  }),
);

let drawn: Drawn;
beforeEach(async () => {
  vi.stubGlobal("IntersectionObserver", Sight);
  drawn = await draw(
    <Authorities
      authorities={authorities}
      onAdmit={() => undefined}
      onChange={() => undefined}
      onHelp={() => undefined}
      onReplaceLead={() => undefined}
    />,
  );
});
afterEach(async () => {
  await drawn.end();
  vi.unstubAllGlobals();
});
const rows = () => drawn.all(".rows__row").length;

it("draws what fills the screen, and the rest as its end comes near", async () => {
  expect(rows()).toBe(25);
  await Sight.end(false);
  expect(rows()).toBe(25);
  await Sight.end(true);
  expect(rows()).toBe(50);
  await Sight.end(true);
  expect(rows()).toBe(60);
  expect(Sight.all.size).toBe(0);
});

it("finds one that is not drawn yet, by its name or its State", async () => {
  const field = drawn.find("input");
  await type(field, "court");
  expect(drawn.all(".rows__row").map((row) => row.textContent)).toEqual([
    expect.stringContaining("Court of Audit"),
  ]);
  await type(field, "tessaly");
  expect(rows()).toBe(1);
  expect(drawn.find("[role=status]").textContent).toBe("1 entry");
});

it("says that nothing is found, and begins anew with another search", async () => {
  await Sight.end(true);
  expect(rows()).toBe(50);
  const field = drawn.find("input");
  await type(field, "nowhere");
  expect(rows()).toBe(0);
  expect(drawn.page.textContent).toContain("Nothing matches");
  await type(field, "integrity");
  expect(rows()).toBe(25);
});
