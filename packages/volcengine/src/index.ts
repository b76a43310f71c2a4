export { createVolcengineDriver } from './driver.js'
export type { VolcengineCredentials, VolcengineOptions } from './options.js'
export { createVolcengineKeyPairService, type VolcengineServiceOptions } from './service.js'
