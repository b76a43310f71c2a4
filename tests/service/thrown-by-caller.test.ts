import { type GeneratedKeyPairMaterial, type KeyPairError, onCall, type Secret } from '@cloud-keypair/core'
import { createKeyPairService, type KeyPairDriver } from '@cloud-keypair/core/driver'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { changesOf, clouds, instancesOf, rolloutOf } from './rollout.js'
import { rsaKey } from '../support/rsa-keys.js'

const seeds = [
  { id: 'i-1', keyPair: 'old' },
  { id: 'i-2', keyPair: 'old' },
] as const
const ids = seeds.map(({ id }) => id)
const now = { takeEffect: 'now' } as const

let material: GeneratedKeyPairMaterial
beforeAll(async () => {
  material = rsaKey()
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** Values that somebody's code may throw, and that `String` or a property look-up cannot show. */
const thrown: Readonly<Record<string, () => unknown>> = {
  'an error': () => new Error('no'),
  'an error with a key and a long text in its message': () =>
    new Error(`${material.privateKey.reveal()} ${'x'.repeat(1_000_000)}`),
  'an error with a key in its path': () => Object.assign(new Error('no'), { path: material.privateKey.reveal() }),
  'an object without a prototype': () => Object.create(null),
  'an error whose message is a symbol': () => Object.assign(new Error('no'), { message: Symbol('no') }),
  'an error whose message has no prototype': () => Object.assign(new Error('no'), { message: Object.create(null) }),
  'an error whose getters throw': () =>
    Object.defineProperties(new Error('no'), {
      message: { get: () => expect.fail('read') },
      name: { get: () => expect.fail('read') },
      path: { get: () => expect.fail('read') },
    }),
  'a proxy that throws': () =>
    new Proxy(new Error('no'), {
      get: () => expect.fail('read'),
      has: () => expect.fail('read'),
      getPrototypeOf: () => expect.fail('read'),
    }),
  'a proxy that was revoked': revoked,
  'a symbol': () => Symbol('no'),
  nothing: () => undefined,
}
const names = Object.keys(thrown)
const reject = (name: string): Promise<never> => Promise.reject(thrown[name]?.())

function expectBounded(error: KeyPairError): void {
  const text = `${error.message} ${String(error.cause)} ${JSON.stringify(error)}`
  const lines = material.privateKey.reveal().split('\n').slice(1, -2)
  expect(lines.some((line) => text.includes(line))).toBe(false)
  expect(error.message.length).toBeLessThan(2_000)
}

let warnings: Error[] = []
const keepWarning = (warning: Error): void => void warnings.push(warning)
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
beforeEach(() => {
  warnings = []
  process.on('warning', keepWarning)
})
afterEach(() => void process.off('warning', keepWarning))

describe.each(names)("what a caller's code throws: %s", (name) => {
  it('a check that rejects fails its instance, in the batch', async () => {
    const { service, world } = await rolloutOf(clouds['ecs-like'] ?? {}, seeds)
    const error = (await service.attach({ name: 'new' }, ids, { ...now, check: () => reject(name) }))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    const { items } = error.details.batch
    expect(items.map((item) => 'error' in item && [item.error.code, item.error.outcome])).toEqual([
      ['aborted', 'partial'],
      ['aborted', 'none'],
    ])
    for (const item of items) if ('error' in item) expectBounded(item.error)
    expect((await instancesOf(world))[0]).toBe('i-1 running new/new')
  })

  it('a check that rejects in a rotation rolls back its instance', async () => {
    const { service, world } = await rolloutOf(clouds['ecs-like'] ?? {}, seeds)
    const options = { name: 'next', publicKey: material.publicKey.line, check: () => reject(name) }
    const error = (await service.rotate({ name: 'old' }, options))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    for (const item of error.details.batch.items) if ('error' in item) expectBounded(item.error)
    expect(await instancesOf(world)).toEqual(['i-1 running old/old', 'i-2 running old/old'])
  })

  it.each([1, 2, 3])('an unsaved checkpoint (number %i) ends the operation with its batch', async (at) => {
    const { service, world } = await rolloutOf(clouds['ecs-like'] ?? {}, seeds)
    let count = 0
    const onCheckpoint = (): Promise<void> => ((count += 1) === at ? reject(name) : Promise.resolve())
    const error = (await service.attach({ name: 'new' }, ids, { ...now, onCheckpoint }))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    const { items } = error.details.batch
    for (const item of items) if ('error' in item) expectBounded(item.error)
    expect(items.map((item) => ('error' in item ? item.error.code : item.status))).toEqual(
      at === 1 ? ['storage', 'storage'] : ['succeeded', 'storage'],
    )
    expect((await instancesOf(world))[1]).toBe('i-2 running old/old')
  })

  it.each(['save', 'load'] as const)('a %s that rejects leaves the cloud unchanged', async (what) => {
    const { service, world } = await rolloutOf({}, [], { testing: { generateKeyPair: async () => material } })
    const failing = (): Promise<never> => reject(name)
    const save = what === 'save' ? failing : Object.assign(async () => {}, { load: failing })
    const error = (await service.create({ name: 'next', save }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'storage', outcome: 'none' })
    expectBounded(error)
    expect(await changesOf(world)).toEqual([])
  })

  it.each(['throws', 'rejects'] as const)('a listener of progress that %s is a warning, and no more', async (how) => {
    const { service, world } = await rolloutOf(clouds['ecs-like'] ?? {}, seeds)
    const onProgress = (): unknown => {
      if (how === 'rejects') return reject(name)
      throw thrown[name]?.()
    }
    expect((await service.attach({ name: 'new' }, ids, { ...now, onProgress })).isOk()).toBe(true)
    expect(await instancesOf(world)).toEqual(['i-1 running new/new', 'i-2 running new/new'])
    await turn()
    expect(warnings.length).toBeGreaterThan(0)
    for (const { message } of warnings) {
      expect(message).toContain('onProgress')
      expect(message).not.toContain('PRIVATE')
      expect(message.length).toBeLessThan(2_000)
    }
  })

  it('a listener of calls that throws is a warning, and no more', async () => {
    const { service } = await rolloutOf(clouds['ecs-like'] ?? {}, seeds)
    const stop = onCall(() => {
      throw thrown[name]?.()
    })
    const got = await service.get({ name: 'new' })
    stop()
    expect(got.isOk()).toBe(true)
    await turn()
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('onCall')])
  })
})

