import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toBase64Url, utf8 } from "../../crypto/encoding";
import { makePasskey, passkeysSupported, TouchFailed, touchPasskey } from "./webauthn";

/** What the browser was asked for, and what it is to answer. */
const browser = {
  asked: [] as CredentialRequestOptions[],
  answer: (): unknown => null,
};
const ask = (options: CredentialRequestOptions) => {
  browser.asked.push(options);
  return Promise.resolve().then(() => browser.answer());
};

const secret = new Uint8Array(32).fill(7);
const bytes = (text: string) => utf8(text).buffer;
const request = { challenge: toBase64Url(utf8("challenge")), timeout: 300_000, rpId: "localhost" };
const creation = {
  ...request,
  rp: { id: "localhost", name: "Entente" },
  user: { id: toBase64Url(utf8("somebody")), name: "a@example.org", displayName: "a@example.org" },
  pubKeyCredParams: [{ type: "public-key" as const, alg: -7 }],
  excludeCredentials: [{ type: "public-key" as const, id: toBase64Url(utf8("there")) }],
};

function assertion(prf: unknown) {
  return {
    rawId: bytes("credential"),
    response: {
      clientDataJSON: bytes("client data"),
      authenticatorData: bytes("authenticator data"),
      signature: bytes("signature"),
      userHandle: bytes("somebody"),
    },
    getClientExtensionResults: () => ({ prf }),
  };
}

function registration(prf: unknown) {
  return {
    rawId: bytes("credential"),
    response: {
      clientDataJSON: bytes("client data"),
      attestationObject: bytes("attestation"),
      getTransports: () => ["usb"],
    },
    getClientExtensionResults: () => ({ prf }),
  };
}

const refusing = (name: string) => () => {
  throw new DOMException("no", name);
};

beforeEach(() => {
  browser.asked = [];
  vi.stubGlobal("PublicKeyCredential", class {});
  vi.stubGlobal("navigator", { credentials: { create: ask, get: ask } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a touch", () => {
  it("gives the server what it checks, and what was derived to this computer alone", async () => {
    browser.answer = () => assertion({ results: { first: secret.buffer } });
    const given = await touchPasskey(request, new Uint8Array(32).fill(1));
    expect(given.secret).toEqual(secret);
    expect(given.body).toEqual({
      id: toBase64Url(utf8("credential")),
      client_data: toBase64Url(utf8("client data")),
      authenticator_data: toBase64Url(utf8("authenticator data")),
      signature: toBase64Url(utf8("signature")),
      user_handle: toBase64Url(utf8("somebody")),
    });
    expect(JSON.stringify(given.body)).not.toContain(toBase64Url(secret));
    const [{ publicKey } = {}] = browser.asked;
    expect(publicKey?.extensions).toEqual({ prf: { eval: { first: new Uint8Array(32).fill(1) } } });
    expect(publicKey?.challenge).toEqual(utf8("challenge"));
  });

  it("is one also where the authenticator derives nothing", async () => {
    browser.answer = () => assertion(undefined);
    expect((await touchPasskey(request, new Uint8Array(32))).secret).toBeNull();
  });

  it("takes nothing of another length for a secret", async () => {
    browser.answer = () => assertion({ results: { first: new Uint8Array(31) } });
    expect((await touchPasskey(request, new Uint8Array(32))).secret).toBeNull();
  });
});

describe("a new passkey", () => {
  it("says whether it can derive, and sends nothing that it derived", async () => {
    browser.answer = () => registration({ enabled: true, results: { first: secret } });
    const made = await makePasskey(creation, new Uint8Array(32));
    expect(made.secret).toEqual(secret);
    expect(made.body).toMatchObject({ prf: true, transports: ["usb"] });
    expect(JSON.stringify(made.body)).not.toContain(toBase64Url(secret));
  });

  it("says that it cannot, where it cannot or does not say", async () => {
    for (const prf of [undefined, {}, { enabled: false }]) {
      browser.answer = () => registration(prf);
      expect((await makePasskey(creation, null)).body.prf).toBe(false);
    }
  });

  it("reads the question by itself where the browser does not", async () => {
    browser.answer = () => registration({});
    await makePasskey(creation, null);
    expect(browser.asked[0]?.publicKey).toMatchObject({
      user: { id: utf8("somebody") },
      excludeCredentials: [{ id: utf8("there") }],
    });
  });
});

describe("what comes in between", () => {
  it.each([
    ["NotAllowedError", "passkey_cancelled"],
    ["AbortError", "passkey_cancelled"],
    ["SecurityError", "passkey_not_allowed"],
    ["InvalidStateError", "passkey_there"],
    ["NotSupportedError", "passkey_none"],
    ["ConstraintError", "passkey_none"],
  ])("%s is said as %s", async (name, code) => {
    browser.answer = refusing(name);
    await expect(touchPasskey(request, null)).rejects.toMatchObject({ code });
  });

  it("names what is missing for a new passkey", async () => {
    browser.answer = refusing("NotAllowedError");
    await expect(makePasskey(creation, null)).rejects.toMatchObject({ code: "passkey_not_made" });
  });

  it("tells a question that was left alone from one that was closed", async () => {
    vi.useFakeTimers();
    browser.answer = () => {
      vi.advanceTimersByTime(request.timeout);
      throw new DOMException("no", "NotAllowedError");
    };
    await expect(touchPasskey(request, null)).rejects.toMatchObject({ code: "passkey_timed_out" });
  });

  it("says so where the browser knows no passkeys", async () => {
    vi.stubGlobal("PublicKeyCredential", undefined);
    expect(passkeysSupported()).toBe(false);
    await expect(touchPasskey(request, null)).rejects.toBeInstanceOf(TouchFailed);
  });

  it("takes an earlier question back when there is a new one", async () => {
    browser.answer = () => assertion(undefined);
    await touchPasskey(request, null);
    await touchPasskey(request, null);
    expect(browser.asked.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
  });
});
