import { describe, expect, it } from 'vitest'
import type { InstanceRecord, KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import type { InstanceItem } from '../../src/contract/batch.js'
import { err, ok } from '../../src/result.js'
import { batchOf, fates, shown, smallCloud, type SmallCloud } from '../small-cloud.js'
import { denied } from '../stub-driver.js'

const deploy = { name: 'new' } as const
const later = { confirms: false } as const

/** Makes a cloud that takes an attach, and shows each instance as a function of the time since then. */
function showing(record: (waitedMs: number) => Partial<InstanceRecord> | undefined, task?: string): SmallCloud {
  let acceptedAt = Infinity
  const cloud: SmallCloud = smallCloud({ 'i-1': {} }, later, () => ({
    doAttachKeyPair: async ({ instanceIds }) => {
      acceptedAt = cloud.clock.now()
      return ok(instanceIds.map((id) => ({ id, ok: true, ...(task !== undefined && { task }) }) as const))
    },
    doDescribeInstances: async () => {
      const waitedMs = cloud.clock.now() - acceptedAt
      const seen = waitedMs < 0 ? {} : record(waitedMs)
      return ok({ items: seen === undefined ? [] : [{ id: 'i-1', power: 'running', ...seen }] })
    },
  }))
  return cloud
}

/** Attaches `new` to `i-1`. Returns the item, and how long that took. */
async function attached(
  { service, clock }: SmallCloud,
  options: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {},
): Promise<{ readonly item: InstanceItem | undefined; readonly tookMs: number }> {
  const from = clock.now()
  const result = await service.attach(deploy, ['i-1'], { deadlineMs: 3_600_000, ...options })
  const error = result.isErr() ? result.error : undefined
  const batch = error?.code === 'incomplete' ? error.details.batch : result.unwrapOr(undefined)
  return { item: batch?.items[0], tookMs: clock.now() - from }
}

const unseen = 'the cloud accepted the change, and the instance did not show it in time'

describe('an attach that the cloud carries out after its answer', () => {
  it('is done when the instance shows it, and the cloud is no longer at work', async () => {
    const { item, tookMs } = await attached(
      showing((waitedMs) =>
        waitedMs < 61_000 ? { isChanging: true, keyPair: shown('new') } : { keyPair: shown('new') },
      ),
    )
    expect(item).toEqual({ id: 'i-1', status: 'succeeded', changed: true, effect: 'at-next-start' })
    expect(tookMs).toBe(63_000)
  })

  const endless: readonly (readonly [string, Partial<InstanceRecord> | undefined, number])[] = [
    ['a record without the key pair', {}, 30_000],
    ['no record', undefined, 30_000],
    ['a cloud that is at work for ever', { isChanging: true }, 600_000],
    ['a cloud that is at work, whatever the record shows', { isChanging: true, keyPair: shown('new') }, 600_000],
  ]

  it.each([0, 3_000, 12_000, 27_000])('takes as long as the instance needs: %i ms', async (neededMs) => {
    const { item, tookMs } = await attached(
      showing((waitedMs) => (waitedMs < neededMs ? {} : { keyPair: shown('new') })),
    )
    expect(item).toEqual({ id: 'i-1', status: 'succeeded', changed: true, effect: 'at-next-start' })
    expect(tookMs).toBe(neededMs)
  })

  it('fails as soon as the cloud says that its task failed, and not for another task', async () => {
    const failure = { code: 'quota-exceeded', message: 'too many', transient: false } as const
    for (const [failed, code, expected] of [
      ['t-1', 'quota-exceeded', 3_000],
      ['t-0', 'timeout', 30_000],
    ] as const) {
      const cloud = showing((waitedMs) => (waitedMs < 3_000 ? {} : { failedTask: { id: failed, failure } }), 't-1')
      const { item, tookMs } = await attached(cloud)
      expect(item).toMatchObject({ status: code === 'timeout' ? 'unknown' : 'failed', error: { code } })
      expect(tookMs).toBe(expected)
    }
  })

  it('is waited for with the others, each of which ends by itself', async () => {
    let acceptedAt = Infinity
    const cloud: SmallCloud = smallCloud({ 'i-1': {}, 'i-2': {}, 'i-3': {} }, later, (_, plain) => ({
      doAttachKeyPair: async ({ instanceIds }) => {
        acceptedAt = cloud.clock.now()
        return ok(instanceIds.map((id) => ({ id, ok: true }) as const))
      },
      doDescribeInstances: async (request, context) => {
        const waitedMs = cloud.clock.now() - acceptedAt
        for (const [id, after] of [
          ['i-1', 3_000],
          ['i-2', 9_000],
        ] as const) {
          if (waitedMs >= after) cloud.instances.set(id, { id, power: 'running', keyPair: shown('new') })
        }
        reads.push(request.kind === 'exact' ? request.instanceIds.join(' ') : '')
        return plain.doDescribeInstances(request, context)
      },
    }))
    const reads: string[] = []
    const error = (await cloud.service.attach(deploy, ['i-1', 'i-2', 'i-3']))._unsafeUnwrapErr()
    expect(fates(batchOf(err(error)))).toEqual([
      'i-1 changed at-next-start',
      'i-2 changed at-next-start',
      'i-3 unknown unknown timeout',
    ])
    expect(reads.slice(1, 6)).toEqual(['i-1 i-2 i-3', 'i-1 i-2 i-3', 'i-2 i-3', 'i-2 i-3', 'i-3'])
  })

  it.each(endless)('is unknown after its time: %s', async (_, record, expected) => {
    const { item, tookMs } = await attached(showing(() => record))
    expect(item).toMatchObject({ status: 'unknown', error: { code: 'timeout', outcome: 'unknown' } })
    expect(item?.status === 'unknown' && item.error.message).toContain(unseen)
    expect(tookMs).toBe(expected)
  })

  it.each([
    ['deadline', 'timeout'],
    ['signal', 'aborted'],
  ] as const)('is unknown if a %s ends the wait', async (end, code) => {
    const cloud = showing(() => ({ isChanging: true }))
    const abort = new AbortController()
    void cloud.clock.sleep(20_000, new AbortController().signal).then(() => abort.abort())
    const { item, tookMs } = await attached(
      cloud,
      end === 'deadline' ? { deadlineMs: 20_000 } : { signal: abort.signal },
    )
    expect(item).toMatchObject({ status: 'unknown', error: { code, outcome: 'unknown' } })
    expect(tookMs).toBe(20_000)
  })
})

describe('an attach without an answer', () => {
  const cut = { code: 'network', message: 'cut', outcome: 'unknown', transient: true, scope: 'call' } as const

  /** Makes a cloud that does not answer the first attach, and shows `i-1` after it as given. */
  const unanswered = (after: Partial<InstanceRecord>): SmallCloud => {
    let isSent = false
    return smallCloud({ 'i-1': {} }, {}, (instances, plain): Partial<KeyPairDriver> => ({
      doAttachKeyPair: async (request, context) => {
        if (isSent) return plain.doAttachKeyPair(request, context)
        isSent = true
        instances.set('i-1', { id: 'i-1', power: 'running', ...after })
        return err(cut)
      },
    }))
  }

  it('is done if the instance shows it, and is not sent again', async () => {
    const cloud = unanswered({ keyPair: shown('new') })
    expect((await attached(cloud)).item).toMatchObject({ status: 'succeeded', changed: true })
    expect(cloud.sent).toEqual([])
  })

  it('is sent again if the instance does not show it, or the cloud is at work', async () => {
    for (const after of [{}, { isChanging: true, keyPair: shown('new') }]) {
      const cloud = unanswered(after)
      expect((await attached(cloud)).item).toMatchObject({ status: 'succeeded', changed: true })
      expect(cloud.sent).toEqual(['attach i-1'])
    }
  })

  it('is unknown, and not sent again, if the instance can have no key pair any more', async () => {
    const cloud = unanswered({ unsupported: 'Windows takes no key pairs' })
    const { item } = await attached(cloud)
    expect(item).toMatchObject({ status: 'unknown', error: { code: 'instance-unsupported', outcome: 'unknown' } })
    expect(item?.status === 'unknown' && item.error.hint).toBe(
      'The change may have happened, or may still happen. The same call may be made again.',
    )
    expect(cloud.sent).toEqual([])
  })
})

describe('a detach without an answer', () => {
  const cut = { code: 'network', message: 'cut', outcome: 'unknown', transient: true, scope: 'call' } as const

  it.each([
    ['is done if the instance shows no key pair', {}, 'i-1 changed at-next-start', []],
    ['is sent again if it shows the key pair', { keyPair: shown('new') }, 'i-1 changed at-next-start', ['detach i-1']],
    ['is done if it shows another one', { keyPair: shown('other') }, 'i-1 changed at-next-start', []],
    [
      'is unknown, and not sent again, if it shows others too',
      { keyPair: shown('new'), alsoBound: [shown('other')] },
      'i-1 unknown unknown conflict',
      [],
    ],
  ] as const)('%s', async (_, after, fate, sent) => {
    let isSent = false
    const cloud = smallCloud({ 'i-1': { keyPair: shown('new') } }, {}, (instances, plain): Partial<KeyPairDriver> => ({
      doDetachKeyPair: async (request, context) => {
        if (isSent) return plain.doDetachKeyPair(request, context)
        isSent = true
        instances.set('i-1', { id: 'i-1', power: 'running', ...after })
        return err(cut)
      },
    }))
    expect(fates(batchOf(await cloud.service.detach(deploy, ['i-1'])))).toEqual([fate])
    expect(cloud.sent).toEqual(sent)
  })
})

it('a detach that the cloud carries out later is done when no key pair is shown', async () => {
  const cloud: SmallCloud = smallCloud({ 'i-1': { keyPair: shown('new') } }, later, (instances) => ({
    doDetachKeyPair: async ({ instanceIds }) => {
      void cloud.clock.sleep(8_000, new AbortController().signal).then(() => {
        instances.set('i-1', { id: 'i-1', power: 'running' })
      })
      return ok(instanceIds.map((id) => ({ id, ok: true }) as const))
    },
  }))
  const from = cloud.clock.now()
  expect(fates(batchOf(await cloud.service.detach(deploy, ['i-1'])))).toEqual(['i-1 changed at-next-start'])
  expect(cloud.clock.now() - from).toBe(9_000)
})

it('an attach that the cloud refuses for now is sent again, without a read in between', async () => {
  const calls: string[] = []
  const { service } = smallCloud({ 'i-1': {} }, {}, (_, plain) => ({
    doDescribeInstances: async (request, context) => {
      calls.push('read')
      return plain.doDescribeInstances(request, context)
    },
    doAttachKeyPair: async (request, context) => {
      calls.push('attach')
      if (calls.length > 3) return plain.doAttachKeyPair(request, context)
      return err({ code: 'busy', message: 'later', outcome: 'none', transient: true, scope: 'call' })
    },
  }))
  expect((await service.attach(deploy, ['i-1'])).isOk()).toBe(true)
  expect(calls).toEqual(['read', 'attach', 'attach', 'attach'])
})

it('changes are sent in as few calls as the bytes of the ids allow', async () => {
  const seeds = { 'i-1': {}, 'i-2': {}, 'i-three': {}, 'i-4': {} }
  const { service, sent } = smallCloud(seeds, { change: { items: 10, bytes: 10 } }, () => ({
    bytesOf: (call, id) => (call === 'attach' ? id.length : 0),
  }))
  expect((await service.attach(deploy, Object.keys(seeds))).isOk()).toBe(true)
  expect(sent).toEqual(['attach i-1 i-2', 'attach i-three i-4'])
  expect((await service.detach(deploy, Object.keys(seeds))).isOk()).toBe(true)
  expect(sent.slice(2)).toEqual(['detach i-1 i-2 i-three i-4'])
})

describe('two changes of one instance', () => {
  /** Makes a cloud whose first attach takes a minute. */
  const slow = (): SmallCloud => {
    let isSent = false
    const cloud: SmallCloud = smallCloud({ 'i-1': {}, 'i-2': {} }, {}, (_, plain) => ({
      doAttachKeyPair: async (request, context) => {
        if (isSent) return plain.doAttachKeyPair(request, context)
        isSent = true
        await cloud.clock.sleep(50_000, context.signal)
        return plain.doAttachKeyPair(request, context)
      },
    }))
    return cloud
  }

  it('are made one after the other, and one of another instance does not wait', async () => {
    const { service, sent } = slow()
    const first = service.attach(deploy, ['i-1'])
    const second = service.attach({ name: 'other' }, ['i-1'])
    expect((await service.attach(deploy, ['i-2'])).isOk()).toBe(true)
    expect(sent).toEqual(['attach i-2'])
    expect((await first).isOk()).toBe(true)
    expect((await second)._unsafeUnwrap().items).toMatchObject([{ changed: true, replaced: shown('new') }])
    expect(sent).toEqual(['attach i-2', 'attach i-1', 'attach i-1'])
  })

  it.each([
    ['deadline', 'timeout'],
    ['signal', 'aborted'],
  ] as const)('end without effect if a %s ends the wait for the first', async (end, code) => {
    const cloud = slow()
    const first = cloud.service.attach(deploy, ['i-1'])
    const abort = new AbortController()
    void cloud.clock.sleep(5_000, new AbortController().signal).then(() => abort.abort())
    const options = end === 'deadline' ? { deadlineMs: 5_000 } : { signal: abort.signal }
    const error = (await cloud.service.attach({ name: 'other' }, ['i-1'], options))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code, outcome: 'none' })
    expect(cloud.sent).toEqual([])
    expect((await first).isOk()).toBe(true)
    expect((await cloud.service.attach({ name: 'other' }, ['i-1'])).isOk()).toBe(true)
  })
})

