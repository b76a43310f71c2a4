import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundAndAuthorized, byName, context, type Stage, stageOf } from './calls.js'
import type { MemoryTraits } from '@cloud-keypair/memory'

async function seeded(traits: Partial<MemoryTraits> = {}): Promise<Stage> {
  const stage = stageOf(traits)
  await stage.world.seedKeyPairs([{ name: 'a' }, { name: 'b' }])
  await stage.world.seedInstances([{ id: 'i-1', keyPair: 'a' }, { id: 'i-2' }, { id: 'i-3', kind: 'windows' }])
  return stage
}

const attach = ({ driver }: Stage, name: string, ...instanceIds: string[]) =>
  driver.doAttachKeyPair({ keyPair: byName(name), instanceIds }, context())
const detach = ({ driver }: Stage, name: string, ...instanceIds: string[]) =>
  driver.doDetachKeyPair({ keyPair: byName(name), instanceIds }, context())
const codes = async (call: ReturnType<typeof attach>) =>
  (await call)._unsafeUnwrap().map((verdict) => (verdict.ok ? 'ok' : verdict.failure.code))

describe('a restart', () => {
  it('gives an attached key to the guest', async () => {
    const stage = await seeded()
    expect(await codes(attach(stage, 'b', 'i-1'))).toEqual(['ok'])
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual(['b', ['a']])
    await stage.world.restart('i-1')
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual(['b', ['b']])
  })

  it('takes a detached key from the guest', async () => {
    const stage = await seeded()
    await detach(stage, 'a', 'i-1')
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual([null, ['a']])
    await stage.world.restart('i-1')
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual([null, []])
  })

  it('is a stop and a start, or a reboot', async () => {
    const stage = await seeded()
    const request = { instanceIds: ['i-1'], force: false }
    await attach(stage, 'b', 'i-1')
    await stage.driver.doStopInstances(request, context())
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual(['b', ['a']])
    expect(await codes(stage.driver.doRebootInstances(request, context()))).toEqual(['instance-state'])
    await stage.driver.doStartInstances(request, context())
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual(['b', ['b']])
    await detach(stage, 'b', 'i-1')
    await stage.driver.doRebootInstances(request, context())
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual([null, []])
  })

  it('lasts `powerChangeMs`, and reaches the guest at its end', async () => {
    const stage = await seeded({ powerChangeMs: 10_000 })
    const request = { instanceIds: ['i-1'], force: false }
    const power = async () => (await stage.world.snapshot()).instances[0]?.power
    await attach(stage, 'b', 'i-1')
    await stage.driver.doStopInstances(request, context())
    expect(await power()).toBe('stopping')
    expect(await codes(stage.driver.doStartInstances(request, context()))).toEqual(['instance-state'])
    stage.pass(10_000)
    expect(await power()).toBe('stopped')
    await stage.driver.doStartInstances(request, context())
    expect(await power()).toBe('starting')
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual(['b', ['a']])
    stage.pass(10_000)
    expect(await power()).toBe('running')
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual(['b', ['b']])
    expect((await stage.world.calls()).map(({ call }) => call)).toEqual(['attach', 'stop', 'start', 'start'])
  })

  it('by a reboot leaves the guest alone with `reboot: keeps-key`', async () => {
    const stage = await seeded({ reboot: 'keeps-key' })
    await attach(stage, 'b', 'i-1')
    await stage.driver.doRebootInstances({ instanceIds: ['i-1'], force: false }, context())
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual(['b', ['a']])
  })

  it('may never end: a stop that hangs, a start without stock', async () => {
    const stage = await seeded()
    const request = { instanceIds: ['i-1', 'i-2'], force: false }
    const powers = async () => (await stage.world.snapshot()).instances.map(({ power }) => power)
    await stage.world.fault({ on: 'stop', kind: 'hangs', ids: ['i-2'] })
    expect(await codes(stage.driver.doStopInstances(request, context()))).toEqual(['ok', 'ok'])
    stage.pass(3_600_000)
    expect(await powers()).toEqual(['stopped', 'stopping', 'running'])
    await stage.world.settle()
    expect(await powers()).toEqual(['stopped', 'stopped', 'running'])
    await stage.world.fault({ on: 'start', kind: 'items', ids: ['i-1'], as: 'no-stock' })
    expect(await codes(stage.driver.doStartInstances(request, context()))).toEqual(['capacity', 'ok'])
    expect(await powers()).toEqual(['stopped', 'running', 'running'])
  })

  it('gives the guest the bound key pair after any attaches and detaches', async () => {
    const change = fc.record({ how: fc.constantFrom(attach, detach), name: fc.constantFrom('a', 'b') })
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 8 }),
        fc.constantFrom('no-op', 'detaches'),
        async (changes, detachOther) => {
          const stage = await seeded({ detachOther })
          for (const { how, name } of changes) await how(stage, name, 'i-1')
          await stage.world.restart('i-1')
          const [bound, authorized] = await boundAndAuthorized(stage.world, 'i-1')
          expect(authorized).toEqual(bound === null ? [] : [bound])
        },
      ),
    )
  })

  it('keeps a detached key if a second change loses the first', async () => {
    const stage = await seeded({ secondChange: 'first-lost' })
    await detach(stage, 'a', 'i-1')
    await attach(stage, 'b', 'i-1')
    await detach(stage, 'b', 'i-1')
    await stage.world.restart('i-1')
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual([null, ['a']])
  })
})

