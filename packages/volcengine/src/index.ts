export { createVolcengineDriver } from './driver.js'
export { inspectVolcengineCredentials } from './inspect.js'
export type { VolcengineCredentials, VolcengineOptions } from './options.js'
export { createVolcengineKeyPairService, type VolcengineServiceOptions } from './service.js'
