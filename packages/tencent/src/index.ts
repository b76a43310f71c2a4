export { createTencentDriver } from './driver.js'
export type { TencentCredentials, TencentOptions } from './options.js'
export { createTencentKeyPairService, type TencentServiceOptions } from './service.js'
