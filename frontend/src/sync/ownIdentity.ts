/** Nobody can put another key in this person's place without being seen here. */
import { AlarmRaised } from "./alarm";
import type { Hands } from "./hands";

export function checkOwnIdentity({ register, keyring }: Hands): void {
  const { network, account } = keyring.whose;
  const person = register.state.accounts.get(account);
  const device = person?.devices[keyring.device.id];
  // A re-key by the lead after a loss takes this device away with it: then the session ends, which is no alarm.
  if (person !== undefined && person.identity_key !== keyring.identityKey && device?.active === true) {
    throw new AlarmRaised("identity_swapped", {
      network,
      account,
      held: keyring.identityKey,
      named: person.identity_key,
      checkpoint: register.note,
    });
  }
}
