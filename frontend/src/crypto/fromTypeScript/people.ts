/** Vectors of recovery codes and of what a person keeps, sends and is known by. */

import {
  codeToCompare,
  commitmentTo,
  derive,
  emptyRange,
  extend,
  fromHex,
  identityInfo,
  info,
  inviteeMac,
  inviterMac,
  leafHash,
  payloadTypes,
  previousInfo,
  randomBytes,
  readingInfo,
  rootOf,
  sealBookmark,
  sealBookmarkKey,
  sealBox,
  toBase64,
  toHex,
  toPlain,
  unlockKeyOf,
  vaultKeyBytes,
  writeCode,
} from "../index.ts";
import { deviceKeyOf, type MadeUpNetwork, secret } from "../madeUp.ts";
import { bindPayload } from "../session.ts";
import { deviceSigner } from "../signing.ts";
import { type Fields, write } from "./file.ts";

export async function writePerson(network: MadeUpNetwork): Promise<void> {
  const mia = await network.person("Mia");
  const whose = { network: network.network, account: mia.account };
  const written: Fields[] = [];
  const unlock: Fields[] = [];
  for (let i = 0; i < 4; i++) {
    const code = randomBytes(20);
    written.push({ secret: toHex(code), code: writeCode(code).join("-") });
    const pair = await unlockKeyOf(code, whose);
    unlock.push({ secret: toHex(code), ...whose, seed: toHex(pair.seed), hash: pair.hash });
  }
  const ofMia = await unlockKeyOf(mia.code, whose);
  write("recovery", { written, unlock });

  const [first, second] = [mia.readings.get(1), mia.readings.get(2)];
  if (first === undefined || second === undefined) throw new Error("two generations are needed");
  const invitation = "0123456789abcdef".repeat(2);
  const boxes: Fields[] = [];
  for (const [purpose, receiver, boxInfo, plaintext] of [
    ["identity", ofMia, identityInfo(whose, ofMia.hash), mia.identitySeed],
    ["reading", ofMia, readingInfo(whose, 1, ofMia.hash), first.seed],
    ["previous", second, previousInfo(whose, 1, second.hash), first.seed],
    [
      "invitation",
      second,
      info("entente/v1/invitation", whose.network, whose.account, invitation),
      randomBytes(16),
    ],
  ] as const) {
    const box = await sealBox(receiver.publicKey, boxInfo, plaintext);
    const text = new TextDecoder().decode(boxInfo);
    boxes.push({
      purpose,
      seed: toHex(receiver.seed),
      info: text,
      box: toBase64(box),
      plaintext: toBase64(plaintext),
    });
  }
  const salt = randomBytes(32);
  const person = { name: "Søren “Ren” 王", function: "Officier de permanence" };
  const [local, half, challenge, invited] = [
    randomBytes(32),
    randomBytes(32),
    randomBytes(32),
    randomBytes(16),
  ];
  const deviceSeed = await secret("device phone 1 of Mia");
  const device = await deviceKeyOf(deviceSeed);
  const payload = bindPayload(whose.network, whose.account, device.id, challenge);
  const checkpoint = { root: (await network.rootAt(5)) ?? "", size: 5 };
  const identity_key = toBase64(mia.identity.publicKey);
  const macs = [
    ["inviter", { checkpoint, network: whose.network }, await inviterMac(invited, whose.network, checkpoint)],
    ["invitee", { ...whose, identity_key }, await inviteeMac(invited, whose, mia.identity.publicKey)],
  ] as const;
  const size = network.size;
  const range = await extend(emptyRange, await Promise.all(network.entries.map(leafHash)));
  const position = {
    size,
    root: toHex(await rootOf(range)),
    range: range.hashes.map(toBase64),
    state: toPlain(network.state),
  };
  const bookmarkKey = randomBytes(32);
  const bookmark = await sealBookmark(bookmarkKey, whose, position);
  const sealingKey = await derive(bookmarkKey, null, `entente/v1/bookmark\n${whose.network}${whose.account}`);
  const codeKey = await derive(
    mia.code,
    fromHex(whose.network, 32),
    `entente/v1/bookmark-key\n${whose.account}`,
  );
  write("person", {
    commitments: [
      { salt: toBase64(salt), person, commitment: await commitmentTo(salt, person.name, person.function) },
    ],
    compare: [
      {
        network: whose.network,
        identity_key,
        numbers: await codeToCompare(whose.network, mia.identity.publicKey),
      },
    ],
    macs: macs.map(([kind, covered, mac]) => ({ secret: toHex(invited), kind, covered, mac: toBase64(mac) })),
    boxes,
    vault: [
      {
        local: toHex(local),
        half: toHex(half),
        ...whose,
        device: device.id,
        key: toHex(await vaultKeyBytes(local, half, whose.network, whose.account, device.id)),
      },
    ],
    sessions: [
      {
        ...whose,
        challenge: toBase64(challenge),
        device: device.id,
        payload: toBase64(payload),
        seed: toHex(deviceSeed),
        signature: toBase64(await deviceSigner(device).sign(payloadTypes.session, payload)),
      },
    ],
    bookmarks: [
      {
        bookmark_key: toHex(bookmarkKey),
        ...whose,
        key: toHex(sealingKey),
        sealed: toBase64(bookmark),
        content: position,
      },
    ],
    bookmark_keys: [
      {
        secret: toHex(mia.code),
        ...whose,
        key: toHex(codeKey),
        sealed: toBase64(await sealBookmarkKey(mia.code, whose, bookmarkKey)),
        bookmark_key: toHex(bookmarkKey),
      },
    ],
  });
}
