// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import type { Snapshot } from "../../sync/contract";
import { type Drawn, draw, press, settle, type } from "../../ui/testing";
import { RecoveryCodeForm } from "./RecoveryCodeStep";

const snapshot = vi.hoisted(
  () =>
    ({
      session: { network: { id: "ab".repeat(32), name: "Trial", demo: false }, account: null },
    }) as Snapshot,
);
vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => snapshot,
  subscribe: () => () => undefined,
}));

const code = {
  groups: ["7QK4A", "M2XB1", "9TRD2", "P0WH3", "C6VN4", "3JZE5", "F8YG6", "52SA7"],
  serial: 1,
  date: 0,
};
let drawn: Drawn;
afterEach(() => drawn.end());

const fields = () => drawn.all(".groups input");
const askedGroups = () =>
  drawn.all(".groups label").map((label) => Number(/\d/.exec(label.textContent ?? "")?.[0]) - 1);
const goOn = async () => {
  await press(drawn.find("button[type=submit]"));
  await settle();
};

async function answer(change: (group: string) => string): Promise<void> {
  const asked = askedGroups();
  for (const [place, index] of asked.entries()) {
    const field = fields()[place];
    if (field) await type(field, change(code.groups[index] ?? ""));
  }
}

it("asks for two different groups and hands them on", async () => {
  const confirm = vi.fn(() => Promise.resolve());
  const done = vi.fn();
  drawn = await draw(<RecoveryCodeForm code={code} email="a@b.example" confirm={confirm} onDone={done} />);
  const asked = askedGroups();
  expect(new Set(asked).size).toBe(2);
  await answer((group) => group.toLowerCase());
  await goOn();
  expect(confirm).toHaveBeenCalledWith(Object.fromEntries(asked.map((index) => [index, code.groups[index]])));
  expect(done).toHaveBeenCalled();
});

it("names the group that is missing or wrong, and goes no further", async () => {
  const confirm = vi.fn(() => Promise.resolve());
  drawn = await draw(<RecoveryCodeForm code={code} email="a@b.example" confirm={confirm} />);
  const [first = 0] = askedGroups();
  await goOn();
  expect(drawn.page.textContent).toContain(`Type group ${first + 1}`);
  await answer((group) => `${group.slice(0, 4)}X`);
  await goOn();
  expect(drawn.page.textContent).toContain(`Group ${first + 1} does not match`);
  expect(confirm).not.toHaveBeenCalled();
});

it("puts code, network and account on the sheet that is printed", async () => {
  drawn = await draw(<RecoveryCodeForm code={code} email="a@b.example" confirm={() => Promise.resolve()} />);
  const sheet = document.querySelector(".print-sheet")?.textContent ?? "";
  for (const group of code.groups) expect(sheet).toContain(group);
  expect(sheet).toContain("ab".repeat(32));
  expect(sheet).toContain("a@b.example");
});
