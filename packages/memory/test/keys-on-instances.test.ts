import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundAndAuthorized, byName, context, type Fixture, fixtureOf } from './calls.js'
import type { MemoryTraits } from '@cloud-keypair/memory'

async function seeded(traits: Partial<MemoryTraits> = {}): Promise<Fixture> {
  const fixture = fixtureOf(traits)
  await fixture.world.seedKeyPairs([{ name: 'a' }, { name: 'b' }])
  await fixture.world.seedInstances([{ id: 'i-1', keyPair: 'a' }, { id: 'i-2' }, { id: 'i-3', kind: 'windows' }])
  return fixture
}

const attach = ({ driver }: Fixture, name: string, ...instanceIds: string[]) =>
  driver.doAttachKeyPair({ keyPair: byName(name), instanceIds }, context())
const detach = ({ driver }: Fixture, name: string, ...instanceIds: string[]) =>
  driver.doDetachKeyPair({ keyPair: byName(name), instanceIds }, context())
const codes = async (call: ReturnType<typeof attach>) =>
  (await call)._unsafeUnwrap().map((verdict) => (verdict.ok ? 'ok' : verdict.failure.code))

describe('a restart', () => {
  it('gives an attached key to the guest', async () => {
    const fixture = await seeded()
    expect(await codes(attach(fixture, 'b', 'i-1'))).toEqual(['ok'])
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual(['b', ['a']])
    await fixture.world.restart('i-1')
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual(['b', ['b']])
  })

  it('takes a detached key from the guest', async () => {
    const fixture = await seeded()
    await detach(fixture, 'a', 'i-1')
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual([null, ['a']])
    await fixture.world.restart('i-1')
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual([null, []])
  })

  it('is a stop and a start, or a reboot', async () => {
    const fixture = await seeded()
    const request = { instanceIds: ['i-1'], force: false }
    await attach(fixture, 'b', 'i-1')
    await fixture.driver.doStopInstances(request, context())
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual(['b', ['a']])
    expect(await codes(fixture.driver.doRebootInstances(request, context()))).toEqual(['instance-state'])
    await fixture.driver.doStartInstances(request, context())
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual(['b', ['b']])
    await detach(fixture, 'b', 'i-1')
    await fixture.driver.doRebootInstances(request, context())
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual([null, []])
  })

  it('lasts `powerChangeMs`, and reaches the guest at its end', async () => {
    const fixture = await seeded({ powerChangeMs: 10_000 })
    const request = { instanceIds: ['i-1'], force: false }
    const power = async () => (await fixture.world.snapshot()).instances[0]?.power
    await attach(fixture, 'b', 'i-1')
    await fixture.driver.doStopInstances(request, context())
    expect(await power()).toBe('stopping')
    expect(await codes(fixture.driver.doStartInstances(request, context()))).toEqual(['instance-state'])
    fixture.pass(10_000)
    expect(await power()).toBe('stopped')
    await fixture.driver.doStartInstances(request, context())
    expect(await power()).toBe('starting')
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual(['b', ['a']])
    fixture.pass(10_000)
    expect(await power()).toBe('running')
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual(['b', ['b']])
    expect((await fixture.world.calls()).map(({ call }) => call)).toEqual(['attach', 'stop', 'start', 'start'])
  })

  it('by a reboot leaves the guest alone with `reboot: keeps-key`', async () => {
    const fixture = await seeded({ reboot: 'keeps-key' })
    await attach(fixture, 'b', 'i-1')
    await fixture.driver.doRebootInstances({ instanceIds: ['i-1'], force: false }, context())
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual(['b', ['a']])
  })

  it('may never end: a stop that hangs, a start without stock', async () => {
    const fixture = await seeded()
    const request = { instanceIds: ['i-1', 'i-2'], force: false }
    const powers = async () => (await fixture.world.snapshot()).instances.map(({ power }) => power)
    await fixture.world.fault({ on: 'stop', kind: 'hangs', ids: ['i-2'] })
    expect(await codes(fixture.driver.doStopInstances(request, context()))).toEqual(['ok', 'ok'])
    fixture.pass(3_600_000)
    expect(await powers()).toEqual(['stopped', 'stopping', 'running'])
    await fixture.world.settle()
    expect(await powers()).toEqual(['stopped', 'stopped', 'running'])
    await fixture.world.fault({ on: 'start', kind: 'items', ids: ['i-1'], as: 'no-stock' })
    expect(await codes(fixture.driver.doStartInstances(request, context()))).toEqual(['capacity', 'ok'])
    expect(await powers()).toEqual(['stopped', 'running', 'running'])
  })

  it('gives the guest the bound key pair after any attaches and detaches', async () => {
    const change = fc.record({ how: fc.constantFrom(attach, detach), name: fc.constantFrom('a', 'b') })
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 8 }),
        fc.constantFrom('no-op', 'detaches'),
        async (changes, detachOther) => {
          const fixture = await seeded({ detachOther })
          for (const { how, name } of changes) await how(fixture, name, 'i-1')
          await fixture.world.restart('i-1')
          const [bound, authorized] = await boundAndAuthorized(fixture.world, 'i-1')
          expect(authorized).toEqual(bound === null ? [] : [bound])
        },
      ),
    )
  })

  it('keeps a detached key if a second change loses the first', async () => {
    const fixture = await seeded({ secondChange: 'first-lost' })
    await detach(fixture, 'a', 'i-1')
    await attach(fixture, 'b', 'i-1')
    await detach(fixture, 'b', 'i-1')
    await fixture.world.restart('i-1')
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual([null, ['a']])
  })
})