describe('a read of instances that fails', () => {
  const { service, sent } = smallCloud({ 'i-1': {} }, {}, () => ({ doDescribeInstances: async () => err(denied) }))

  it.each([
    ['an attach', () => service.attach(deploy, ['i-1'])],
    ['a detach', () => service.detach(deploy, ['i-1'])],
    ['a look at bindings', () => service.bindings(['i-1'])],
  ] as const)('is the plain error of %s', async (_, run) => {
    expect((await run())._unsafeUnwrapErr()).toMatchObject({ code: 'permission-denied', outcome: 'none' })
    expect(sent).toEqual([])
  })
})

describe('a key pair on instances', () => {
  it.each([
    [['id', 'name'], 'id'],
    [['name'], 'name'],
  ] as const)('goes by its id if the cloud resolves ids: %j', async (identity, by) => {
    const handles: string[] = []
    const { service } = smallCloud({ 'i-1': {} }, {}, (_, plain) => ({
      capabilities: { ...plain.capabilities, identity },
      doAttachKeyPair: async (request, context) => {
        handles.push(request.keyPair.by)
        return plain.doAttachKeyPair(request, context)
      },
    }))
    expect((await service.attach(deploy, ['i-1'])).isOk()).toBe(true)
    expect(handles).toEqual([by])
  })

  it('is told by its id, whatever name the instance shows', async () => {
    const { service, sent } = smallCloud({
      'i-1': { keyPair: { id: 'kp-new', name: 'renamed' } },
      'i-2': { keyPair: { id: 'kp-stranger', name: 'new' } },
    })
    const { items } = (await service.attach(deploy, ['i-1', 'i-2']))._unsafeUnwrap()
    expect(items.map((item) => item.status === 'succeeded' && item.changed)).toEqual([false, true])
    expect(sent).toEqual(['attach i-2'])
  })
})

