// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { type Drawn, draw } from "../../ui/testing";
import { Words } from "./Words";

let drawn: Drawn | null = null;
afterEach(() => drawn?.end());

async function words(text: string): Promise<HTMLElement> {
  drawn = await draw(<Words text={text} />);
  return drawn.page;
}

it("shows markup as the words it is", async () => {
  const box = await words('<img src=x onerror="alert(1)"> <script>alert(2)</script> **<b>x</b>**');
  expect(box.querySelector("img, script, b")).toBeNull();
  expect(box.textContent).toContain('<img src=x onerror="alert(1)">');
  expect(box.querySelector("strong")?.textContent).toBe("<b>x</b>");
});

it("shows where a link leads, and opens it without ties to this page", async () => {
  const box = await words("[the bank](https://evil.example/login)");
  const link = box.querySelector("a");
  expect(link?.getAttribute("href")).toBe("https://evil.example/login");
  expect(link?.textContent).toBe("https://evil.example/login");
  expect(link?.getAttribute("rel")).toBe("noopener noreferrer");
  expect(link?.getAttribute("target")).toBe("_blank");
  expect(box.textContent).toContain("the bank");
});

it("lets each paragraph find its own direction", async () => {
  const box = await words("Thank you.\n\nشكرًا لكم.");
  expect([...box.querySelectorAll("p")].map((each) => each.getAttribute("dir"))).toEqual(["auto", "auto"]);
});
