import { describe, expect, it } from 'vitest'
import type { KeyPairHandle, KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import { err, ok } from '../../src/result.js'
import { batchOf, fates, shown, smallCloud, type SmallCloud } from '../small-cloud.js'
import { denied } from '../stub-driver.js'
import { anotherKey, attached, checkpointOf, done, next, old, three, two, waiting, withNext } from './next-key-pair.js'

const isThere = 'The new key pair exists.'
const rotateOld = ({ service }: SmallCloud, options = {}): ReturnType<SmallCloud['service']['rotate']> =>
  service.rotate({ name: 'old' }, { ...next, ...options })

/** Makes a cloud that denies reads, from when it is told to on. */
function denying(
  isDenied: (read: { readonly by: KeyPairHandle['by'] | 'instances' | 'users'; readonly of: string }) => boolean,
  seeds: Parameters<typeof smallCloud>[0] = two,
): SmallCloud {
  return smallCloud(seeds, {}, (_, plain): Partial<KeyPairDriver> => ({
    doDescribeKeyPairs: async (request, context) => {
      const [handle] = request.kind === 'exact' ? request.keyPairs : []
      if (handle === undefined) return plain.doDescribeKeyPairs(request, context)
      const of = handle.by === 'id' ? handle.id : handle.name
      return isDenied({ by: handle.by, of }) ? err(denied) : plain.doDescribeKeyPairs(request, context)
    },
    doDescribeInstances: async (request, context) => {
      const read =
        request.kind === 'exact'
          ? { by: 'instances' as const, of: request.instanceIds.join(' ') }
          : { by: 'users' as const, of: request.kind === 'bound-to' ? request.keyPair.name : '' }
      return isDenied(read) ? err(denied) : plain.doDescribeInstances(request, context)
    },
  }))
}

describe('a rotation after whose import a read is denied is partial, and attaches nothing', () => {
  it.each([
    ['of the users', denying(({ by }) => by === 'users'), {}],
    ['of the instances', denying(({ by }) => by === 'instances'), {}],
  ] as const)('%s', async (_, cloud, options) => {
    const error = (await rotateOld(cloud, options))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'permission-denied', outcome: 'partial', retry: 'after-check', hint: isThere })
    expect(cloud.sent).toEqual(['import next'])
  })

  it('of others with the new name, on a cloud that shows names that repeat', async () => {
    let isImported = false
    const cloud: SmallCloud = smallCloud(two, { showsKeyPairId: false }, (_, plain) => ({
      capabilities: { ...plain.capabilities, name: { ...plain.capabilities.name, unique: false } },
      doImportKeyPair: async (request, context) => {
        isImported = true
        return plain.doImportKeyPair(request, context)
      },
      doDescribeKeyPairs: async (request, context) => {
        const isByName = request.kind === 'exact' && request.keyPairs.some(({ by }) => by === 'name')
        return isImported && isByName ? err(denied) : plain.doDescribeKeyPairs(request, context)
      },
    }))
    const error = (await rotateOld(cloud))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'permission-denied', outcome: 'partial', hint: isThere })
    expect(cloud.sent).toEqual(['import next'])
  })
})

describe('a rotation whose new key pair cannot be read at the end', () => {
  it('is partial, and keeps the replaced key pair and what it attached', async () => {
    const cloud: SmallCloud = denying(({ of }) => of === 'kp-next' && cloud.sent.includes('reboot i-2'))
    const error = (await rotateOld(cloud))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'permission-denied', outcome: 'partial', hint: isThere })
    expect(cloud.sent).toEqual(['import next', 'attach i-1', 'reboot i-1', 'attach i-2', 'reboot i-2'])
  })

  it('tells of the instances that failed before', async () => {
    const cloud: SmallCloud = denying(({ of }) => of === 'kp-next' && cloud.sent.includes('attach i-2'))
    cloud.refuses.set('attach i-2', { code: 'quota-exceeded', message: 'no', transient: false })
    expect(fates(batchOf(await rotateOld(cloud)))).toEqual(['i-1 changed now', 'i-2 failed none quota-exceeded'])
  })
})

it('a rotation whose replaced key pair cannot be read at the end is partial, and says what to do', async () => {
  const cloud: SmallCloud = denying(({ of }) => of === 'kp-old' && cloud.sent.includes('reboot i-2'))
  const error = (await rotateOld(cloud))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'permission-denied', outcome: 'partial' })
  expect(error.hint).toBe('Every instance has the new key pair. Delete the replaced key pair.')
  expect(cloud.keyPairs.has('old')).toBe(true)
})

it('a rotation compares the new key once more if somebody takes its name after the last wave', async () => {
  let lists = 0
  const cloud: SmallCloud = smallCloud({ 'i-1': old }, {}, (_, plain) => ({
    capabilities: { ...plain.capabilities, identity: ['name'] },
    doDescribeInstances: async (request, context) => {
      if (request.kind === 'bound-to') lists += 1
      if (lists === 2) cloud.keyPairs.set('next', { name: 'next', id: 'kp-next', publicKey: anotherKey })
      return plain.doDescribeInstances(request, context)
    },
  }))
  const batch = batchOf(await rotateOld(cloud))
  expect(fates(batch)).toEqual(['i-1 failed none conflict'])
  expect(cloud.instances.get('i-1')).toMatchObject(old)
  expect(cloud.sent.at(-1)).toBe('reboot i-1')
})

