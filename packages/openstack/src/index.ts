export { createOpenStackDriver } from './driver.js'
export { inspectOpenStackCredentials } from './inspect.js'
export type {
  OpenStackApplicationCredential,
  OpenStackCredentials,
  OpenStackOptions,
  OpenStackPassword,
  OpenStackToken,
  OpenStackUser,
} from './options.js'
export { createOpenStackKeyPairStore, type OpenStackStoreOptions } from './store.js'
