/** The history that the vectors of Register and conversations speak of. */

import { networkSubject, peopleSubject, seedSigner, standingSubject, toBase64 } from "../index.ts";
import { hashOf, identifier, MadeUpNetwork, secret } from "../madeUp.ts";
import { deviceSigner } from "../signing.ts";

/** A network that goes through every statement, with real boxes beside it. */
export async function story(): Promise<MadeUpNetwork> {
  const network = await MadeUpNetwork.founded("Olga", "Omar", "Ottilie", "Otto");
  const alba = await network.admit("Alba", "Ana");
  await network.appoint("Alba", "Dora", "Ana", "deputy");
  await network.appoint("Alba", "Mia", "Ana");
  const borea = await network.admit("Borea", "Bo");
  await network.settle("Olga");
  await network.renew("Ana");
  const observer = await identifier("Observers");
  await network.say(
    "authority.admitted",
    standingSubject(observer),
    {
      application: await hashOf("application"),
      authority: observer,
      kind: "observer",
      lead: null,
      name: "Observers",
      state: "XH",
      verification: "in_person",
    },
    ...network.threshold,
  );
  const otto = await network.person("Otto");
  const ottoNow = await seedSigner(await secret("another identity of Otto"));
  const rekeyed = { account: otto.account, identity_key: toBase64(ottoNow.publicKey) };
  await network.say("officer.rekeyed", networkSubject, rekeyed, ...network.threshold);
  await network.say("officer.removed", networkSubject, { account: otto.account }, ...network.threshold);
  const ona = await network.person("Ona");
  const appointed = { account: ona.account, identity_key: toBase64(ona.identity.publicKey) };
  await network.say("officer.appointed", networkSubject, appointed, ...network.threshold);
  const olga = await network.person("Olga");
  await network.say(
    "device.revoked",
    networkSubject,
    { account: olga.account, device: olga.device.id },
    ...network.threshold,
  );
  await network.renew("Olga");
  const because = { authority: borea, reason: "Because the treaty\nsays so." };
  await network.say("authority.suspended", standingSubject(borea), because, ...network.threshold);
  await network.renew("Bo");
  await network.say("authority.reinstated", standingSubject(borea), because, ...network.threshold);
  const dora = await network.person("Dora");
  const role = { account: dora.account, authority: alba, role: "member" } as const;
  await network.say(
    "focal_point.role_changed",
    peopleSubject(alba),
    role,
    (await network.person("Ana")).identity,
  );
  await network.rekey("Alba", "Ana", null);
  await network.appoint("Alba", "Nora", "Ana");
  await network.confirm("Alba", "Ana", "Mia");
  await network.confirm("Alba", "Nora", "Ana");
  const lead = { account: dora.account, authority: alba, role: "lead" } as const;
  await network.say("focal_point.role_changed", standingSubject(alba), lead, ...network.threshold);
  const mia = await network.person("Mia");
  const phone = await network.enrol("Mia", "phone");
  const lost = { account: mia.account, device: mia.device.id };
  await network.say("device.revoked", network.subjectOf(mia), lost, deviceSigner(phone));
  await network.renew("Mia", deviceSigner(phone));
  await network.appoint("Borea", "Bela", "Bo", "deputy");
  await network.revoke("Borea", "Bela");
  const gone = { authority: observer, reason: "" };
  await network.say("authority.withdrawn", standingSubject(observer), gone, ...network.threshold);
  return network;
}
