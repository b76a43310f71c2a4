import {
  type Checkpoint,
  type InstanceBatch,
  type KeyPairError,
  type KeyPairService,
  ok,
  type Result,
} from '@cloud-keypair/core'
import {
  type CallContext,
  createKeyPairService,
  type ItemVerdict,
  type KeyPairDriver,
  type PowerRequest,
} from '@cloud-keypair/core/driver'
import { describe, expect, it } from 'vitest'
import { changesOf, clouds, instancesOf, type Rollout, rolloutOf } from './rollout.js'

const now = { takeEffect: 'now' } as const
const ens = clouds['ens-like, says that it refuses'] ?? {}
const ecs = clouds['ecs-like'] ?? {}
const two = [
  { id: 'i-1', keyPair: 'old' },
  { id: 'i-2', keyPair: 'old' },
] as const

function batchOf(result: Result<InstanceBatch, KeyPairError<InstanceBatch>>): InstanceBatch {
  return result.match(
    (batch) => batch,
    (error) => {
      if (error.code !== 'incomplete') throw error
      return error.details.batch
    },
  )
}

/** Returns each item as `failed partial capacity`, or only its status. */
function fates({ items }: InstanceBatch): readonly string[] {
  return items.map((item) =>
    item.status === 'succeeded' ? item.status : `${item.status} ${item.error.outcome} ${item.error.code}`,
  )
}

/** Attaches `new`, and tells when the first instance is changed. */
function beginning(service: KeyPairService, ids: readonly string[]) {
  let begin = (): void => {}
  const begun = new Promise<void>((resolve) => void (begin = resolve))
  const options = { ...now, maxUnavailable: ids.length, onProgress: () => begin() }
  return [service.attach({ name: 'new' }, ids, options), begun] as const
}

/** Returns the rollout over a driver with some calls replaced. */
function tampered(rollout: Rollout, overrides: Partial<KeyPairDriver>): Rollout {
  const driver = { ...rollout.driver, ...overrides }
  return {
    ...rollout,
    driver,
    service: createKeyPairService(driver, { testing: { clock: rollout.clock, random: () => 0.5 } }),
  }
}

describe('a reboot that was not answered, and not seen at once', () => {
  it.each(['rebooting', 'starting'] as const)('is waited for while the cloud shows %s', async (shown) => {
    const rollout = await rolloutOf(ecs, two)
    const states: string[] = []
    const { service, world } = tampered(rollout, {
      doDescribeInstances: async (request, context) => {
        const page = await rollout.driver.doDescribeInstances(request, context)
        return page.map(({ items, ...rest }) => ({
          ...rest,
          items: items.map((item) => ({ ...item, power: item.power === 'rebooting' ? shown : item.power })),
        }))
      },
      doAttachKeyPair: async (request, context) => {
        states.push(...(await instancesOf(rollout.world)))
        return rollout.driver.doAttachKeyPair(request, context)
      },
    })
    await world.fault({ on: 'reboot', kind: 'reset', commit: true })
    await world.setReadLag(2_500)
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], now))
    expect(fates(batch)).toEqual(['failed partial instance-state', 'succeeded'])
    expect(batch.leftStopped).toEqual([])
    expect(states.slice(2)).toEqual(['i-1 running new/new', 'i-2 running old/old'])
    expect(await instancesOf(world)).toEqual(['i-1 running new/new', 'i-2 running new/new'])
  })
})

describe('a reboot that takes effect late', () => {
  it('ends before the next instance is restarted', async () => {
    const rollout = await rolloutOf(ecs, two)
    let maxDown = 0
    const { service, world } = tampered(rollout, {
      doDescribeInstances: async (request, context) => {
        const { instances } = await rollout.world.snapshot()
        maxDown = Math.max(maxDown, instances.filter(({ power }) => power !== 'running').length)
        return rollout.driver.doDescribeInstances(request, context)
      },
    })
    await world.fault({ on: 'reboot', kind: 'late', afterMs: 45_000 })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], now))
    expect(fates(batch)).toEqual(['succeeded', 'succeeded'])
    expect(maxDown).toBe(1)
    expect(await instancesOf(world)).toEqual(['i-1 running new/new', 'i-2 running new/new'])
  })
})

