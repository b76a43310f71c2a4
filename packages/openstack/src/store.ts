import type { KeyPairStore, ServiceOptions } from '@cloud-keypair/core'
import { createKeyPairStore } from '@cloud-keypair/core/driver'
import { createOpenStackDriver } from './driver.js'
import type { OpenStackOptions } from './options.js'

/** The options of the driver for OpenStack and of its store. */
export interface OpenStackStoreOptions extends OpenStackOptions, ServiceOptions {}

/**
 * Makes the `KeyPairStore` of OpenStack. Nothing is read or sent before its first operation.
 *
 * Throws a `TypeError` for an option of the wrong type. An address, a region or credentials that cannot be used are
 * what the operations answer: `invalid-argument`, `unauthenticated`.
 */
export function createOpenStackKeyPairStore(options: OpenStackStoreOptions = {}): KeyPairStore {
  return createKeyPairStore(createOpenStackDriver(options), options)
}
