import type { Result } from '@cloud-keypair/core'
import type { CallContext, CallFailure, KeyPairStoreDriver } from '@cloud-keypair/core/driver'

export type DriverCall = (driver: KeyPairStoreDriver, context: CallContext) => Promise<Result<unknown, CallFailure>>

const none = { description: undefined, tags: {}, group: undefined }
const keyPair = { name: 'k', id: 'key-1' }

const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: 500,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

/** Every read of the driver, by its action. */
export const reads: Readonly<Record<string, DriverCall>> = {
  DescribeKeyPairs: (driver, context) => driver.doDescribeKeyPairs(list, context),
  DescribeInstances: (driver, context) => driver.doDescribeInstances({ kind: 'bound', cursor: undefined }, context),
}

/** Every change of the driver, by its action. */
export const changes: Readonly<Record<string, DriverCall>> = {
  ImportKeyPair: (driver, context) => driver.doImportKeyPair({ name: 'k', publicKey: 'ssh-rsa A', ...none }, context),
  CreateKeyPair: (driver, context) => driver.doCreateKeyPair({ name: 'k', ...none }, context),
  DeleteKeyPair: (driver, context) => driver.doDeleteKeyPairs([keyPair], context),
  CreateTags: (driver, context) =>
    driver.doUpdateKeyPair({ keyPair, change: { kind: 'set-tags', tags: { a: '' } } }, context),
  DeleteTags: (driver, context) =>
    driver.doUpdateKeyPair({ keyPair, change: { kind: 'remove-tags', keys: ['a'] } }, context),
}
