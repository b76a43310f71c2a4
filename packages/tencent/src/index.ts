export { createTencentDriver } from './driver.js'
export { inspectTencentCredentials } from './inspect.js'
export type { TencentCredentials, TencentOptions } from './options.js'
export { createTencentKeyPairService, type TencentServiceOptions } from './service.js'
