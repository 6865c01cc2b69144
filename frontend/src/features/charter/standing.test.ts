/** Who is asked for what, and from when on somebody may only read. */
import { expect, it } from "vitest";
import type { Charter, CharterVersion } from "../../sync/contract";
import { covered, inForce, lastAccepted, mayOnlyRead, toAccept, waitsFor } from "./standing";

function version(number: string, effective: number, ...by: string[]): CharterVersion {
  const acceptances = by.map((authority) => ({ authority, account: "a", at: 0, proof: "holds" as const }));
  return { number, effective, hash: number, writtenBy: "o", publishedBy: "p", publishedAt: 0, acceptances };
}

const charter = (required: boolean, ...versions: CharterVersion[]): Charter => ({ required, versions });
const two = charter(true, version("1.2", 100, "north", "south"), version("1.3", 200, "north"));

it("asks whoever has not accepted the newest version, and nobody else", () => {
  expect(waitsFor(two, "south")?.number).toBe("1.3");
  expect(waitsFor(two, "north")).toBeNull();
  expect(waitsFor(charter(true), "north")).toBeNull();
});

it("lets an authority only read from the day on, and not where the network does not ask for it", () => {
  expect(mayOnlyRead(two, "south", 199)).toBe(false);
  expect(mayOnlyRead(two, "south", 200)).toBe(true);
  expect(mayOnlyRead(two, "north", 200)).toBe(false);
  expect(mayOnlyRead({ ...two, required: false }, "south", 200)).toBe(false);
  expect(mayOnlyRead(null, "south", 200)).toBe(false);
});

it("takes the acceptance of a later version for that of the one before", () => {
  const skipped = charter(true, version("1.2", 100), version("1.3", 200, "west"));
  expect(mayOnlyRead(skipped, "west", 150)).toBe(false);
  expect(mayOnlyRead(skipped, "east", 150)).toBe(true);
  expect(covered(skipped, skipped.versions[0] as CharterVersion, "west")).toBe(true);
});

it("asks first for what is in force, and then for what comes", () => {
  const neither = charter(true, version("1.2", 100), version("1.3", 200));
  expect(toAccept(neither, "east", 150)?.number).toBe("1.2");
  expect(toAccept(neither, "east", 200)?.number).toBe("1.3");
  expect(toAccept(two, "south", 150)?.number).toBe("1.3");
});

it("knows what binds now and what was accepted last", () => {
  expect(inForce(two, 99)).toBeNull();
  expect(inForce(two, 150)?.number).toBe("1.2");
  expect(lastAccepted(two, "south")?.number).toBe("1.2");
  expect(lastAccepted(two, "west")).toBeNull();
});
