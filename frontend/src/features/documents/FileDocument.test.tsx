// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { hashHex } from "../../crypto/seal";
import { type Drawn, draw, press, settle } from "../../ui/testing";
import { FileDocument, type StoredFile } from "./FileDocument";

const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
const letter: StoredFile = {
  address: "/api/application/documents/1/content",
  name: "letter.png",
  mediaType: "image/png",
  size: 1_430_000,
  sha256: "",
};

let drawn: Drawn;
beforeEach(() => vi.stubGlobal("fetch", async () => new Response(bytes)));
afterEach(async () => {
  await drawn.end();
  vi.unstubAllGlobals();
});

const button = (name: string) =>
  [...document.querySelectorAll<HTMLElement>("button")].find((each) => each.textContent?.startsWith(name));

async function look(): Promise<void> {
  const found = button("Look at it");
  if (found === undefined) throw new Error("nothing to look at");
  await press(found);
  await vi.waitFor(async () => {
    await settle();
    if (document.querySelector("[role=dialog] iframe, [role=dialog] .notice") === null) {
      throw new Error("still loading");
    }
  });
}

it("shows a picture in a frame that may do nothing", async () => {
  drawn = await draw(<FileDocument {...letter} sha256={await hashHex(bytes)} />);
  await look();
  const frame = document.querySelector("iframe");
  expect(frame?.getAttribute("sandbox")).toBe("");
  expect(frame?.getAttribute("src")).toMatch(/^blob:/);
  expect(frame?.title).toContain("letter.png");
});

it("shows nothing of a file that is not the one that was uploaded", async () => {
  drawn = await draw(<FileDocument {...letter} sha256={"0".repeat(64)} />);
  await look();
  expect(document.querySelector("iframe")).toBeNull();
  expect(document.body.textContent).toContain("This is not the file that was uploaded");
});

it("offers a download of what is no picture, and says how large it is and which hash it has", async () => {
  drawn = await draw(
    <FileDocument {...letter} name="mandate.pdf" mediaType="application/pdf" sha256={`${"ab".repeat(32)}`} />,
  );
  expect(button("Look at it")).toBeUndefined();
  expect(drawn.find("a").getAttribute("download")).toBe("mandate.pdf");
  expect(drawn.page.textContent).toContain("1.4 MB");
  expect(drawn.page.textContent).toContain("abababab…abab");
});
