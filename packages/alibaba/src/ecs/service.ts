import type { KeyPairService, ServiceOptions } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import type { AlibabaEcsOptions } from '../options.js'
import { createAlibabaEcsDriver } from './driver.js'

/** The options of the driver for Alibaba Cloud ECS and of its service. */
export interface AlibabaEcsServiceOptions extends AlibabaEcsOptions, ServiceOptions {}

/**
 * Makes the `KeyPairService` of Alibaba Cloud ECS. Nothing is loaded, read or sent before its first operation.
 *
 * Throws a `TypeError` for an option of the wrong type. A region, an endpoint or credentials that cannot be used are
 * what the operations answer: `invalid-argument`, `unauthenticated`.
 */
export function createAlibabaEcsKeyPairService(options: AlibabaEcsServiceOptions = {}): KeyPairService {
  return createKeyPairService(createAlibabaEcsDriver(options), options)
}