it('a rotation does not restart an instance twice that a late list still shows with the replaced key pair', async () => {
  const { service, sent } = smallCloud(two, {}, (_, plain) => ({
    doDescribeInstances: async (request, context) =>
      request.kind === 'exact'
        ? plain.doDescribeInstances(request, context)
        : ok({ items: Object.entries(two).map(([id, had]) => ({ id, power: 'running', ...had }) as const) }),
  }))
  expect((await service.rotate({ name: 'old' }, next))._unsafeUnwrap().removed).toBe(true)
  expect(sent).toEqual(['import next', 'attach i-1', 'reboot i-1', 'attach i-2', 'reboot i-2', 'delete old'])
})

it('a rotation whose attach is never answered is unknown, and gives no other advice', async () => {
  const cut = { code: 'network', message: 'cut', outcome: 'unknown', transient: true, scope: 'call' } as const
  const { service } = smallCloud({ 'i-1': old }, {}, () => ({ doAttachKeyPair: async () => err(cut) }))
  const error = (await service.rotate({ name: 'old' }, next))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'incomplete', outcome: 'unknown' })
  expect(error.hint).not.toContain(isThere)
})

it('a plan of a rotation that fails has changed nothing', async () => {
  const { service, sent } = denying(({ by }) => by === 'users')
  const planned = await service.plan({ operation: 'rotate', replaced: { name: 'old' }, ...next })
  const error = planned._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'permission-denied', outcome: 'none' })
  expect(error.hint).toBeUndefined()
  expect(sent).toEqual([])
})

describe('a replaced key pair that somebody uses again at the end', () => {
  it.each([true, false])('is not deleted, on a cloud that refuses that itself: %s', async (refusesInUse) => {
    let lists = 0
    const cloud: SmallCloud = smallCloud({ 'i-1': old }, {}, (instances, plain) => ({
      capabilities: { ...plain.capabilities, delete: { ...plain.capabilities.delete, refusesInUse } },
      doDescribeInstances: async (request, context) => {
        if (request.kind === 'exact') return plain.doDescribeInstances(request, context)
        const answer = await plain.doDescribeInstances(request, context)
        if ((lists += 1) === 2) instances.set('i-9', { id: 'i-9', power: 'running', ...old })
        return answer
      },
      doDeleteKeyPairs: async (keyPairs, context) =>
        refusesInUse
          ? ok(
              keyPairs.map(({ id = '' }) => {
                const failure = { code: 'in-use', message: 'in use', transient: false } as const
                return { id, ok: false, failure }
              }),
            )
          : plain.doDeleteKeyPairs(keyPairs, context),
    }))
    const error = (await rotateOld(cloud))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'in-use', outcome: 'partial', details: { instanceIds: ['i-9'] } })
    expect(cloud.keyPairs.has('old')).toBe(true)
    expect(cloud.instances.get('i-9')).toMatchObject(old)
  })
})

describe('a wave of a rotation', () => {
  const hanging = (): Promise<void> => new Promise(() => {})

  it.each([
    [undefined, 1_800_000],
    [120_000, 120_000],
  ] as const)('with a deadline of %s ends after %i ms', async (waveDeadlineMs, expected) => {
    const cloud = smallCloud({ 'i-1': old })
    let checkedAt = 0
    let endedAt = 0
    const check = (_id: string, signal: AbortSignal): Promise<void> => {
      checkedAt = cloud.clock.now()
      signal.addEventListener('abort', () => (endedAt = cloud.clock.now()))
      return hanging()
    }
    const batch = batchOf(await rotateOld(cloud, { check, waveDeadlineMs, deadlineMs: 7_200_000 }))
    expect(fates(batch)).toEqual(['i-1 failed none timeout'])
    expect(batch.failed[0]?.error.message).toContain('the check was cut off before it finished')
    expect(endedAt - checkedAt).toBeLessThanOrEqual(expected)
    expect(endedAt - checkedAt).toBeGreaterThan(expected - 60_000)
  })

  const stopped = { ...done, power: 'stopped' } as const

  it.each([
    ['nothing', [], 'attach i-2'],
    ['an instance that waits', [{ ...waiting, id: 'i-1' }], 'attach i-1'],
    ['an instance in progress', [{ ...done, step: 'in-progress' }], 'attach i-2'],
    ['a stopped instance that is done', [stopped], 'attach i-2'],
    ['a running instance that is done', [done], 'attach i-2 i-3'],
  ] as const)('is of one instance first after an earlier run with %s', async (_, instances, first) => {
    const isBegun = instances.some(({ step }) => step !== 'waiting')
    const cloud = withNext(smallCloud({ ...three, 'i-1': isBegun || instances.length === 0 ? attached : old }))
    await rotateOld(cloud, { resume: checkpointOf(instances), maxUnavailable: 2 })
    expect(cloud.sent.find((call) => call.startsWith('attach'))).toBe(first)
  })
})

it('a rotation with a check that approves keeps the new key pair everywhere', async () => {
  const { service, sent, instances } = smallCloud({ ...two, 'i-3': { keyPair: shown('other') } })
  const rotation = (await service.rotate({ name: 'old' }, { ...next, check: async () => {} }))._unsafeUnwrap()
  expect(fates(rotation.batch)).toEqual(['i-1 changed now', 'i-2 changed now'])
  expect([...instances.values()].map(({ keyPair }) => keyPair?.name)).toEqual(['next', 'next', 'other'])
  expect(sent.at(-1)).toBe('delete old')
})