describe('a reboot that hangs', () => {
  it('is listed as down, and no more than maxUnavailable are rebooted', async () => {
    const { service, world } = await rolloutOf(ecs, two)
    await world.fault({ on: 'reboot', kind: 'hangs', ids: ['i-1', 'i-2'], times: Infinity })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], { ...now, deadlineMs: 7_200_000 }))
    expect(fates(batch)).toEqual(['failed partial timeout', 'failed none aborted'])
    expect(batch.leftStopped).toEqual(['i-1'])
    expect(batch.failed[0]?.error.hint).toContain('its reboot was not seen to end')
    expect(await changesOf(world)).toEqual(['attach i-1', 'reboot i-1'])
  })

  it('is listed if the key was there before', async () => {
    const { service, world } = await rolloutOf(ecs, [{ id: 'i-1', keyPair: 'new' }])
    await world.fault({ on: 'reboot', kind: 'hangs', ids: ['i-1'] })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1'], now))
    expect(fates(batch)).toEqual(['failed partial timeout'])
    expect(batch.leftStopped).toEqual(['i-1'])
  })
})

describe('a reboot that was never answered', () => {
  it('does not have outcome none, even if the key was there before', async () => {
    const { service, world } = await rolloutOf(ecs, [{ id: 'i-1', keyPair: 'new' }])
    await world.fault({ on: 'reboot', kind: 'silence', commit: true, times: Infinity })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1'], { ...now, deadlineMs: 100_000 }))
    expect(fates(batch)).toEqual(['failed partial timeout'])
  })
})

describe('an attach that fails while the instance is stopped', () => {
  it('attaches the earlier key again before the start', async () => {
    const { service, world } = await rolloutOf(ens, two)
    await world.fault({ on: 'attach', kind: 'items', ids: ['i-1'], as: 'strange' })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], now))
    expect(fates(batch)).toEqual(['failed none unknown', 'succeeded'])
    expect(batch.leftStopped).toEqual([])
    expect(await instancesOf(world)).toEqual(['i-1 running old/old', 'i-2 running new/new'])
  })

  it('starts an instance that had no key pair', async () => {
    const { service, world } = await rolloutOf(ens, [{ id: 'i-1' }])
    await world.fault({ on: 'attach', kind: 'items', ids: ['i-1'], as: 'strange' })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1'], now))
    expect(fates(batch)).toEqual(['failed none unknown'])
    expect(await instancesOf(world)).toEqual(['i-1 running -/-'])
  })

  it('leaves the instance stopped and lists it, if the earlier key cannot be attached again', async () => {
    const { service, world } = await rolloutOf(ens, two)
    await world.fault({ on: 'attach', kind: 'items', ids: ['i-1'], as: 'strange', times: Infinity })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], now))
    expect(fates(batch)).toEqual(['failed partial unknown', 'failed none aborted'])
    expect(batch.leftStopped).toEqual(['i-1'])
    expect(batch.failed[0]?.error.hint).toContain('No key pair is bound')
    expect(await instancesOf(world)).toEqual(['i-1 stopped -/old', 'i-2 running old/old'])
  })

  it('attaches the earlier key of a stopped instance again, and does not start it', async () => {
    const { service, world } = await rolloutOf(ens, [{ id: 'i-1', keyPair: 'old', power: 'stopped' }])
    await world.fault({ on: 'attach', kind: 'items', ids: ['i-1'], as: 'strange' })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1'], now))
    expect(fates(batch)).toEqual(['failed none unknown'])
    expect(await instancesOf(world)).toEqual(['i-1 stopped old/old'])
  })
})

describe.each(['ens-like, refuses', 'ens-like, says that it refuses'])(
  'a detach that takes effect late, %s',
  (name) => {
    const traits = clouds[name] ?? {}

    it.each(['deadline', 'abort'] as const)('leaves no guest without a key after the %s', async (end) => {
      const { service, world, clock } = await rolloutOf(traits, two)
      await world.fault({ on: 'detach', kind: 'late', afterMs: 30_000, times: Infinity })
      const abort = new AbortController()
      void clock.sleep(end === 'abort' ? 12_000 : Infinity, abort.signal).then(() => abort.abort())
      const options = { ...now, signal: abort.signal, ...(end === 'deadline' && { deadlineMs: 40_000 }) }
      const batch = batchOf(await service.attach({ name: 'new' }, ['i-1'], options))
      expect(fates(batch)).toEqual([end === 'abort' ? 'failed none aborted' : 'failed none timeout'])
      await world.settle()
      expect(await instancesOf(world)).toEqual(['i-1 running old/old', 'i-2 running old/old'])
    })

    it('after its resend was answered, takes no key from a guest, and is no success', async () => {
      const { service, world } = await rolloutOf({ ...traits, detachOther: 'detaches' }, two)
      await world.fault({ on: 'detach', kind: 'late', afterMs: 30_000 })
      const batch = batchOf(await service.attach({ name: 'new' }, ['i-1'], now))
      expect(fates(batch)).toEqual(['failed none conflict'])
      expect(batch.failed[0]?.error.message).toContain('an unanswered detach')
      expect(await instancesOf(world)).toEqual(['i-1 running old/old', 'i-2 running old/old'])
    })
  },
)

