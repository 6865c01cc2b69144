import { expect, it } from "vitest";
import { changedSince, prefilled, signedRevision, wantable } from "./form";
import { event, vettingCase } from "./madeUp";

const revision = (number: number, changes: string[]) => ({ number, at: number, digest: "", changes });

it("names each change since a submission once, in the order of the form", () => {
  const revisions = [
    revision(1, []),
    revision(2, ["documents", "address"]),
    revision(3, ["name", "address", "unheard_of"]),
  ];
  expect(changedSince({ revisions }, 1)).toEqual(["name", "address", "documents", "unheard_of"]);
  expect(changedSince({ revisions }, 2)).toEqual(["name", "address", "unheard_of"]);
  expect(changedSince({ revisions }, 3)).toEqual([]);
});

it("knows for which submission the first signature was made", () => {
  const signed = [event(1, "signed", { revision: 1 }), event(2, "signed", { revision: 3 })];
  expect(signedRevision(vettingCase("admission", { events: signed }))).toBe(3);
  expect(signedRevision(vettingCase("admission"))).toBeNull();
});

it("marks what is missing and what was refused when it is returned", () => {
  const document = {
    id: "d",
    name: "Letter",
    purpose: "state_confirmation" as const,
    size: 1,
    sha256: "",
    media_type: null,
    judgement: "refused" as const,
    remark: "",
  };
  const marked = prefilled({ missing: ["mandate", "documents.state_confirmation"], documents: [document] });
  expect(marked).toEqual(["mandate", "documents.state_confirmation"]);
  expect(marked.every((code) => wantable.includes(code))).toBe(true);
});
