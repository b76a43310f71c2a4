import type { KeyPairService, ServiceOptions } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createTencentDriver } from './driver.js'
import type { TencentOptions } from './options.js'

/** The options of the driver for Tencent Cloud CVM and of its service. */
export interface TencentServiceOptions extends TencentOptions, ServiceOptions {}

/**
 * Makes the `KeyPairService` of Tencent Cloud CVM. Throws a `TypeError` for an option of the wrong type; everything else
 * that cannot be used is what the operations answer.
 */
export function createTencentKeyPairService(options: TencentServiceOptions = {}): KeyPairService {
  return createKeyPairService(createTencentDriver(options), options)
}
