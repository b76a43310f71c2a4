import { err, type Result } from '@cloud-keypair/core'
import { type CallFailure, type KeyPairDriver, type KeyPairStoreDriver, refusal } from '@cloud-keypair/core/driver'

const unsupported = refusal('unsupported', 'this cloud binds no key pair to an existing instance')

/**
 * Completes the driver of a store, so that every command has one kind of service. Core asks such a driver for nothing that
 * its capabilities lack: it answers `unsupported` by itself.
 */
export function withInstances(driver: KeyPairDriver | KeyPairStoreDriver): KeyPairDriver {
  if ('doAttachKeyPair' in driver) return driver
  const refuse = async (): Promise<Result<never, CallFailure>> => err(unsupported)
  return {
    ...driver,
    doAttachKeyPair: refuse,
    doDetachKeyPair: refuse,
    doStopInstances: refuse,
    doStartInstances: refuse,
    doRebootInstances: refuse,
  }
}
