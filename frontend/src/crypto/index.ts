/** The Entente protocol (docs/protocol.md) in TypeScript: pure, no DOM, no network, no storage. */

export * from "./bookmark.ts";
export * from "./boxes.ts";
export * from "./canonical.ts";
export * from "./charter.ts";
export * from "./checkpoint.ts";
export * from "./compose.ts";
export * from "./conversation.ts";
export * from "./drafts.ts";
export * from "./encoding.ts";
export * from "./epochs.ts";
export * from "./invitation.ts";
export * from "./items.ts";
export * from "./lateBoxes.ts";
export * from "./merkle.ts";
export * from "./messages.ts";
export * from "./person.ts";
export * from "./recovery.ts";
export * from "./register.ts";
export * from "./rules.ts";
export * from "./seal.ts";
export * from "./session.ts";
export * from "./sightings.ts";
export * from "./signing.ts";
export * from "./state.ts";
export * from "./statements.ts";
export * from "./tiles.ts";
