import { type Checkpoint, collect, err, type KeyPairError, type ServiceOptions } from '@cloud-keypair/core'
import { createKeyPairService, type KeyPairDriver } from '@cloud-keypair/core/driver'
import { describe, expect, it } from 'vitest'
import { changesOf, clouds, instancesOf, type Rollout, rolloutOf } from './rollout.js'
import { rsaKey } from '../support/rsa-keys.js'

const seeds = [
  { id: 'i-1', keyPair: 'old' },
  { id: 'i-2', keyPair: 'old' },
] as const
const ids = seeds.map(({ id }) => id)
const now = { takeEffect: 'now' } as const
const closed = {
  code: 'network',
  message: 'closed',
  outcome: 'none',
  transient: false,
  scope: 'call',
  closed: true,
} as const

interface Closable extends Rollout {
  /** The calls and ends of operations, in order. */
  readonly log: string[]
}

/** A service over a driver that fails after its close, as every adapter over HTTP does. */
async function closableOf(cloud: string, count = 2, options: ServiceOptions = {}): Promise<Closable> {
  const rollout = await rolloutOf(clouds[cloud] ?? {}, seeds.slice(0, count))
  const { driver, clock } = rollout
  const log: string[] = []
  let isClosed = false
  const unlessClosed =
    <Request, Context, T>(name: string, send: (request: Request, context: Context) => Promise<T>) =>
    async (request: Request, context: Context) => {
      if (isClosed) {
        log.push(`${name} after the close`)
        return err(closed)
      }
      log.push(name)
      return send(request, context)
    }
  const closable: KeyPairDriver = {
    ...driver,
    doDescribeKeyPairs: unlessClosed('lookup', driver.doDescribeKeyPairs),
    doDescribeInstances: unlessClosed('read', driver.doDescribeInstances),
    doImportKeyPair: unlessClosed('import', driver.doImportKeyPair),
    doAttachKeyPair: unlessClosed('attach', driver.doAttachKeyPair),
    doDetachKeyPair: unlessClosed('detach', driver.doDetachKeyPair),
    doStopInstances: unlessClosed('stop', driver.doStopInstances),
    doStartInstances: unlessClosed('start', driver.doStartInstances),
    doRebootInstances: unlessClosed('reboot', driver.doRebootInstances),
    close: async () => {
      isClosed = true
      log.push('close')
    },
  }
  return {
    ...rollout,
    driver: closable,
    log,
    service: createKeyPairService(closable, {
      ...options,
      testing: { clock, random: () => 0.5, ...options.testing },
    }),
  }
}

const stopping = Object.keys(clouds).filter((cloud) => cloud.startsWith('ens-like'))

