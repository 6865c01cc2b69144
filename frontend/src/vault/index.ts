/** What this browser keeps, sealed. */
export {
  type DeviceRecord,
  databaseName,
  deleteDatabase,
  knownVaults,
  leaveNetworks,
  networksLeft,
  nextTerm,
  UNFOUNDED,
} from "./database";
export { beginTerm, whenDeposed } from "./term";
export {
  type Change,
  conversationRange,
  Vault,
  VaultDeposed,
  VaultFailure,
  VaultLocked,
} from "./vault";
