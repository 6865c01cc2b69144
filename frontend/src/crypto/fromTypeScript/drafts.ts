/** Vectors of drafts: of a conversation, of a new one, and one moved to another slot. */

import { draftKey, newSlot, randomBytes, sealDraft, toBase64, toHex } from "../index.ts";
import { hashOf, identifier } from "../madeUp.ts";
import { write } from "./file.ts";

export async function writeDrafts(): Promise<void> {
  const whose = { network: await hashOf("network"), account: await identifier("Mia") };
  const seed = randomBytes(32);
  const made = async (name: string, slot: string, draft: Parameters<typeof sealDraft>[3]) => ({
    name,
    reading_seed: toHex(seed),
    ...whose,
    slot,
    key: toHex(await draftKey(seed, whose, slot)),
    sealed: toBase64(await sealDraft(seed, whose, slot, draft)),
    draft,
  });
  const conversation = await hashOf("conversation");
  const other = await hashOf("another conversation");
  const short = await made("a conversation", conversation, { text: "half a sentence, 王 🕊" });
  const begun = { authorities: [whose.account], subject: "Case", text: "" };
  write("drafts", {
    drafts: [
      short,
      await made("a long text", conversation, { text: "é".repeat(5000) }),
      await made("a new conversation", newSlot, begun),
      {
        ...short,
        name: "another slot",
        slot: other,
        key: toHex(await draftKey(seed, whose, other)),
        draft: null,
      },
    ],
  });
}
