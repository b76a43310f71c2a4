import { type Checkpoint, err, type KeyPairError, type Result, type RotationOptions } from '@cloud-keypair/core'
import { type CallFailure, createKeyPairService, type KeyPairDriver } from '@cloud-keypair/core/driver'
import type { Fault } from '@cloud-keypair/core/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { clouds, rolloutOf } from './rollout.js'
import { rsaKey } from '../support/rsa-keys.js'

const traits = clouds['volcengine-like'] ?? {}
const seeds = [
  { id: 'i-1', keyPair: 'old' },
  { id: 'i-2', keyPair: 'old' },
] as const
const batchMs = 300_000

let publicKey = ''
beforeAll(async () => {
  publicKey = rsaKey().publicKey.line
})

const busy: CallFailure = { code: 'busy', message: 'busy', outcome: 'none', transient: true, scope: 'call' }
const never = (): Promise<void> => new Promise(() => {})
const itemsOf = (error: KeyPairError): readonly string[] =>
  error.code === 'incomplete'
    ? error.details.batch.items.map((item) => `${item.id} ${item.status === 'succeeded' ? 'ok' : item.error.code}`)
    : []

describe('a rotation that ends by its deadline', () => {
  const deadlineMs = 15_000
  const stuck = (_id: string, signal: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut off'))))

  it.each<[string, Partial<RotationOptions>, Partial<Fault>?]>([
    ['while the replaced key pair is looked up', {}, { on: 'lookup' }],
    ['while a checkpoint is saved', { onCheckpoint: never }],
    ['while the new key pair is imported', {}, { on: 'import' }],
    ['while the instances are read', {}, { on: 'list-instances' }],
    ['while an instance is changed', {}, { on: 'attach' }],
    ['while an instance is restarted', {}, { on: 'reboot' }],
    ['while an instance is checked', { check: stuck }],
  ])('says timeout, %s', async (_, options, fault) => {
    const { service, world } = await rolloutOf(traits, seeds)
    if (fault?.on !== undefined) {
      await world.fault({ on: fault.on, kind: 'silence', commit: false, times: Infinity })
    }
    const error = (
      await service.rotate({ name: 'old' }, { name: 'next', publicKey, deadlineMs, ...options })
    )._unsafeUnwrapErr()
    const codes = error.code === 'incomplete' ? error.details.batch.failed.map((item) => item.error.code) : [error.code]
    const unsure = error.code === 'incomplete' ? error.details.batch.unknown.map((item) => item.error.code) : []
    expect(new Set([...codes, ...unsure])).toEqual(new Set(['timeout']))
  })

  it('says aborted if the caller ended it', async () => {
    const { service } = await rolloutOf(traits, seeds)
    const controller = new AbortController()
    const check = (id: string, signal: AbortSignal): Promise<void> => {
      const checked = stuck(id, signal)
      controller.abort()
      return checked
    }
    const { signal } = controller
    const error = (await service.rotate({ name: 'old' }, { name: 'next', publicKey, signal, check }))._unsafeUnwrapErr()
    expect(itemsOf(error)).toEqual(['i-1 aborted', 'i-2 aborted'])
  })
})

describe('a rotation ends', () => {
  it.each([0, 1])('if checkpoint %i is never saved', async (skip) => {
    const { service, clock } = await rolloutOf(traits, seeds)
    let saved = 0
    const onCheckpoint = (): Promise<void> => (saved++ < skip ? Promise.resolve() : never())
    const startedAt = clock.now()
    const error = (await service.rotate({ name: 'old' }, { name: 'next', publicKey, onCheckpoint }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'timeout', outcome: skip === 0 ? 'none' : 'partial' })
    expect(clock.now() - startedAt).toBeLessThan(2 * batchMs)
  })

  it.each([
    ['key pairs', 'none'],
    ['users', 'partial'],
    ['instances', 'partial'],
  ] as const)('if the %s are always busy', async (what, outcome) => {
    const { driver, clock } = await rolloutOf(traits, seeds)
    const stuck: KeyPairDriver = {
      ...driver,
      doDescribeKeyPairs: async (request, context) =>
        what === 'key pairs' ? err(busy) : driver.doDescribeKeyPairs(request, context),
      doDescribeInstances: async (request, context) =>
        what === (request.kind === 'exact' ? 'instances' : 'users')
          ? err(busy)
          : driver.doDescribeInstances(request, context),
    }
    const service = createKeyPairService(stuck, { testing: { clock, random: () => 0.5 } })
    const startedAt = clock.now()
    const error = (await service.rotate({ name: 'old' }, { name: 'next', publicKey }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'busy', outcome })
    if (outcome === 'partial') expect(error.hint).toContain('The new key pair exists.')
    expect(clock.now() - startedAt).toBeLessThan(2 * batchMs)
  })

  it('if it expects a plan and its reads are always busy', async () => {
    const { driver, service, clock } = await rolloutOf(traits, seeds)
    const request = { operation: 'rotate', replaced: { name: 'old' }, name: 'next', publicKey } as const
    const plan = (await service.plan(request))._unsafeUnwrap()
    let reads = 0
    const doDescribeInstances = async (): Promise<Result<never, CallFailure>> => {
      reads += 1
      return err(busy)
    }
    const stuck = createKeyPairService({ ...driver, doDescribeInstances }, { testing: { clock, random: () => 0.5 } })
    const startedAt = clock.now()
    const options = { name: 'next', publicKey, expect: plan }
    const error = (await stuck.rotate({ name: 'old' }, options))._unsafeUnwrapErr()
    expect([error.outcome, error.hint]).toEqual(['none', undefined])
    expect(clock.now() - startedAt).toBeLessThan(2 * batchMs)
    const before = reads
    await clock.sleep(batchMs, new AbortController().signal)
    expect(reads).toBe(before)
  })

  it('with the instances that got the replaced key pair again and again as failed', async () => {
    const { service, world } = await rolloutOf(traits, seeds.slice(0, 1))
    let last = 1
    const check = async (): Promise<void> => {
      last += 1
      await world.seedInstances([{ id: `i-${last}`, keyPair: 'old' }])
    }
    const error = (await service.rotate({ name: 'old' }, { name: 'next', publicKey, check }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'incomplete', outcome: 'partial' })
    expect(itemsOf(error)).toEqual(['i-1 ok', 'i-2 ok', 'i-3 ok', 'i-4 conflict'])
    expect((await world.snapshot()).keyPairs.map(({ name }) => name)).toContain('old')
  })
})

it('a rotation says that no instance has the new key pair only if no earlier run attached it', async () => {
  const { service } = await rolloutOf(traits, [...seeds, { id: 'i-3', keyPair: 'old', power: 'stopped' }])
  let checkpoint: Checkpoint | undefined
  const keep = async (latest: Checkpoint): Promise<void> => void (checkpoint = latest)
  await service.rotate({ name: 'old' }, { name: 'next', publicKey, onCheckpoint: keep })
  const hints: (string | undefined)[] = []
  for (const [name, resume] of [
    ['next', checkpoint],
    ['later', undefined],
  ] as const) {
    let saved = 0
    const onCheckpoint = async (): Promise<void> => {
      if (saved++ > 0) throw new Error('the disk is full')
    }
    const rotated = await service.rotate({ name: 'old' }, { name, publicKey, onCheckpoint, resume })
    hints.push(rotated._unsafeUnwrapErr().hint)
  }
  expect(hints).toEqual(['The new key pair exists.', 'The new key pair exists. No instance has it yet.'])
})

it('a rotation retries throttled reads as often as the number of instances allows', async () => {
  const many = Array.from(
    { length: 1_000 },
    (_, index) => ({ id: `i-${index}`, keyPair: 'old', power: 'stopped' }) as const,
  )
  const { driver, clock } = await rolloutOf(traits, many)
  let throttled = 0
  const doDescribeInstances: typeof driver.doDescribeInstances = async (request, context) => {
    if (request.kind !== 'exact' || throttled === 12) return driver.doDescribeInstances(request, context)
    throttled += 1
    return err({ ...busy, code: 'throttled' })
  }
  const service = createKeyPairService({ ...driver, doDescribeInstances }, { testing: { clock, random: () => 0.5 } })
  const rotated = (await service.rotate({ name: 'old' }, { name: 'next', publicKey }))._unsafeUnwrap()
  expect([rotated.pendingRestart.length, throttled]).toEqual([1_000, 12])
})