describe('instances that cannot be changed', () => {
  it('are refused one by one', async () => {
    const fixture = await seeded({ power: ['running'] })
    await fixture.world.seedInstances([{ id: 'i-4', power: 'stopped' }])
    const verdicts = await codes(attach(fixture, 'b', 'i-1', 'i-3', 'i-4', 'i-5'))
    expect(verdicts).toEqual(['ok', 'instance-unsupported', 'instance-state', 'not-found'])
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual(['b', ['a']])
  })

  it.each([
    ['whole-call-named', ['i-4', 'i-5']],
    ['whole-call-unnamed', []],
  ] as const)('refuse a whole call, %s, and nothing is done', async (refusal, culprits) => {
    const fixture = await seeded({ refusal })
    const failure = (await attach(fixture, 'b', 'i-1', 'i-4', 'i-5'))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ code: 'not-found', outcome: 'none', scope: 'items', culprits })
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual(['a', ['a']])
  })

  it('are not judged if the key pair is missing: the call is refused', async () => {
    const failure = (await attach(await seeded(), 'c', 'i-1'))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ code: 'not-found', scope: 'call', vendor: { code: 'KeyPairNotFound' } })
  })
})

describe('an attach over another key pair', () => {
  it('is refused with `attachOver: refused`, and an attach of the same key pair succeeds', async () => {
    const fixture = await seeded({ attachOver: 'refused' })
    expect(await codes(attach(fixture, 'b', 'i-1', 'i-2'))).toEqual(['conflict', 'ok'])
    expect(await codes(attach(fixture, 'a', 'i-1'))).toEqual(['ok'])
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual(['a', ['a']])
  })
})

describe('a detach of another key pair', () => {
  it.each([
    ['no-op', 'ok', 'a'],
    ['error', 'conflict', 'a'],
    ['detaches', 'ok', null],
  ] as const)('is %s by the trait detachOther', async (detachOther, code, bound) => {
    const fixture = await seeded({ detachOther })
    expect(await codes(detach(fixture, 'b', 'i-1'))).toEqual([code])
    expect((await boundAndAuthorized(fixture.world, 'i-1'))[0]).toBe(bound)
  })
})

describe('a delete of a key pair in use', () => {
  it.each([
    ['in-use', 'in-use'],
    ['unknown', 'unknown'],
  ] as const)('is refused, with a code that is %s', async (inUseCode, code) => {
    const { driver } = await seeded({ inUseCode })
    const verdicts = await driver.doDeleteKeyPairs([{ name: 'a' }, { name: 'b' }], context())
    expect(verdicts._unsafeUnwrap().map((verdict) => (verdict.ok ? 'ok' : verdict.failure.code))).toEqual([code, 'ok'])
  })

  it('leaves the name on the instance if the cloud does not refuse', async () => {
    const fixture = await seeded({ refusesInUse: false })
    await fixture.driver.doDeleteKeyPairs([{ name: 'a' }], context())
    expect(await boundAndAuthorized(fixture.world, 'i-1')).toEqual(['a', ['a']])
    const request = { kind: 'exact', instanceIds: ['i-1'], cursor: undefined } as const
    const { items } = (await fixture.driver.doDescribeInstances(request, context()))._unsafeUnwrap()
    expect(items).toMatchObject([{ id: 'i-1', keyPair: { name: 'a' } }])
  })

  it('is refused for 10 seconds after the detach with `deleteAfterDetach: after-seconds`', async () => {
    const fixture = await seeded({ deleteAfterDetach: 'after-seconds' })
    const remove = async () =>
      (await fixture.driver.doDeleteKeyPairs([{ name: 'a' }], context()))._unsafeUnwrap()[0]?.ok
    await detach(fixture, 'a', 'i-1')
    expect(await remove()).toBe(false)
    fixture.pass(10_000)
    expect(await remove()).toBe(true)
  })
})
