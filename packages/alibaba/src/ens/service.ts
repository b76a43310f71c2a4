import type { KeyPairService, ServiceOptions } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import type { AlibabaEnsOptions } from '../options.js'
import { createAlibabaEnsDriver } from './driver.js'

/** The options of the driver for Alibaba Cloud ENS and of its service. */
export interface AlibabaEnsServiceOptions extends AlibabaEnsOptions, ServiceOptions {}

/**
 * Makes the `KeyPairService` of Alibaba Cloud ENS. Nothing is loaded, read or sent before its first operation.
 *
 * Throws a `TypeError` for an option of the wrong type. An endpoint or credentials that cannot be used are
 * what the operations answer: `invalid-argument`, `unauthenticated`.
 */
export function createAlibabaEnsKeyPairService(options: AlibabaEnsServiceOptions = {}): KeyPairService {
  return createKeyPairService(createAlibabaEnsDriver(options), options)
}