describe('instances that cannot be changed', () => {
  it('are refused one by one', async () => {
    const stage = await seeded({ power: ['running'] })
    await stage.world.seedInstances([{ id: 'i-4', power: 'stopped' }])
    const verdicts = await codes(attach(stage, 'b', 'i-1', 'i-3', 'i-4', 'i-5'))
    expect(verdicts).toEqual(['ok', 'instance-unsupported', 'instance-state', 'not-found'])
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual(['b', ['a']])
  })

  it.each([
    ['whole-call-named', ['i-4', 'i-5']],
    ['whole-call-unnamed', []],
  ] as const)('refuse a whole call, %s, and nothing is done', async (refusal, culprits) => {
    const stage = await seeded({ refusal })
    const failure = (await attach(stage, 'b', 'i-1', 'i-4', 'i-5'))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ code: 'not-found', outcome: 'none', scope: 'items', culprits })
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual(['a', ['a']])
  })

  it('are not judged if the key pair is missing: the call is refused', async () => {
    const failure = (await attach(await seeded(), 'c', 'i-1'))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ code: 'not-found', scope: 'call', vendor: { code: 'KeyPairNotFound' } })
  })
})

describe('an attach over another key pair', () => {
  it('is refused with `attachOver: refused`, and an attach of the same key pair succeeds', async () => {
    const stage = await seeded({ attachOver: 'refused' })
    expect(await codes(attach(stage, 'b', 'i-1', 'i-2'))).toEqual(['conflict', 'ok'])
    expect(await codes(attach(stage, 'a', 'i-1'))).toEqual(['ok'])
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual(['a', ['a']])
  })
})

describe('a detach of another key pair', () => {
  it.each([
    ['no-op', 'ok', 'a'],
    ['error', 'conflict', 'a'],
    ['detaches', 'ok', null],
  ] as const)('is %s where the cloud has it so', async (detachOther, code, bound) => {
    const stage = await seeded({ detachOther })
    expect(await codes(detach(stage, 'b', 'i-1'))).toEqual([code])
    expect((await boundAndAuthorized(stage.world, 'i-1'))[0]).toBe(bound)
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
    const stage = await seeded({ refusesInUse: false })
    await stage.driver.doDeleteKeyPairs([{ name: 'a' }], context())
    expect(await boundAndAuthorized(stage.world, 'i-1')).toEqual(['a', ['a']])
    const request = { kind: 'exact', instanceIds: ['i-1'], cursor: undefined } as const
    const { items } = (await stage.driver.doDescribeInstances(request, context()))._unsafeUnwrap()
    expect(items).toMatchObject([{ id: 'i-1', keyPair: { name: 'a' } }])
  })

  it('is refused for 10 seconds after the detach with `deleteAfterDetach: after-seconds`', async () => {
    const stage = await seeded({ deleteAfterDetach: 'after-seconds' })
    const remove = async () => (await stage.driver.doDeleteKeyPairs([{ name: 'a' }], context()))._unsafeUnwrap()[0]?.ok
    await detach(stage, 'a', 'i-1')
    expect(await remove()).toBe(false)
    stage.pass(10_000)
    expect(await remove()).toBe(true)
  })
})
