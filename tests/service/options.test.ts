import { collect, type KeyPairService, type Secret } from '@cloud-keypair/core'
import { describe, expect, it } from 'vitest'
import { changesOf, clouds, instancesOf, rolloutOf } from './rollout.js'

const publicKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`
const seeds = [
  { id: 'i-1', keyPair: 'old' },
  { id: 'i-2', keyPair: 'old' },
  { id: 'i-3', keyPair: 'old' },
  { id: 'i-4', keyPair: 'old' },
] as const
const ids = seeds.map(({ id }) => id)
const save = Object.assign(async () => {}, { load: async (): Promise<Secret | undefined> => undefined })
const onCheckpoint = async (): Promise<void> => {}
const name = 'next'
const metadata = { description: 'text', tags: { team: 'a' }, group: 'default' }
const limits = { deadlineMs: 1_000_000, signal: new AbortController().signal }
const waves = { maxUnavailable: 2, force: false, repairDeadlineMs: 100_000, onProgress: () => {} }
const changes = { ...limits, ...waves, takeEffect: 'now', restartUnchanged: true, check: async () => {}, onCheckpoint }

/** The arguments of every operation, with every option. */
const calls: Readonly<Record<string, readonly unknown[]>> = {
  create: [{ name, save, keyType: 'rsa', bits: 2048, ...metadata, ...limits }],
  import: [{ name, publicKey, ...metadata, ...limits }],
  ensure: [{ name, publicKey, ...metadata, ...limits }],
  createInCloud: [{ name, ...metadata, ...limits }],
  get: [{ name: 'old' }, limits],
  list: [{ namePattern: '*', tags: { team: 'a' }, group: 'default', pageDeadlineMs: 1_000, signal: limits.signal }],
  update: [{ name: 'old' }, { ...metadata, ...limits }],
  delete: [{ name: 'other' }, { ...limits, ifInUse: 'refuse', publicKey: undefined }],
  deleteMany: [[{ name: 'other' }], { ...limits, ifInUse: 'refuse' }],
  usages: [{ name: 'old' }, { pageDeadlineMs: 1_000, signal: limits.signal }],
  audit: [limits],
  attach: [{ name: 'new' }, ids, { ...changes, onlyIfVacant: false }],
  detach: [{ name: 'old' }, ids, changes],
  rotate: [
    { name: 'old' },
    { name, publicKey, ...metadata, ...limits, ...waves, waveDeadlineMs: 100_000, onCheckpoint },
  ],
  bindings: [ids, limits],
  plan: [{ operation: 'attach', keyPair: { name: 'new' }, instanceIds: ids, maxUnavailable: 2, force: false }, limits],
}

/** Calls an operation with arguments that no compiler would take, and waits for its end. */
async function run(service: KeyPairService, operation: string, parameters: readonly unknown[]): Promise<unknown> {
  const answer: unknown = Reflect.apply(Reflect.get(service, operation), service, parameters)
  return isList(answer) ? collect(answer, { max: 100 }) : answer
}

function isList(answer: unknown): answer is ReturnType<KeyPairService['list']> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer
}

interface Watch {
  isLate: boolean
  readonly reads: Map<string, number>
  readonly late: string[]
}

/** Returns a value whose fields, however deep, are watched as they are read. */
function watched<T>(value: T, watch: Watch, path: string): T {
  if (typeof value !== 'object' || value === null || value instanceof AbortSignal) return value
  return new Proxy(value, {
    get: (target, field) => {
      const own = `${path}.${String(field)}`
      if (typeof field === 'string') watch.reads.set(own, (watch.reads.get(own) ?? 0) + 1)
      if (watch.isLate) watch.late.push(own)
      return watched(Reflect.get(target, field), watch, own)
    },
  })
}

const arrayFields = /\.(length|constructor|map|forEach|keys|entries|slice|every|some|find)$/

describe.each(Object.entries(calls))('the options of %s', (operation, parameters) => {
  it('are read once, before the operation waits for anything', async () => {
    const { service } = await rolloutOf({}, seeds)
    const watch: Watch = { isLate: false, reads: new Map(), late: [] }
    const given = parameters.map((parameter, index) => watched(parameter, watch, `${index}`))
    const answer = run(service, operation, given)
    watch.isLate = true
    expect(await answer).not.toMatchObject({ error: { code: 'unknown' } })
    expect(watch.late).toEqual([])
    const often = [...watch.reads].filter(([path, count]) => count > 1 && !arrayFields.test(path))
    expect(often).toEqual([])
  })

  it('hold no unknown one', async () => {
    const { service, world } = await rolloutOf({}, seeds)
    await world.forgetCalls()
    const last = parameters.at(-1)
    const wrong = [...parameters.slice(0, -1), { ...Object(last), takeEffekt: 'now' }]
    const started = Promise.resolve().then(() => run(service, operation, wrong))
    await expect(started).rejects.toThrow(TypeError)
    await expect(started).rejects.toThrow(/takeEffekt/)
    expect(await world.calls()).toEqual([])
  })

  it.each([null, 'text', 7])('are an object, not %s', async (wrong) => {
    const { service } = await rolloutOf({}, seeds)
    const started = Promise.resolve().then(() => run(service, operation, [...parameters.slice(0, -1), wrong]))
    await expect(started).rejects.toThrow(TypeError)
  })
})

describe('the options of an operation', () => {
  it('may be changed by the caller while it runs', async () => {
    const { service, world, clock } = await rolloutOf(clouds['ens-like, replaces'] ?? {}, seeds)
    const options = { takeEffect: 'now', maxUnavailable: 1, onProgress: () => void watch() } as const
    let most = 0
    const watch = async (): Promise<void> => {
      Object.assign(options, { maxUnavailable: 4 })
      const down = (await instancesOf(world)).filter((instance) => !instance.includes(' running '))
      most = Math.max(most, down.length)
    }
    expect((await service.attach({ name: 'new' }, ids, options)).isOk()).toBe(true)
    await clock.sleep(1_000, limits.signal)
    expect(most).toBe(1)
  })

  it('may be inherited, as the accessors of a class are', async () => {
    class Defaults {
      get takeEffect(): string {
        return 'now'
      }
    }
    const { service, world } = await rolloutOf({}, seeds)
    for (const options of [new Defaults(), Object.create({ takeEffect: 'now' })]) {
      await run(service, 'attach', [{ name: 'new' }, ['i-1'], options])
    }
    expect((await changesOf(world)).filter((change) => change.startsWith('reboot'))).toHaveLength(2)
  })

  it('are a TypeError if one cannot be read', async () => {
    const { service } = await rolloutOf({}, seeds)
    const options = Object.defineProperty({}, 'takeEffect', { enumerable: true, get: () => Object(1n).no() })
    expect(() => service.attach({ name: 'new' }, ids, options)).toThrow(TypeError)
  })

  it('may be a frozen object, or one without a prototype', async () => {
    const { service } = await rolloutOf({}, seeds)
    const bare = Object.assign(Object.create(null), { takeEffect: 'now' })
    expect((await service.attach({ name: 'new' }, ids, Object.freeze(bare))).isOk()).toBe(true)
  })
})

describe('a reference', () => {
  it('keeps what else it has: a key pair that was returned is one', async () => {
    const { service } = await rolloutOf({}, seeds)
    const keyPair = { ...(await service.get({ name: 'new' }))._unsafeUnwrap(), note: 'mine' }
    expect((await service.attach(keyPair, ids)).isOk()).toBe(true)
    expect((await service.rotate({ ...keyPair }, { name, publicKey })).isOk()).toBe(true)
  })
})

describe('a plan', () => {
  it('is read before the operation that expects it waits for anything', async () => {
    const { service, world } = await rolloutOf({}, seeds)
    const request = { operation: 'attach', keyPair: { name: 'new' }, instanceIds: ['i-1'] } as const
    const plan = (await service.plan(request))._unsafeUnwrap()
    const watch: Watch = { isLate: false, reads: new Map(), late: [] }
    const options = { takeEffect: 'now', expect: watched(plan, watch, 'plan') } as const
    const attached = service.attach({ name: 'new' }, ['i-1'], options)
    watch.isLate = true
    expect((await attached).isOk()).toBe(true)
    expect(watch.late).toEqual([])
    expect((await instancesOf(world))[0]).toContain('new/new')
  })

  it('keeps its request as it was given', async () => {
    const { service } = await rolloutOf({}, seeds)
    const request = { operation: 'attach', keyPair: { name: 'new' }, instanceIds: ['i-1'] } as const
    const planned = service.plan(request)
    Object.assign(request, { operation: 'detach' })
    Object.assign(request.keyPair, { name: 'old' })
    Reflect.set(request.instanceIds, 0, 'i-2')
    expect((await planned)._unsafeUnwrap().request).toMatchObject({
      operation: 'attach',
      keyPair: { name: 'new' },
      instanceIds: ['i-1'],
    })
  })
})

it.each(['import', 'update'] as const)('%s keeps a tag whose key is __proto__', async (operation) => {
  const { service, world } = await rolloutOf({}, [])
  const tags: Readonly<Record<string, string>> = Object.fromEntries([
    ['__proto__', 'x'],
    ['team', 'a'],
  ])
  const changed =
    operation === 'import'
      ? await service.import({ name: 'next', publicKey, tags })
      : await service.update({ name: 'old' }, { tags })
  expect(changed.isOk()).toBe(true)
  const kept = (await world.snapshot()).keyPairs.find((one) => one.name === (operation === 'import' ? 'next' : 'old'))
  expect(Object.entries(kept?.tags ?? {})).toEqual(Object.entries(tags))
})