describe('a call that takes effect late, after an answer without a verdict', () => {
  const failure = { code: 'unavailable', message: 'internal', outcome: 'unknown', transient: false } as const
  const answers: Readonly<Record<string, (id: string) => readonly ItemVerdict[]>> = {
    'a doubtful verdict': (id) => [{ id, ok: false, failure }],
    'no verdict': () => [],
  }
  const calls = ['doStopInstances', 'doDetachKeyPair'] as const

  it.each(calls.flatMap((call) => Object.keys(answers).map((answer) => ({ call, answer }))))(
    'leaves the instance running with its key: $call, $answer',
    async ({ call, answer }) => {
      const rollout = await rolloutOf(ens, two)
      const { driver, world, clock } = rollout
      let isFirst = true
      const late = <T extends { readonly instanceIds: readonly string[] }>(
        change: (request: T, context: CallContext) => ReturnType<KeyPairDriver['doStopInstances']>,
      ): typeof change => {
        return async (request, context) => {
          if (!isFirst) return change(request, context)
          isFirst = false
          const signal = new AbortController().signal
          void clock.sleep(20_000, signal).then(() => change(request, { ...context, signal }))
          return ok(request.instanceIds.flatMap((id) => answers[answer]?.(id) ?? []))
        }
      }
      const overrides = {
        doStopInstances: { doStopInstances: late(driver.doStopInstances) },
        doDetachKeyPair: { doDetachKeyPair: late(driver.doDetachKeyPair) },
      }[call]
      const { service } = tampered(rollout, overrides)
      const batch = batchOf(await service.attach({ name: 'new' }, ['i-1'], now))
      expect(batch.leftStopped).toEqual([])
      await clock.sleep(60_000, new AbortController().signal)
      await world.settle()
      expect((await instancesOf(world))[0]).toBe('i-1 running old/old')
    },
  )
})

describe('an instance that the cloud will not start', () => {
  it('is listed, and no more than maxUnavailable are stopped', async () => {
    const { service, world, clock } = await rolloutOf(ens, two)
    await world.fault({ on: 'start', kind: 'items', ids: ['i-1'], as: 'no-stock', times: Infinity })
    const from = clock.now()
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], { ...now, repairDeadlineMs: 100_000 }))
    expect(fates(batch)).toEqual(['failed partial capacity', 'failed none aborted'])
    expect(batch.leftStopped).toEqual(['i-1'])
    expect(await instancesOf(world)).toEqual(['i-1 stopped new/old', 'i-2 running old/old'])
    expect(clock.now() - from).toBeGreaterThan(100_000)
    expect(clock.now() - from).toBeLessThan(200_000)
  })

  it('counts against maxUnavailable of the next waves', async () => {
    const ids = ['i-1', 'i-2', 'i-3', 'i-4', 'i-5']
    const { service, world } = await rolloutOf(
      ens,
      ids.map((id) => ({ id, keyPair: 'old' })),
    )
    await world.fault({ on: 'start', kind: 'items', ids: ['i-1'], as: 'no-stock', times: Infinity })
    const batch = batchOf(await service.attach({ name: 'new' }, ids, { ...now, maxUnavailable: 2 }))
    expect(fates(batch)).toEqual(['failed partial capacity', ...Array<string>(4).fill('succeeded')])
    const starts = (await changesOf(world)).filter((call) => call.startsWith('start') && !call.endsWith('i-1'))
    expect(starts).toEqual(['start i-2', 'start i-3', 'start i-4', 'start i-5'])
  })

  it('does not block changes that stop nothing', async () => {
    const { service, world } = await rolloutOf(ens, [two[0], { id: 'i-2', keyPair: 'old', power: 'stopped' }])
    await world.fault({ on: 'start', kind: 'items', ids: ['i-1'], as: 'no-stock', times: Infinity })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], now))
    expect(fates(batch)).toEqual(['failed partial capacity', 'succeeded'])
  })

  it('is retried until it starts', async () => {
    const { service, world } = await rolloutOf(ens, two)
    await world.fault({ on: 'start', kind: 'items', ids: ['i-1'], as: 'no-stock', times: 3 })
    expect(fates(batchOf(await service.attach({ name: 'new' }, ['i-1'], now)))).toEqual(['succeeded'])
    expect(await instancesOf(world)).toEqual(['i-1 running new/new', 'i-2 running old/old'])
  })
})

