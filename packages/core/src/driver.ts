export type * from './contract/key-pair-driver.js'
export { keyPairError } from './contract/error.js'
export { type FingerprintComparison, md5Forms, normalizeMd5, sameFingerprint } from './key-material/fingerprint.js'
export { createKeyPairService, createKeyPairStore } from './service/create-service.js'
