import { expect, it } from "vitest";
import { savedName } from "./naming";

it.each([
  ["law.pdf", "application/pdf", "law.pdf"],
  ["LAW.PDF", "application/pdf", "LAW.PDF"],
  ["scan.jpeg", "image/jpeg", "scan.jpeg"],
  ["The mandate", "application/pdf", "The mandate.pdf"],
  ["mandate.hta", "application/pdf", "mandate.hta.pdf"],
  ["mandate.pdf.bat", "application/pdf", "mandate.pdf.bat.pdf"],
  ["mandate.pdf.exe ", "application/pdf", "mandate.pdf.exe .pdf"],
  ["mandate\u202efdp.exe", "application/pdf", "mandate\u202efdp.exe.pdf"],
  ["law.pdf", "image/png", "law.pdf.png"],
] as const)("keeps %s, which is %s, as %s", (name, mediaType, saved) => {
  expect(savedName(name, mediaType)).toBe(saved);
});