describe('a defect inside a wave', () => {
  it.each(Object.keys(clouds).flatMap((cloud) => [0, 1, 2].map((skip) => [cloud, skip] as const)))(
    'leaves no item with outcome none, and stopped instances started or listed: %s, after %i changes',
    async (cloud, skip) => {
      const { driver, clock, world } = await rolloutOf(clouds[cloud] ?? {}, seeds)
      let isBroken = false
      let calls = 0
      const breaking =
        <Request, T>(send: (request: Request, context: never) => Promise<T>): typeof send =>
        (request, context) => {
          isBroken ||= (calls += 1) > skip
          return send(request, context)
        }
      const bytesOf: KeyPairDriver['bytesOf'] = (call, item) => {
        if (isBroken && calls === skip + 1) {
          calls += 1
          throw new Error('a defect')
        }
        return driver.bytesOf(call, item)
      }
      const broken: KeyPairDriver = {
        ...driver,
        bytesOf,
        doStopInstances: breaking(driver.doStopInstances),
        doAttachKeyPair: breaking(driver.doAttachKeyPair),
        doDetachKeyPair: breaking(driver.doDetachKeyPair),
        doStartInstances: breaking(driver.doStartInstances),
        doRebootInstances: breaking(driver.doRebootInstances),
      }
      const service = createKeyPairService(broken, { testing: { clock, random: () => 0.5 } })
      const options = { ...now, maxUnavailable: 2 }
      const result = await service.attach({ name: 'new' }, ids, options)
      await world.settle()
      const down = (await instancesOf(world))
        .filter((text) => !text.includes(' running '))
        .map((text) => text.slice(0, 3))
      if (result.isOk()) return expect(down).toEqual([])
      const { error } = result
      if (error.code !== 'incomplete') throw error
      for (const item of error.details.batch.items) {
        if ('error' in item && item.error.code === 'unknown') expect(item.status).toBe('unknown')
      }
      expect(down.filter((id) => !error.details.batch.leftStopped.includes(id))).toEqual([])
    },
  )
})

describe('the private key of load', () => {
  const create = async (loaded: unknown) => {
    const rollout = await rolloutOf({}, [], { testing: { generateKeyPair: async () => material } })
    const saved: Secret[] = []
    const save = async (key: Secret): Promise<void> => void saved.push(key)
    Object.defineProperty(save, 'load', { value: async () => loaded })
    return { ...rollout, saved, result: await rollout.service.create({ name: 'next', save }) }
  }

  it.each([
    ['null', null],
    ['undefined', undefined],
  ])('counts as nothing: %s', async (_, loaded) => {
    const { saved, result } = await create(loaded)
    expect(result.isOk()).toBe(true)
    expect(saved).toHaveLength(1)
  })

  it.each([
    ['a string', () => material.privateKey.reveal()],
    ['a Buffer', () => Buffer.from(material.privateKey.reveal())],
    ['an object', () => ({})],
    ['a secret that gives no text', () => ({ reveal: () => 7 })],
    ['a secret that throws', () => ({ reveal: () => expect.fail('no') })],
    ['a number', () => 7],
  ])('is storage, with a remedy: %s', async (_, make) => {
    const { world, result, saved } = await create(make())
    const error = result._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'storage', outcome: 'none' })
    expect(error.message).toMatch(/Secret/)
    expectBounded(error)
    expect(saved).toEqual([])
    expect(await changesOf(world)).toEqual([])
  })

  it('may be a secret of another copy of this package', async () => {
    const { result } = await create({ reveal: () => material.privateKey.reveal() })
    expect(result.isOk()).toBe(true)
  })
})