describe('ids of instances', () => {
  const { service } = smallCloud({})

  it.each([
    ['no array', 'i-1', 'Instance ids are given as an array of strings'],
    ['an entry that is no text', ['i-1', 7], 'The instance id at index 1'],
  ] as const)('are a mistake of the programmer: %s', (_, ids, message) => {
    expect(() => service.attach(deploy, JSON.parse(JSON.stringify(ids)))).toThrow(TypeError)
    expect(() => service.attach(deploy, JSON.parse(JSON.stringify(ids)))).toThrow(message)
    expect(() => service.bindings(JSON.parse(JSON.stringify(ids)))).toThrow(message)
  })
})

it('a list of ids is read up to the first entry that is no text', () => {
  const { service } = smallCloud({})
  const read: string[] = []
  const list: readonly string[] = new Proxy(JSON.parse('["i-1", 7, "i-3"]'), {
    get: (target, field, receiver): unknown => {
      if (typeof field === 'string') read.push(field)
      return Reflect.get(target, field, receiver)
    },
  })
  expect(() => service.bindings(list)).toThrow('The instance id at index 1')
  expect(read.filter((field) => /^\d$/.test(field))).toEqual(['0', '1'])
})

describe('on a cloud that binds no key pairs to instances that exist', () => {
  const { service, sent } = smallCloud({ 'i-1': {} }, {}, (_, plain) => ({
    capabilities: { ...plain.capabilities, instances: false },
  }))

  it.each([
    ['an attach', () => service.attach(deploy, ['i-1'])],
    ['a detach', () => service.detach(deploy, ['i-1'], { takeEffect: 'now' })],
    ['a look at bindings', () => service.bindings(['i-1'])],
  ] as const)('%s is unsupported', async (_, run) => {
    expect((await run())._unsafeUnwrapErr()).toMatchObject({ code: 'unsupported', outcome: 'none' })
    expect(sent).toEqual([])
  })
})

it.each([
  [1, 9],
  [3, 9],
  [6, 12],
] as const)(
  'an attach of %i instances, three of which are read at once, tries its reads %i times',
  async (count, tries) => {
    let reads = 0
    const ids = Array.from({ length: count }, (_, index) => `i-${index}`)
    const { service } = smallCloud({}, { read: { items: 3 } }, () => ({
      doDescribeInstances: async () => {
        reads += 1
        return err({ code: 'unavailable', message: 'down', outcome: 'none', transient: true, scope: 'call' })
      },
    }))
    const error = (await service.attach(deploy, ids, { deadlineMs: 86_400_000 }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'none' })
    expect(reads).toBe(tries)
  },
)
