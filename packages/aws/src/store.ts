import type { KeyPairStore, ServiceOptions } from '@cloud-keypair/core'
import { createKeyPairStore } from '@cloud-keypair/core/driver'
import { createAwsDriver } from './driver.js'
import type { AwsOptions } from './options.js'

/** The options of the driver for Amazon EC2 and of its store. */
export interface AwsStoreOptions extends AwsOptions, ServiceOptions {}

/**
 * Makes the `KeyPairStore` of Amazon EC2. Nothing is read or sent before its first operation.
 *
 * Throws a `TypeError` for an option of the wrong type. A region, an endpoint or credentials that cannot be used are
 * what the operations answer: `invalid-argument`, `unauthenticated`.
 */
export function createAwsKeyPairStore(options: AwsStoreOptions = {}): KeyPairStore {
  return createKeyPairStore(createAwsDriver(options), options)
}