describe('closing a service', () => {
  it.each(stopping)('starts what a running operation stopped, then closes the driver: %s', async (cloud) => {
    const { service, world, log } = await closableOf(cloud)
    let closing: Promise<void> | undefined
    const onProgress = ({ step }: { readonly step: string }): void => {
      if (step === 'attaching') closing ??= service.close()
    }
    const result = await service.attach({ name: 'new' }, ids, { ...now, onProgress })
    await closing
    expect(closing).toBeDefined()
    await world.settle()
    expect((await instancesOf(world)).map((text) => text.split(' ')[1])).toEqual(['running', 'running'])
    const error = result._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.leftStopped).toEqual([])
    expect(error.details.batch.items.map((item) => 'error' in item && item.error.code)).toEqual(['aborted', 'aborted'])
    expect(error.details.batch.items.map((item) => 'error' in item && item.error.message).join()).toContain(
      'the service was closed',
    )
    expect(log).toContain('start')
    expect(log.at(-1)).toBe('close')
    expect(log.filter((name) => name.includes('after'))).toEqual([])
  })

  it('waits for a start that the cloud refuses, until the deadline of the repair and no longer', async () => {
    const { service, world, clock, log } = await closableOf('ens-like, replaces')
    await world.fault({ on: 'start', kind: 'throttled', times: Infinity })
    let closing: Promise<number> | undefined
    let closedAt = 0
    const onProgress = ({ step }: { readonly step: string }): void => {
      if (step !== 'attaching' || closing !== undefined) return
      closedAt = clock.now()
      closing = service.close().then(() => clock.now() - closedAt)
    }
    const options = { ...now, onProgress, repairDeadlineMs: 90_000 }
    const error = (await service.attach({ name: 'new' }, ['i-1'], options))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.leftStopped).toEqual(['i-1'])
    const waitedMs = (await closing) ?? 0
    expect(waitedMs).toBeGreaterThan(80_000)
    expect(waitedMs).toBeLessThanOrEqual(91_000)
    expect(log.at(-1)).toBe('close')
  })

  it('starts what an earlier run stopped, also if its wave is read during the close', async () => {
    const { service, driver, world, clock } = await closableOf('ens-like, replaces', 1)
    let resume: Checkpoint | undefined
    const onCheckpoint = async (latest: Checkpoint): Promise<void> => {
      resume ??= latest
      throw new Error('cut off')
    }
    await service.attach({ name: 'new' }, ['i-1'], { ...now, onCheckpoint })
    const { signal } = new AbortController()
    await driver.doStopInstances({ instanceIds: ['i-1'], force: false }, { signal, token: '', trace: () => {} })
    await world.settle()
    let reads = 0
    let closing: Promise<void> | undefined
    const slow: KeyPairDriver = {
      ...driver,
      doDescribeInstances: async (request, context) => {
        reads += 1
        const answer = await driver.doDescribeInstances(request, context)
        // The second read is that of the wave. It is answered just after the close.
        if (reads === 2) {
          closing = second.close()
          await clock.sleep(5, signal)
        }
        return answer
      },
    }
    const second = createKeyPairService(slow, { testing: { clock, random: () => 0.5 } })
    const error = (await second.attach({ name: 'new' }, ['i-1'], { ...now, resume }))._unsafeUnwrapErr()
    await closing
    expect(closing).toBeDefined()
    await world.settle()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.leftStopped).toEqual([])
    expect((await instancesOf(world))[0]).toContain(' running ')
  })

  it.each([
    ['a check', 'check'],
    ['the first checkpoint', 'first'],
    ['the last checkpoint', 'last'],
    ['a listener', 'listener'],
  ] as const)('called from inside %s, resolves before the operation ends', async (_, from) => {
    for (const cloud of Object.keys(clouds)) {
      const { service, world } = await closableOf(cloud, 1)
      const order: string[] = []
      const close = async (): Promise<void> => {
        await service.close()
        order.push('closed')
      }
      let checkpoints = 0
      const result = await service.attach({ name: 'new' }, ['i-1'], {
        ...now,
        ...(from === 'check' && { check: close }),
        ...((from === 'first' || from === 'last') && {
          onCheckpoint: async () => {
            checkpoints += 1
            if (checkpoints === (from === 'first' ? 1 : 2)) await close()
          },
        }),
        ...(from === 'listener' && {
          onProgress: ({ step }) => void (step === 'attaching' && close()),
        }),
      })
      order.push('ended')
      await service.close()
      if (from !== 'last') expect(result.isErr()).toBe(true)
      expect(order.toSorted(), cloud).toEqual(['closed', 'ended'])
      await world.settle()
      expect((await instancesOf(world))[0], cloud).toContain(' running ')
    }
  })

  it('called from inside save, resolves, and the operation ends as aborted', async () => {
    const material = rsaKey()
    const { service, log } = await closableOf('ecs-like', 1, {
      testing: { generateKeyPair: async () => material },
    })
    const save = (): Promise<void> => service.close()
    const error = (await service.create({ name: 'next', save }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'aborted', outcome: 'none' })
    expect(log).not.toContain('import')
  })

  it('is the same promise when it is called again, by either name', async () => {
    const { service, log } = await closableOf('ecs-like')
    const first = service.close()
    expect(service.close()).toBe(first)
    expect(service[Symbol.asyncDispose]()).toBe(first)
    await first
    expect(log).toEqual(['close'])
  })

  it('answers each later operation with aborted, and sends nothing', async () => {
    const { service, world, log } = await closableOf('ecs-like')
    await world.forgetCalls()
    await service.close()
    const keyPair = { name: 'new' }
    const publicKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`
    let saved = 0
    const save = async (): Promise<void> => void (saved += 1)
    const results = [
      await service.create({ name: 'next', save }),
      await service.import({ name: 'next', publicKey }),
      await service.ensure({ name: 'next', publicKey }),
      await service.get(keyPair),
      await service.update(keyPair, { tags: { a: 'b' } }),
      await service.delete(keyPair),
      await service.deleteMany([keyPair]),
      await service.audit(),
      await service.attach(keyPair, ids),
      await service.attach(keyPair, ids, now),
      await service.detach(keyPair, ids),
      await service.rotate({ name: 'old' }, { name: 'next', publicKey }),
      await service.bindings(ids),
      await service.plan({ operation: 'attach', keyPair, instanceIds: ids }),
      await collect(service.list(), { max: 10 }),
      await collect(service.usages(keyPair), { max: 10 }),
    ]
    const errors = results.map((result): KeyPairError => result._unsafeUnwrapErr())
    expect(new Set(errors.map(({ code, outcome }) => `${code} ${outcome}`))).toEqual(new Set(['aborted none']))
    expect(errors[0]?.message).toContain('the service was closed')
    expect([saved, log, await changesOf(world)]).toEqual([0, ['close'], []])
  })

  it('ends a list at its next page', async () => {
    const { service, world } = await closableOf('ecs-like')
    await world.seedKeyPairs(Array.from({ length: 150 }, (_item, index) => ({ name: `k-${index}` })))
    const seen: string[] = []
    for await (const item of service.list()) {
      if (seen.length === 0) await service.close()
      seen.push(item.isOk() ? 'key pair' : item.error.code)
    }
    expect(seen.at(-1)).toBe('aborted')
    expect(seen.filter((one) => one === 'aborted')).toHaveLength(1)
    expect(seen.length).toBeLessThan(150)
  })

  it('ends a call that is under way at once', async () => {
    const { service, world, clock } = await closableOf('ecs-like')
    await world.fault({ on: 'lookup', kind: 'silence', commit: false })
    const before = clock.now()
    const got = service.get({ name: 'new' })
    await clock.sleep(1_000, new AbortController().signal)
    await service.close()
    expect((await got)._unsafeUnwrapErr()).toMatchObject({ code: 'aborted', outcome: 'none' })
    expect(clock.now() - before).toBeLessThanOrEqual(1_050)
  })

  it('resolves although the driver rejects, with a warning of the process', async () => {
    const { driver, clock } = await rolloutOf({}, [])
    const warnings: string[] = []
    const keep = ({ message }: Error): void => void warnings.push(message)
    process.on('warning', keep)
    const close = (): Promise<never> => Promise.reject(new Error('no'))
    await createKeyPairService({ ...driver, close }, { testing: { clock } }).close()
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', keep)
    expect(warnings).toEqual([expect.stringContaining('close')])
  })
})

describe('a repair', () => {
  it('ends at once if the transport is closed for good, and names what is left stopped', async () => {
    const { service, driver, clock } = await closableOf('ens-like, replaces')
    const before = clock.now()
    const onProgress = ({ step }: { readonly step: string }): void => {
      if (step === 'attaching') void driver.close()
    }
    const error = (await service.attach({ name: 'new' }, ['i-1'], { ...now, onProgress }))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.leftStopped).toEqual(['i-1'])
    expect(clock.now() - before).toBeLessThan(60_000)
  })
})
