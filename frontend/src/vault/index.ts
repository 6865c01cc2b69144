/** What this browser keeps, sealed. */
export {
  type DeviceRecord,
  deleteDatabase,
  knownVaults,
  leaveNetworks,
  networksLeft,
  UNFOUNDED,
} from "./database";
export {
  type Change,
  conversationRange,
  generateLocalKey,
  localHalf,
  Vault,
  VaultFailure,
  VaultLocked,
} from "./vault";
