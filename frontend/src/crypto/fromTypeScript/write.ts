/**
 * Writes tests/vectors/from-typescript/*.json, which the Python half judges: `node src/crypto/fromTypeScript/write.ts`.
 *
 * Boxes and nonces are random, so each run gives other files; they are made again only when a format changes.
 */

import { writeApplications } from "./application.ts";
import { writeCharter } from "./charter.ts";
import { writeConversations } from "./conversations.ts";
import { writeDirectory } from "./directory.ts";
import { writeDrafts } from "./drafts.ts";
import { write } from "./file.ts";
import { writePasskeys } from "./passkeys.ts";
import { writePerson } from "./people.ts";
import { writePrimitives, writeTrees } from "./primitives.ts";
import { historyOf, writeRefusals, writeReplays } from "./register.ts";
import { writeSightings } from "./sightings.ts";
import { story } from "./story.ts";

const network = await story();
await writePrimitives();
await writeTrees();
await writeSightings();
await writeApplications();
await writeCharter();
await writeDirectory();
await writePasskeys();
await writePerson(network);
write("register", { histories: { typescript: await historyOf(network) } });
await writeRefusals(network);
await writeReplays(network);
await writeConversations(network);
await writeDrafts();
