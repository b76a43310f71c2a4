export type * from './audit-report.js'
export type * from './batch.js'
export { canAttach } from './can-attach.js'
export type * from './capabilities.js'
export type { Checkpoint, CheckpointInstance, CheckpointKeyPair } from './checkpoint.js'
export { systemClock, type Clock, type Random } from './clock.js'
export { collect } from './collect.js'
export { createKeyPairService, createKeyPairStore, type ServiceOptions } from './create-service.js'
export type * from './driver.js'
export { isKeyPairError, keyPairError } from './error.js'
export type * from './error.js'
export { onCall, type CallEvent } from './events.js'
export type * from './key-pair.js'
export {
  md5Fingerprint,
  normalizeMd5,
  sameFingerprint,
  sha256Fingerprint,
  type FingerprintComparison,
} from './material/fingerprint.js'
export {
  generateKeyPair,
  type GeneratedKeyPairMaterial,
  type GenerateKeyPairOptions,
  type KeyPairGenerator,
  type RsaBits,
} from './material/generate.js'
export { parsePublicKey } from './material/parse-public-key.js'
export { publicKeyOf, type PrivateKeyProblem } from './material/private-key.js'
export type { PublicKey, PublicKeyProblem, PublicKeyProblemReason, PublicKeyType } from './material/public-key.js'
export { err, errAsync, ok, okAsync, Result, ResultAsync } from './result.js'
export { Secret } from './secret.js'
export type * from './plan-types.js'
export type * from './rotate-options.js'
export type * from './service.js'
export type * from './take-effect.js'
