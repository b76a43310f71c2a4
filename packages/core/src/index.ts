export type * from './contract/audit-report.js'
export type * from './contract/batch.js'
export { canAttach } from './contract/service.js'
export type * from './contract/capabilities.js'
export {
  type Checkpoint,
  type CheckpointInstance,
  type CheckpointKeyPair,
  type CheckpointUpdate,
  hasInProgress,
  mayBeStopped,
} from './contract/checkpoint.js'
export { systemClock, type Clock, type Random } from './scheduling/clock.js'
export { collect } from './service/unwrap-results.js'
export type * from './service/service-options.js'
export {
  isKeyPairError,
  type AnyBatch,
  type ConflictDetails,
  type IncompleteDetails,
  type InstanceStateDetails,
  type InUseDetails,
  type KeyPairError,
  type KeyPairErrorCode,
  type KeyPairErrorDetails,
  type KeyPairErrorInit,
  type KeyPairErrorOf,
  type NoDetails,
  type Outcome,
  type PlainErrorCode,
  type Retry,
  type StorageDetails,
  type VendorError,
} from './contract/error.js'
export { onCall, type CallEvent, type OperationEvent } from './engine/events.js'
export type * from './contract/key-pair.js'
export {
  createPacer,
  type PacedAnswer,
  type PacedCall,
  type Pacer,
  type PacerOptions,
  type Turn,
} from './scheduling/pacer.js'
export { md5Fingerprint, sha256Fingerprint } from './key-material/fingerprint.js'
export {
  generateKeyPair,
  type GeneratedKeyPairMaterial,
  type GenerateKeyPairOptions,
  type KeyPairGenerator,
  type NewKeyType,
  type RsaBits,
} from './key-material/generate.js'
export { parsePublicKey } from './key-material/parse-public-key.js'
export { publicKeyOf, type PrivateKeyProblem } from './key-material/private-key.js'
export type { PublicKey, PublicKeyProblem, PublicKeyProblemReason, PublicKeyType } from './key-material/public-key.js'
export * from './result.js'
export { onlyItem } from './service/unwrap-results.js'
export { orThrow } from './service/unwrap-results.js'
export { Secret } from './secret.js'
export type * from './contract/rotation.js'
export type * from './contract/options.js'
export type * from './contract/service.js'
export type * from './contract/store.js'
export type * from './contract/change-options.js'
