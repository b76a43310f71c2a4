import type {
  CallContext,
  KeyPairDriver,
  KeyPairHandle,
  KeyPairStoreDriver,
  Metadata,
  UpdateKeyPairRequest,
} from '@cloud-keypair/core/driver'

const keyPair = { name: 'warm-up', id: 'ssh-1' }
const metadata: Metadata = { description: undefined, tags: {}, group: undefined }
const updates: readonly UpdateKeyPairRequest['change'][] = [
  { kind: 'set-tags', tags: { a: 'b' } },
  { kind: 'remove-tags', keys: ['a'] },
  { kind: 'group', group: 'rg-1' },
]
const loaded = new Map<string, Promise<void>>()

/**
 * Makes every call once with a driver whose endpoint refuses connections, so that the vendor's code is loaded. Virtual
 * time would pass while a first call loads it.
 */
export function loadVendor(driver: KeyPairDriver | KeyPairStoreDriver): Promise<void> {
  const loading = loaded.get(driver.provider) ?? callAll(driver)
  loaded.set(driver.provider, loading)
  return loading
}

async function callAll(driver: KeyPairDriver | KeyPairStoreDriver): Promise<void> {
  const context = { signal: new AbortController().signal, token: '', trace: () => {} }
  const handle = { by: 'name', name: keyPair.name } as const
  await driver.doDescribeKeyPairs({ kind: 'exact', keyPairs: [handle], cursor: undefined }, context)
  await driver.doImportKeyPair({ name: keyPair.name, publicKey: 'ssh-rsa AAAA', ...metadata }, context)
  await driver.doCreateKeyPair({ name: keyPair.name, ...metadata }, context)
  for (const update of updates) await driver.doUpdateKeyPair({ keyPair, change: update }, context)
  await driver.doDeleteKeyPairs([keyPair], context)
  await driver.doDescribeInstances({ kind: 'exact', instanceIds: ['i-1'], cursor: undefined }, context)
  if ('doAttachKeyPair' in driver) await callInstances(driver, handle, context)
  await driver.close()
}

async function callInstances(driver: KeyPairDriver, handle: KeyPairHandle, context: CallContext): Promise<void> {
  const change = { keyPair: handle, instanceIds: ['i-1'] }
  const power = { instanceIds: ['i-1'], force: false }
  await driver.doAttachKeyPair(change, context)
  await driver.doDetachKeyPair(change, context)
  await driver.doStopInstances(power, context)
  await driver.doStartInstances(power, context)
  await driver.doRebootInstances(power, context)
}