describe('a stop that hangs', () => {
  it('ends as a failure that names the instance', async () => {
    const { service, world } = await rolloutOf(ens, two)
    await world.fault({ on: 'stop', kind: 'hangs', ids: ['i-1'] })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], now))
    expect(fates(batch)).toEqual(['failed partial timeout', 'failed none aborted'])
    expect(batch.leftStopped).toEqual(['i-1'])
  })

  it('does not keep other instances of its wave down', async () => {
    const { service, world } = await rolloutOf(ens, two)
    await world.fault({ on: 'stop', kind: 'hangs', ids: ['i-1'] })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], { ...now, maxUnavailable: 2 }))
    expect(fates(batch)).toEqual(['failed partial timeout', 'succeeded'])
    expect((await instancesOf(world))[1]).toBe('i-2 running new/new')
  })

  it('does not hang with force, and stops are not forced without', async () => {
    const rollout = await rolloutOf(ens, two)
    const requests: PowerRequest[] = []
    const { service, world } = tampered(rollout, {
      doStopInstances: (request, context) => {
        requests.push(request)
        return rollout.driver.doStopInstances(request, context)
      },
    })
    await service.attach({ name: 'new' }, ['i-1'], now)
    await world.fault({ on: 'stop', kind: 'hangs', ids: ['i-2'] })
    const forced = await service.attach({ name: 'new' }, ['i-2'], { ...now, force: true })
    expect(fates(batchOf(forced))).toEqual(['succeeded'])
    expect(requests.map(({ force }) => force)).toEqual([false, true])
  })
})

describe('an abort', () => {
  it.each(Object.keys(clouds))('leaves no instance stopped and nobody locked out, at any moment: %s', async (name) => {
    const traits = clouds[name] ?? {}
    for (let seconds = 0; seconds < 100; seconds += 3) {
      const { service, world, clock } = await rolloutOf(traits, two)
      const abort = new AbortController()
      void clock.sleep(seconds * 1_000 + 1, new AbortController().signal).then(() => abort.abort())
      const result = await service.attach({ name: 'new' }, ['i-1', 'i-2'], { ...now, signal: abort.signal })
      const { instances } = await world.snapshot()
      const items = result.isOk() || result.error.code === 'incomplete' ? batchOf(result).items : []
      for (const { id, power, bound, authorized } of instances) {
        expect(power, `${id} after ${seconds} s`).not.toMatch(/stop/)
        expect(authorized, `${id} after ${seconds} s`).toHaveLength(1)
        const item = items.find((one) => one.id === id)
        if (item?.status === 'succeeded') expect(authorized, `${id} after ${seconds} s`).toEqual(['new'])
        if (item?.status === 'failed' && item.error.outcome === 'none') expect(bound).toBe('old')
      }
    }
  })

  it('is answered at once if no instance needs repair', async () => {
    const { service, clock } = await rolloutOf(ecs, two)
    const abort = new AbortController()
    let abortedAt = Infinity
    void clock.sleep(9_500, new AbortController().signal).then(() => {
      abortedAt = clock.now()
      abort.abort()
    })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], { ...now, signal: abort.signal }))
    expect(clock.now() - abortedAt).toBeLessThan(50)
    expect(fates(batch)).toEqual(['failed partial aborted', 'failed none aborted'])
  })

  it('or a deadline does not shorten the repair', async () => {
    const { service, world } = await rolloutOf(ens, two)
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], { ...now, deadlineMs: 10_000 }))
    expect(fates(batch)).toEqual(['failed none timeout', 'failed none timeout'])
    expect(batch.leftStopped).toEqual([])
    expect(await instancesOf(world)).toEqual(['i-1 running old/old', 'i-2 running old/old'])
  })
})

describe('a stop that takes effect long after an abort', () => {
  it.each([0, 10_000])('is waited for, and the instance started, with reads %i ms late', async (readLagMs) => {
    const { service, world, clock } = await rolloutOf(ens, two.slice(0, 1))
    await world.setReadLag(readLagMs)
    await world.fault({ on: 'stop', kind: 'late', afterMs: 55_000 })
    const abort = new AbortController()
    void clock.sleep(1_000, new AbortController().signal).then(() => abort.abort())
    batchOf(await service.detach({ name: 'old' }, ['i-1'], { ...now, signal: abort.signal }))
    await world.settle()
    expect(await instancesOf(world)).toEqual(['i-1 running old/old'])
  })
})

