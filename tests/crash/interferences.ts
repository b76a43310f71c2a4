import type { KeyPair } from '@cloud-keypair/core'
import type { KeyPairDriver, KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import type { TestCloud } from './test-cloud.js'

/** The changes that somebody else makes while an operation runs. */
export const interferences = ['stop', 'start', 'detach', 'attach', 'delete', 'swap of a name', 'new instance'] as const

/** One of {@link interferences}. */
export type Interference = (typeof interferences)[number]

/** The instance that others act on. */
export const target = 'i-0'

/** True if others change the power or the key pair of their instance. */
export function actsOnTarget(interference: Interference | undefined): boolean {
  switch (interference) {
    case 'stop':
    case 'start':
    case 'detach':
    case 'attach':
      return true
    case 'delete':
    case 'swap of a name':
    case 'new instance':
    case undefined:
      return false
  }
}

/** Acts as somebody else. Returns the key pair that this deletes: the one that an operation wants. */
export async function interfere(
  { world, driver }: TestCloud,
  interference: Interference,
  wanted: string,
): Promise<KeyPair | undefined> {
  const context = { signal: new AbortController().signal, token: 'of another', trace: () => {} }
  const instanceIds = [target]
  const find = async (name: string): Promise<KeyPair | undefined> => {
    const request = {
      kind: 'list',
      namePrefix: name,
      md5Fingerprint: undefined,
      tags: {},
      group: undefined,
      pageSize: driver.capabilities.pageSize,
    } as const
    const page = await driver.doDescribeKeyPairs({ ...request, cursor: undefined }, context)
    return page._unsafeUnwrap().items.find((one) => one.name === name)
  }
  switch (interference) {
    case 'stop':
      await driver.doStopInstances({ instanceIds, force: true }, context)
      return undefined
    case 'start':
      await driver.doStartInstances({ instanceIds, force: false }, context)
      return undefined
    case 'detach':
    case 'attach': {
      const other = await find(interference === 'attach' ? 'other' : 'old')
      if (other === undefined) return undefined
      const keyPair = handleOf(driver, other)
      const send = interference === 'attach' ? driver.doAttachKeyPair : driver.doDetachKeyPair
      await send({ keyPair, instanceIds }, context)
      return undefined
    }
    case 'delete':
    case 'swap of a name': {
      const there = await find(wanted)
      if (there === undefined) return undefined
      await driver.doDeleteKeyPairs([there], context)
      if ((await find(wanted)) !== undefined) return undefined
      if (interference === 'swap of a name') await world.seedKeyPairs([{ name: wanted }])
      return there
    }
    case 'new instance':
      await world.seedInstances([{ id: 'i-new', power: 'running', keyPair: (await find('old')) && 'old' }])
      return undefined
  }
}

function handleOf({ capabilities }: KeyPairDriver, { id, name }: KeyPair) {
  return id !== undefined && capabilities.identity.includes('id')
    ? ({ by: 'id', id } as const)
    : ({ by: 'name', name } as const)
}

/** Returns the driver with something done before each of its calls. */
export function beforeEachCall<Driver extends KeyPairStoreDriver>(
  driver: Driver,
  before: (call: string) => Promise<void>,
): Driver {
  return new Proxy(driver, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function') return member
      const send = (...given: readonly unknown[]): unknown => Reflect.apply(member, target, given)
      if (typeof key !== 'string' || !key.startsWith('do')) return send
      return async (...given: readonly unknown[]): Promise<unknown> => {
        await before(key)
        return send(...given)
      }
    },
  })
}
