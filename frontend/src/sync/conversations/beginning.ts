/** Begins a conversation: its creation, first epoch, subject and first words in one request, all or nothing. */
import * as v from "valibot";
import { composeCreated } from "../../crypto/compose";
import { Conversation } from "../../crypto/conversation";
import { readersOf } from "../../crypto/epochs";
import { nextHead } from "../../crypto/items";
import { CoreFailure } from "../failure";
import { type Hands, ownAuthority } from "../hands";
import { Problem, post, RESTORING } from "../http";
import * as wire from "../wire";
import { asEpochItem, asItem, authorOf, message, nextEpoch, type Progress, refuseTooLong } from "./composing";
import { registerFor } from "./registerOf";

const ATTEMPTS = 4;
const PAUSE = 1_500;

/** In the vault: what was given to the server without an answer. */
const RECORD = "begun";
const begunSchema = v.object({
  /** To whom, about what, and the words. */
  wanted: v.string(),
  id: v.string(),
  items: v.array(
    v.object({
      body: v.string(),
      signature: v.string(),
      members: v.exactOptional(v.string()),
      boxes: v.exactOptional(v.record(v.string(), v.string())),
    }),
  ),
});
type Begun = v.InferOutput<typeof begunSchema>;

/**
 * Gives the id. Where it rejects the words can be sent again: if nobody knows whether the server has made it, the same
 * words to the same authorities are the same conversation.
 */
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
  const participants = [...new Set([own, ...authorities])].sort();
  const wanted = JSON.stringify([participants, subject, text]);
  const before = await hands.vault.read("records", RECORD, begunSchema);
  if (before?.wanted === wanted) {
    try {
      return await give(hands, before);
    } catch (error) {
      if (!isCertain(error)) {
        throw error;
      } // it was not made, and does not fit any more
    }
  }
  await hands.register.catchUp();
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
  return give(hands, { wanted, id, items });
}

/** The id is the hash of the first item: the same request again is the same conversation. */
async function give({ vault }: Hands, begun: Begun): Promise<string> {
  const { id, items } = begun;
  const forget = () => vault.write([{ store: "records", key: RECORD, value: undefined }]);
  await vault.write([{ store: "records", key: RECORD, value: begun }]);
  for (let attempt = 1; ; attempt++) {
    try {
      await post("/api/conversations", { items }, wire.conversationMade);
      await forget().catch(() => undefined); // it is made, whatever becomes of that
      return id;
    } catch (error) {
      if (isCertain(error)) {
        await forget();
      }
      if (isCertain(error) || attempt === ATTEMPTS) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

/** Whether the server has refused it: then it has not made it. */
function isCertain(error: unknown): boolean {
  const said = error instanceof Problem && (error.code === RESTORING || error.status >= 400);
  return said && (error.code === RESTORING || error.status < 500);
}
