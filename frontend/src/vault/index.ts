/** What this browser keeps, sealed. */
export {
  type DeviceRecord,
  databaseName,
  deleteDatabase,
  endingSession,
  keepEndingSession,
  knownVaults,
  leaveNetworks,
  networksLeft,
  nextTerm,
  type StoreName,
  sealedStores,
  UNFOUNDED,
} from "./database";
export { type FailureKind, VaultFailure } from "./failures";
export type { FormStep, Reading } from "./migrations";
export { beginTerm, whenDeposed } from "./term";
export {
  type Change,
  conversationRange,
  type Key,
  Vault,
  VaultDeposed,
  VaultLocked,
} from "./vault";
