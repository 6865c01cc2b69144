/** What leads, deputies and colleagues do to people of their own authority. */
import { makeEntry, peopleSubject, type Statement } from "../crypto/statements";
import { append } from "./beside";
import { type Hands, head, ownAuthority, signedByDevice, withIdentity } from "./hands";

function about(hands: Hands, account: string) {
  const authority = ownAuthority(hands);
  const subject = peopleSubject(authority);
  return {
    account,
    authority,
    network: hands.keyring.whose.network,
    previous: head(hands, subject),
    subject,
    time: Date.now(),
  };
}

async function appendByDevice(hands: Hands, said: Statement): Promise<void> {
  await append([await signedByDevice(hands, said)]);
  await hands.register.catchUp();
}

export async function removePerson(hands: Hands, account: string): Promise<void> {
  await hands.register.catchUp();
  await appendByDevice(hands, { ...about(hands, account), type: "focal_point.removed" });
}

export async function confirmPerson(hands: Hands, account: string): Promise<void> {
  await hands.register.catchUp();
  await appendByDevice(hands, { ...about(hands, account), type: "focal_point.confirmed" });
}

export async function changeRole(hands: Hands, account: string, role: "deputy" | "member"): Promise<void> {
  await hands.register.catchUp();
  const said: Statement = { ...about(hands, account), role, type: "focal_point.role_changed" };
  await withIdentity(hands, async (identity) => append([await makeEntry(said, identity)]));
  await hands.register.catchUp();
}
