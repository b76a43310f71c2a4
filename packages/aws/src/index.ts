export { createAwsDriver } from './driver.js'
export { inspectAwsCredentials } from './inspect.js'
export type { AwsCredentials, AwsOptions } from './options.js'
export { type AwsStoreOptions, createAwsKeyPairStore } from './store.js'
