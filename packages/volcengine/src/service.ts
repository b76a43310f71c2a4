import type { KeyPairService, ServiceOptions } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createVolcengineDriver } from './driver.js'
import type { VolcengineOptions } from './options.js'

/** The options of the driver for Volcengine ECS and of its service. */
export interface VolcengineServiceOptions extends VolcengineOptions, ServiceOptions {}

/**
 * Makes the `KeyPairService` of Volcengine ECS. Nothing is read or sent before its first operation.
 *
 * Throws a `TypeError` for an option of the wrong type. A region, an endpoint or credentials that cannot be used are
 * what the operations answer: `invalid-argument`, `unauthenticated`.
 */
export function createVolcengineKeyPairService(options: VolcengineServiceOptions = {}): KeyPairService {
  return createKeyPairService(createVolcengineDriver(options), options)
}
