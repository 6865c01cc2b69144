import { expect, it } from "vitest";
import { oneTimeCode } from "./totp";

// RFC 6238, appendix B: the secret is "12345678901234567890"; six of its eight digits.
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

it("makes the codes of the standard", async () => {
  expect(await oneTimeCode(secret, 59_000)).toBe("287082");
  expect(await oneTimeCode(secret, 1_111_111_109_000)).toBe("081804");
  expect(await oneTimeCode(secret.toLowerCase(), 20_000_000_000_000)).toBe("353130");
});
