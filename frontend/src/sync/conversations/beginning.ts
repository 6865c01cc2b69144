/** Begins a conversation: its creation, first epoch, subject and first words in one request, all or nothing. */
import { composeCreated } from "../../crypto/compose";
import { Conversation } from "../../crypto/conversation";
import { readersOf } from "../../crypto/epochs";
import { nextHead } from "../../crypto/items";
import { CoreFailure } from "../failure";
import { type Hands, ownAuthority } from "../hands";
import { Problem, post } from "../http";
import * as wire from "../wire";
import { asEpochItem, asItem, authorOf, message, nextEpoch, type Progress, refuseTooLong } from "./composing";
import { registerFor } from "./registerOf";

const ATTEMPTS = 4;
const PAUSE = 1_500;

/** Gives the id. Rejects only when the server has certainly not made it, so that the words can be sent again. */
export async function begin(
  hands: Hands,
  authorities: readonly string[],
  subject: string,
  text: string,
  progress: Progress,
): Promise<string> {
  refuseTooLong(text);
  refuseTooLong(subject);
  const own = ownAuthority(hands);
  await hands.register.catchUp();
  const participants = [...new Set([own, ...authorities])].sort();
  const { state } = hands.register;
  const others = participants.filter((authority) => authority !== own);
  if (others.length > 0 && readersOf(state, others).length === 0) {
    throw new CoreFailure("nobody_there", "Nobody of these authorities can read yet.");
  }
  const author = authorOf(hands);
  const created = await composeCreated(author, participants, [own]);
  const id = created.hash;
  const { whose } = hands.keyring;
  const verifier = new Conversation(whose.network, id);
  const view = await registerFor(author.checkpoint, hands.register);
  const taken = await verifier.take({ ...created.item, sequence: 1 }, view);
  if (taken.kind !== "created" || verifier.head !== (await nextHead("0".repeat(64), id))) {
    throw new CoreFailure("unexpected", "The conversation would not be accepted by anybody.");
  }
  const { number, made } = await nextEpoch(verifier, hands, author, progress);
  const epoch = { number, key: made.sealed.key };
  const named = await message(author, verifier, epoch, { kind: "subject", text: subject });
  const items = [asItem(created), asEpochItem(made), asItem(named)];
  if (text !== "") {
    items.push(asItem(await message(author, verifier, epoch, { kind: "text", text })));
  }
  // The id is the hash of the first item: the same request again is the same conversation.
  for (let attempt = 1; ; attempt++) {
    try {
      await post("/api/conversations", { items }, wire.conversationMade);
      return id;
    } catch (error) {
      const unsure = error instanceof Problem && (error.status === 0 || error.status >= 500);
      if (!unsure || attempt === ATTEMPTS) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
