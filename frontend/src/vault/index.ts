/** What this browser keeps, sealed. */
export {
  type DeviceRecord,
  databaseName,
  deleteDatabase,
  knownVaults,
  leaveNetworks,
  networksLeft,
  UNFOUNDED,
} from "./database";
export {
  type Change,
  conversationRange,
  Vault,
  VaultFailure,
  VaultLocked,
} from "./vault";