describe('somebody else', () => {
  it('who changes the key of a stopped instance causes a conflict, and the instance is started', async () => {
    const rollout = await rolloutOf(ens, two)
    const other = rollout.driver
    const { service, world } = tampered(rollout, {
      doAttachKeyPair: async (request, context) => {
        const attached = await other.doAttachKeyPair(request, context)
        for (const name of ['new', 'other']) {
          const keyPair = { by: 'name', name } as const
          const change = name === 'new' ? other.doDetachKeyPair : other.doAttachKeyPair
          await change({ keyPair, instanceIds: request.instanceIds }, context)
        }
        return attached
      },
    })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1'], now))
    expect(fates(batch)).toEqual(['failed partial conflict'])
    expect(await instancesOf(world)).toEqual(['i-1 running other/other', 'i-2 running old/old'])
  })

  it.each([
    ['attach', {}],
    ['detach', { keyPair: 'new' }],
  ] as const)('who attaches another key pair while it is stopped for our %s keeps it', async (call, seed) => {
    const replacing = { ...clouds['ens-like, replaces'], detachOther: 'detaches' } as const
    const rollout = await rolloutOf(replacing, [{ id: 'i-1', ...seed }])
    const { driver } = rollout
    const { service, world } = tampered(rollout, {
      doStopInstances: async (request, context) => {
        const stopped = await driver.doStopInstances(request, context)
        await rollout.world.settle()
        const keyPair = { by: 'name', name: 'other' } as const
        await driver.doAttachKeyPair({ keyPair, instanceIds: request.instanceIds }, context)
        return stopped
      },
    })
    const changed =
      call === 'attach'
        ? await service.attach({ name: 'new' }, ['i-1'], { ...now, onlyIfVacant: true })
        : await service.detach({ name: 'new' }, ['i-1'], now)
    expect(fates(batchOf(changed))).toEqual(['failed none conflict'])
    expect(await instancesOf(world)).toEqual(['i-1 running other/other'])
  })

  it('within the same service waits for the instance', async () => {
    const { service, world } = await rolloutOf(ecs, two)
    const [first, begun] = beginning(service, ['i-1', 'i-2'])
    await begun
    const second = service.attach({ name: 'other' }, ['i-2'])
    expect((await first).isOk()).toBe(true)
    expect((await second)._unsafeUnwrap().items).toMatchObject([{ replaced: { name: 'new' } }])
    expect(await changesOf(world)).toEqual(['attach i-1 i-2', 'reboot i-1 i-2', 'attach i-2'])
  })

  it('is not waited for longer than the deadline', async () => {
    const { service, world } = await rolloutOf(ecs, two)
    const [first, begun] = beginning(service, ['i-1'])
    await begun
    const second = await service.attach({ name: 'other' }, ['i-1'], { deadlineMs: 1_000 })
    expect(second._unsafeUnwrapErr()).toMatchObject({ code: 'timeout', outcome: 'none' })
    expect((await first).isOk()).toBe(true)
    expect(await changesOf(world)).toEqual(['attach i-1', 'reboot i-1'])
  })
})

describe('a check', () => {
  it('that rejects ends the operation', async () => {
    const { service, world } = await rolloutOf(ecs, [...two, { id: 'i-3', keyPair: 'old', power: 'stopped' }])
    const checked: string[] = []
    const check = async (id: string) => {
      checked.push(id)
      throw new Error('no login')
    }
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2', 'i-3'], { ...now, check }))
    expect(fates(batch)).toEqual(['failed partial aborted', 'failed none aborted', 'failed none aborted'])
    expect(batch.failed[0]?.error.message).toContain('no login')
    expect(checked).toEqual(['i-1'])
    expect(await changesOf(world)).toEqual(['attach i-1', 'reboot i-1'])
  })

  it('that hangs is cut off by the deadline', async () => {
    const { service } = await rolloutOf(ecs, two)
    const check = () => new Promise<void>(() => {})
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], { ...now, check, deadlineMs: 60_000 }))
    expect(fates(batch)).toEqual(['failed partial timeout', 'failed none timeout'])
  })

  it.each(['deadline', 'abort'] as const)('that gives up at the %s approves nothing', async (end) => {
    const { service } = await rolloutOf(ecs, two)
    const abort = new AbortController()
    const checkpoints: Checkpoint[] = []
    const check = (_id: string, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('no login')))
        if (end === 'abort') abort.abort()
      })
    const onCheckpoint = async (checkpoint: Checkpoint) => void checkpoints.push(checkpoint)
    const options = { ...now, check, onCheckpoint, signal: abort.signal, deadlineMs: 120_000 }
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1'], options))
    expect(fates(batch)[0]).toMatch(/^failed partial/)
    expect(checkpoints.at(-1)?.instances.map(({ step }) => step)).toEqual(['in-progress'])
  })

  it('that the deadline leaves no time for approves nothing', async () => {
    const { service, world } = await rolloutOf(ens, two)
    const checked: string[] = []
    const options = { ...now, check: async (id: string) => void checked.push(id), deadlineMs: 30_000 }
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1'], options))
    expect(fates(batch)).toEqual(['failed partial timeout'])
    expect(checked).toEqual([])
    expect((await instancesOf(world))[0]).toBe('i-1 running new/new')
  })
})

