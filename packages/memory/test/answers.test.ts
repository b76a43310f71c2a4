import { parsePublicKey } from '@cloud-keypair/core'
import type { Fault } from '@cloud-keypair/core/testing'
import { describe, expect, it } from 'vitest'
import { boundAndAuthorized, byName, context, type Fixture, fixtureOf } from './calls.js'
import type { MemoryTraits } from '@cloud-keypair/memory'

async function seeded(traits: Partial<MemoryTraits> = {}): Promise<Fixture> {
  const fixture = fixtureOf(traits)
  await fixture.world.seedKeyPairs([{ name: 'a' }])
  await fixture.world.seedInstances([{ id: 'i-1' }, { id: 'i-2' }])
  return fixture
}

const request = { keyPair: byName('a'), instanceIds: ['i-1', 'i-2'] } as const
const metadata = { description: undefined, tags: {}, group: undefined } as const
const isBound = async ({ world }: Fixture) => (await boundAndAuthorized(world, 'i-1'))[0] === 'a'

describe('a token', () => {
  it('repeats the answer to the same request, and changes nothing more', async () => {
    const { driver, world } = await seeded({ createInCloud: true })
    const first = (await driver.doCreateKeyPair({ name: 'b', ...metadata }, context({ token: 't' })))._unsafeUnwrap()
    const again = (await driver.doCreateKeyPair({ name: 'b', ...metadata }, context({ token: 't' })))._unsafeUnwrap()
    expect(again.privateKey.reveal()).toBe(first.privateKey.reveal())
    expect((await world.snapshot()).keyPairs.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('is refused with another request', async () => {
    const { driver } = await seeded()
    await driver.doAttachKeyPair(request, context({ token: 't' }))
    const failure = (await driver.doDetachKeyPair(request, context({ token: 't' })))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ code: 'invalid-argument', outcome: 'none', transient: false })
  })

  it('is busy during the first request, and repeats its answer afterwards', async () => {
    const fixture = await seeded()
    const giveUp = new AbortController()
    await fixture.world.fault({ on: 'attach', kind: 'late', afterMs: 5_000 })
    const unanswered = fixture.driver.doAttachKeyPair(request, context({ token: 't', signal: giveUp.signal }))
    giveUp.abort()
    expect((await unanswered)._unsafeUnwrapErr()).toMatchObject({ outcome: 'unknown' })
    const busy = (await fixture.driver.doAttachKeyPair(request, context({ token: 't' })))._unsafeUnwrapErr()
    expect(busy).toMatchObject({ code: 'busy', outcome: 'unknown', transient: true })
    expect(await isBound(fixture)).toBe(false)
    fixture.pass(5_000)
    expect(await isBound(fixture)).toBe(true)
    expect((await fixture.driver.doAttachKeyPair(request, context({ token: 't' }))).isOk()).toBe(true)
  })

  it.each([
    ['replayed', 'not-found'],
    ['forgotten', 'ok'],
  ] as const)('of a refused call is %s', async (tokenFailure, expected) => {
    const { driver, world } = await seeded({ tokenFailure })
    const attach = async () =>
      (await driver.doAttachKeyPair({ ...request, keyPair: byName('b') }, context({ token: 't' }))).match(
        () => 'ok',
        ({ code }) => code,
      )
    expect(await attach()).toBe('not-found')
    await world.seedKeyPairs([{ name: 'b' }])
    expect(await attach()).toBe(expected)
  })

  it('of a create may repeat the answer without the private key, which is a failure', async () => {
    const { driver } = await seeded({ createReplay: 'without-private-key' })
    const create = () => driver.doCreateKeyPair({ name: 'b', ...metadata }, context({ token: 't' }))
    expect((await create()).isOk()).toBe(true)
    expect((await create())._unsafeUnwrapErr()).toMatchObject({
      code: 'invalid-response',
      outcome: 'unknown',
      transient: false,
    })
  })

  it('is ignored by a cloud without tokens', async () => {
    const { driver, world } = await seeded({ idempotencyToken: false })
    await driver.doAttachKeyPair(request, context({ token: 't' }))
    expect((await driver.doDetachKeyPair(request, context({ token: 't' }))).isOk()).toBe(true)
    expect((await world.calls()).every((call) => call.token === undefined)).toBe(true)
  })
})

describe('a fault', () => {
  const unanswered: readonly (readonly [Fault, string])[] = [
    [{ on: 'attach', kind: 'server-error', commit: true }, 'unavailable'],
    [{ on: 'attach', kind: 'server-error', commit: false }, 'unavailable'],
    [{ on: 'attach', kind: 'reset', commit: true }, 'network'],
    [{ on: 'attach', kind: 'reset', commit: false }, 'network'],
    [{ on: 'attach', kind: 'garbled', how: 'html', commit: true }, 'invalid-response'],
    [{ on: 'attach', kind: 'garbled', how: 'huge', commit: false }, 'invalid-response'],
  ]

  it.each(unanswered)('leaves the outcome unknown: %j', async (fault, code) => {
    const fixture = await seeded()
    await fixture.world.fault(fault)
    const failure = (await fixture.driver.doAttachKeyPair(request, context()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ code, outcome: 'unknown', transient: true })
    expect(await isBound(fixture)).toBe('commit' in fault && fault.commit)
  })

  it('of a read leaves nothing unknown', async () => {
    const { driver, world } = await seeded()
    await world.fault({ on: 'lookup', kind: 'reset', commit: false })
    const lookup = { kind: 'exact', keyPairs: [byName('a')], cursor: undefined } as const
    expect((await driver.doDescribeKeyPairs(lookup, context()))._unsafeUnwrapErr()).toMatchObject({
      outcome: 'none',
      transient: true,
    })
  })

  it.each([
    [
      { on: 'attach', kind: 'throttled', retryAfterMs: 3_000 },
      { code: 'throttled', transient: true, retryAfterMs: 3_000 },
    ],
    [
      { on: 'attach', kind: 'denied' },
      { code: 'permission-denied', transient: false },
    ],
  ] as const)('refuses before anything is done: %j', async (fault, expected) => {
    const fixture = await seeded()
    await fixture.world.fault(fault)
    const failure = (await fixture.driver.doAttachKeyPair(request, context()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ ...expected, outcome: 'none', scope: 'call' })
    expect(await isBound(fixture)).toBe(false)
  })

  it.each([
    ['gone', { code: 'not-found', transient: false }],
    ['throttled', { code: 'throttled', transient: true }],
    ['strange', { code: 'unknown', transient: false }],
  ] as const)('on an item refuses it as %s, and does the others', async (as, failure) => {
    const fixture = await seeded()
    await fixture.world.fault({ on: 'attach', kind: 'items', ids: ['i-2'], as })
    const verdicts = (await fixture.driver.doAttachKeyPair(request, context()))._unsafeUnwrap()
    expect(verdicts).toMatchObject([
      { id: 'i-1', ok: true },
      { id: 'i-2', ok: false, failure },
    ])
    expect(await boundAndAuthorized(fixture.world, 'i-2')).toEqual([null, []])
  })

  it.each([
    [{ on: 'attach', kind: 'omits', ids: ['i-1'] }, ['i-2']],
    [{ on: 'attach', kind: 'foreign', commit: true }, ['nobody-asked', 'i-1', 'i-2']],
    [{ on: 'attach', kind: 'repeats', commit: true }, ['i-1', 'i-2', 'i-1']],
    [{ on: 'attach', kind: 'contradicts', first: 'refused', commit: true }, ['i-1', 'i-2', 'i-1', 'i-2']],
  ] as const)('bends the answer, and the work is done: %j', async (fault, ids) => {
    const fixture = await seeded()
    await fixture.world.fault(fault)
    const verdicts = (await fixture.driver.doAttachKeyPair(request, context()))._unsafeUnwrap()
    expect(verdicts.map(({ id }) => id)).toEqual(ids)
    expect(await isBound(fixture)).toBe(true)
  })

  it('cuts a page short, and tells its cursor', async () => {
    const { driver, world } = await seeded()
    await world.fault({ on: 'read-instances', kind: 'short', items: 1 })
    const exact = { kind: 'exact', instanceIds: ['i-1', 'i-2'] } as const
    const first = (await driver.doDescribeInstances({ ...exact, cursor: undefined }, context()))._unsafeUnwrap()
    expect(first.items.map(({ id }) => id)).toEqual(['i-1'])
    const second = (await driver.doDescribeInstances({ ...exact, cursor: first.cursor }, context()))._unsafeUnwrap()
    expect(second.items.map(({ id }) => id)).toEqual(['i-2'])
  })

  it('gives a change up later, and the record tells its reason', async () => {
    const fixture = await seeded({ changes: 'later' })
    await fixture.world.fault({ on: 'attach', kind: 'fails-late' })
    const [verdict] = (await fixture.driver.doAttachKeyPair(request, context()))._unsafeUnwrap()
    fixture.pass(8_000)
    const exact = { kind: 'exact', instanceIds: ['i-1'], cursor: undefined } as const
    const { items } = (await fixture.driver.doDescribeInstances(exact, context()))._unsafeUnwrap()
    const task = verdict?.ok === true ? verdict.task : undefined
    expect(items).toMatchObject([{ failedTask: { id: task, failure: { message: 'the guest did not answer' } } }])
    expect(await isBound(fixture)).toBe(false)
  })

  it('is refused on a cloud that does not have it', async () => {
    const { world } = await seeded()
    await expect(world.fault({ on: 'attach', kind: 'fails-late' })).rejects.toThrow(TypeError)
  })

  it('strikes `times` calls after `skip` calls, and only its own kind of call', async () => {
    const { driver, world } = await seeded()
    await world.fault({ on: 'detach', kind: 'denied', skip: 1, times: 2 })
    await driver.doAttachKeyPair(request, context())
    const outcomes: boolean[] = []
    for (let call = 0; call < 4; call += 1) outcomes.push((await driver.doDetachKeyPair(request, context())).isOk())
    expect(outcomes).toEqual([true, false, false, true])
  })

  it('is removed by clearFaults', async () => {
    const { driver, world } = await seeded()
    await world.fault({ on: 'attach', kind: 'denied', times: Infinity })
    await world.clearFaults()
    expect((await driver.doAttachKeyPair(request, context())).isOk()).toBe(true)
  })
})

describe('an aborted signal', () => {
  it('before the call prevents the request', async () => {
    const fixture = await seeded()
    const failure = (
      await fixture.driver.doAttachKeyPair(request, context({ signal: AbortSignal.abort() }))
    )._unsafeUnwrapErr()
    expect(failure).toMatchObject({ code: 'aborted', outcome: 'none' })
    expect(await fixture.world.calls()).toEqual([])
    expect(await isBound(fixture)).toBe(false)
  })

  it.each([true, false])('ends a call without an answer (call carried out: %s)', async (commit) => {
    const fixture = await seeded()
    const giveUp = new AbortController()
    await fixture.world.fault({ on: 'attach', kind: 'silence', commit })
    const call = fixture.driver.doAttachKeyPair(request, context({ signal: giveUp.signal }))
    giveUp.abort()
    expect((await call)._unsafeUnwrapErr()).toMatchObject({ code: 'aborted', outcome: 'unknown' })
    expect(await isBound(fixture)).toBe(commit)
  })
})

describe('a read', () => {
  const instances = { kind: 'exact', instanceIds: ['i-1'], cursor: undefined } as const
  const seen = async ({ driver }: Fixture) =>
    (await driver.doDescribeInstances(instances, context()))._unsafeUnwrap().items[0]?.keyPair?.name

  it('shows the world as it was while it lags', async () => {
    const fixture = await seeded()
    await fixture.world.setReadLag(3_000)
    await fixture.driver.doAttachKeyPair(request, context())
    fixture.pass(2_999)
    expect(await seen(fixture)).toBeUndefined()
    fixture.pass(1)
    expect(await seen(fixture)).toBe('a')
  })

  it('shows an attach 10 seconds late with `boundAfterAttach: after-seconds`', async () => {
    const fixture = await seeded({ boundAfterAttach: 'after-seconds' })
    await fixture.driver.doAttachKeyPair(request, context())
    fixture.pass(9_999)
    expect(await seen(fixture)).toBeUndefined()
    await fixture.world.settle()
    expect(await seen(fixture)).toBe('a')
  })

  it('comes in pages that neither repeat nor skip an item that exists all the time', async () => {
    const { driver, world } = fixtureOf({ limits: { pageSize: 2 } })
    await world.seedKeyPairs(['a', 'b', 'c', 'd', 'e'].map((name) => ({ name })))
    const list = {
      kind: 'list',
      pageSize: 2,
      namePrefix: '',
      md5Fingerprint: undefined,
      tags: {},
      group: undefined,
    } as const
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = (await driver.doDescribeKeyPairs({ ...list, cursor }, context()))._unsafeUnwrap()
      names.push(...page.items.map(({ name }) => name))
      cursor = page.cursor
      if (names.length === 2) await driver.doDeleteKeyPairs([{ name: 'a' }], context())
    } while (cursor !== undefined)
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it.each([
    [{ identity: ['name'] }, ['id']],
    [{ publicKey: false }, ['publicKey']],
    [{ description: 'none', tags: 'none', group: 'none' }, ['description', 'tags', 'group']],
  ] as const)('tells only what the cloud tells: %j', async (traits, absent) => {
    const { driver, world } = fixtureOf(traits)
    await world.seedKeyPairs([{ name: 'a', description: 'd', tags: { t: '1' }, group: 'g' }])
    const lookup = { kind: 'exact', keyPairs: [byName('a')], cursor: undefined } as const
    const { items } = (await driver.doDescribeKeyPairs(lookup, context()))._unsafeUnwrap()
    const told = Object.keys(items[0] ?? {})
    const all = ['name', 'id', 'fingerprint', 'publicKey', 'description', 'tags', 'group', 'createdAt']
    expect(told).toEqual(all.filter((field) => !absent.some((one) => one === field)))
  })
})

describe('a call beyond a limit', () => {
  it('is refused as a whole', async () => {
    const { driver } = fixtureOf({ limits: { change: 1, delete: 2, bytes: 10 } })
    expect((await driver.doAttachKeyPair(request, context()))._unsafeUnwrapErr().code).toBe('invalid-argument')
    const names = ['long-name-1', 'long-name-2'].map((name) => ({ name }))
    expect((await driver.doDeleteKeyPairs(names, context()))._unsafeUnwrapErr().code).toBe('invalid-argument')
    expect((await driver.doDeleteKeyPairs(names.slice(1), context())).isOk()).toBe(true)
  })
})

describe('a seed', () => {
  it('has its own valid key', async () => {
    const { world } = fixtureOf()
    await world.seedKeyPairs([{ name: 'a' }, { name: 'b' }])
    const lines = (await world.snapshot()).keyPairs.map(({ publicKey }) => publicKey)
    expect(new Set(lines).size).toBe(2)
    for (const line of lines) expect(parsePublicKey(line).isOk()).toBe(true)
  })

  it('is refused if it makes no sense', async () => {
    const { world } = fixtureOf()
    await expect(world.seedKeyPairs([{ name: 'a', publicKey: 'no key' }])).rejects.toThrow(TypeError)
    await expect(world.seedInstances([{ id: 'i-1', keyPair: 'a' }])).rejects.toThrow(TypeError)
    await world.seedKeyPairs([{ name: 'a' }])
    await expect(world.seedKeyPairs([{ name: 'a' }])).rejects.toThrow(TypeError)
    await expect(world.restart('i-1')).rejects.toThrow(TypeError)
  })
})