describe('answers that are lost', () => {
  const kinds = [
    { kind: 'silence', commit: true },
    { kind: 'silence', commit: false },
    { kind: 'reset', commit: true },
    { kind: 'server-error', commit: true },
    { kind: 'late', afterMs: 30_000 },
    { kind: 'late', afterMs: 70_000 },
  ] as const
  const calls = ['stop', 'detach', 'attach', 'start', 'reboot', 'read-instances'] as const
  const cases = Object.keys(clouds).flatMap((cloud) =>
    calls.flatMap((on) => kinds.map((kind) => ({ cloud, on, kind }))),
  )

  it.each(cases)('$kind.kind on $on, $cloud', async ({ cloud, on, kind }) => {
    const { service, world } = await rolloutOf(clouds[cloud] ?? {}, two)
    await world.fault({ on, ...kind, skip: on === 'read-instances' ? 3 : 0 })
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], now))
    expect(fates(batch)).toEqual(['succeeded', 'succeeded'])
    await world.settle()
    expect(await instancesOf(world)).toEqual(['i-1 running new/new', 'i-2 running new/new'])
  })
})

it('an attach starts the instances that it stopped even without permission to read', async () => {
  const { service, world } = await rolloutOf(ens, two)
  await world.fault({ on: 'read-instances', kind: 'denied', skip: 3, times: Infinity })
  const batch = batchOf(await service.attach({ name: 'new' }, ['i-1', 'i-2'], { ...now, repairDeadlineMs: 60_000 }))
  expect(batch.leftStopped).toEqual(['i-1'])
  expect(fates(batch)[0]).toMatch(/^failed/)
  expect(await instancesOf(world)).toEqual(['i-1 running old/old', 'i-2 running old/old'])
})

it('a listener that throws is a process warning, and the result is returned', async () => {
  const { service } = await rolloutOf(ens, two)
  const warnings: unknown[] = []
  const uncaught: unknown[] = []
  const warned = (warning: Error): unknown => warnings.push(warning.name)
  const thrown = (error: Error): unknown => uncaught.push(error)
  process.on('warning', warned)
  process.on('uncaughtException', thrown)
  const onProgress = () => {
    throw new Error('mine')
  }
  const result = await service.attach({ name: 'new' }, ['i-1'], { ...now, onProgress })
  await new Promise(setImmediate)
  process.off('warning', warned)
  process.off('uncaughtException', thrown)
  expect(result.isOk()).toBe(true)
  expect(warnings).toContain('CloudKeyPairWarning')
  expect(uncaught).toEqual([])
})

describe('a blocking key pair that cannot be distinguished from its namesake', () => {
  it.each([
    ['refused', 'running'],
    ['refused-untold', 'stopped'],
  ] as const)('is neither detached nor taken for gone: %s, %s', async (attachOver, power) => {
    const traits = { ...ens, attachOver, uniqueNames: false, showsKeyPairId: false } as const
    const { service, world } = await rolloutOf(traits, [])
    await world.seedKeyPairs([{ name: 'twin' }, { name: 'twin' }])
    await world.seedInstances([{ id: 'i-1', power, keyPair: 'twin' }])
    const before = await instancesOf(world)
    const batch = batchOf(await service.attach({ name: 'new' }, ['i-1'], now))
    expect(fates(batch)).toEqual(['failed none conflict'])
    expect(await changesOf(world)).toEqual([])
    expect(await instancesOf(world)).toEqual(before)
  })
})
