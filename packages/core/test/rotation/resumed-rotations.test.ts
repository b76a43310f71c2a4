import { describe, expect, it } from 'vitest'
import type { Checkpoint, CheckpointInstance } from '../../src/contract/checkpoint.js'
import type { KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import type { KeyPair } from '../../src/contract/key-pair.js'
import type { RotateOptions } from '../../src/contract/rotation.js'
import type { KeyPairService } from '../../src/contract/service.js'
import { err, ok } from '../../src/result.js'
import { generateKeyPair } from '../../src/key-material/generate.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { batchOf, fates, shown, smallCloud, type SmallCloud } from '../small-cloud.js'
import { denied } from '../stub-driver.js'
import {
  anotherKey,
  attached,
  checkpointOf,
  done,
  inProgress,
  next,
  old,
  publicKey,
  two,
  waiting,
  withNext,
} from './next-key-pair.js'

const material = await generateKeyPair({ keyType: 'ed25519' })
const saved = {
  name: 'next',
  save: Object.assign(async () => {}, { load: async () => material.privateKey }),
} satisfies RotateOptions
const generated = { name: 'next', save: async () => {} } satisfies RotateOptions
const overCloud = ({ driver, clock }: SmallCloud): KeyPairService =>
  createKeyPairService(driver, { testing: { clock, random: () => 0.5, generateKeyPair: async () => material } })
const line = material.publicKey.line

/** A checkpoint that has no more than the name of the new key pair, as before the import. */
const early = checkpointOf([], { keyPair: { name: 'next' } })

describe('a rotation that is resumed takes up the new key pair of the earlier run', () => {
  it.each<[string, Partial<KeyPair>, Checkpoint['keyPair'], RotateOptions]>([
    ['by its id, a key was given', { publicKey }, { name: 'next', id: 'kp-next' }, next],
    ['by its id, the key is saved', { publicKey: line }, { name: 'next', id: 'kp-next' }, saved],
    ['by its id, the key cannot be loaded', { publicKey: line }, { name: 'next', id: 'kp-next' }, generated],
    ['by its id, the cloud shows no key', {}, { name: 'next', id: 'kp-next' }, next],
    ['by its fingerprint', { fingerprint: 'opaque' }, { name: 'next', fingerprint: 'opaque' }, generated],
    ['by the given key alone', { publicKey }, { name: 'next' }, next],
    [
      'by the given key, whatever fingerprint was written',
      { publicKey, fingerprint: 'b' },
      { name: 'next', fingerprint: 'a' },
      next,
    ],
    ['by the saved key alone', { publicKey: line }, { name: 'next' }, saved],
  ])('%s', async (_, shownBy, keyPair, options) => {
    const cloud = smallCloud({ 'i-1': old })
    cloud.keyPairs.set('next', { name: 'next', id: 'kp-next', ...shownBy })
    const resume = checkpointOf([{ ...waiting, id: 'i-1' }], { keyPair })
    const rotation = (await overCloud(cloud).rotate({ name: 'old' }, { ...options, resume }))._unsafeUnwrap()
    expect(rotation).toMatchObject({ keyPair: { name: 'next', id: 'kp-next' }, removed: true })
    expect(cloud.sent).toEqual(['attach i-1', 'reboot i-1', 'delete old'])
  })

  it.each([
    ['a given key', next, 'import next'],
    ['a generated key', generated, 'import next'],
    ['a saved key', saved, 'import next'],
  ] as const)('or imports %s if there is none, and only its name was written', async (_, options, first) => {
    const cloud = smallCloud({ 'i-1': old })
    const rotation = (await overCloud(cloud).rotate({ name: 'old' }, { ...options, resume: early }))._unsafeUnwrap()
    expect(rotation.removed).toBe(true)
    expect(cloud.sent[0]).toBe(first)
  })

  it('if its import finds the name taken by the given key, which was not listed before', async () => {
    const taken = {
      code: 'already-exists',
      message: 'taken',
      outcome: 'none',
      transient: false,
      scope: 'call',
    } as const
    for (const [resume, isTaken] of [
      [early, true],
      [undefined, false],
    ] as const) {
      let isListed = false
      const cloud: SmallCloud = smallCloud({ 'i-1': old }, {}, (_, plain) => ({
        doImportKeyPair: async () => {
          isListed = true
          return err(taken)
        },
        doDescribeKeyPairs: async (request, context) => {
          const found = await plain.doDescribeKeyPairs(request, context)
          return found.map(({ items }) => ({ items: items.filter(({ name }) => name !== 'next' || isListed) }))
        },
      }))
      cloud.keyPairs.set('next', { name: 'next', id: 'kp-next', publicKey })
      const rotated = await cloud.service.rotate({ name: 'old' }, { ...next, resume })
      expect(rotated.isOk()).toBe(isTaken)
      if (rotated.isErr()) expect(rotated.error).toMatchObject({ code: 'already-exists', outcome: 'none' })
    }
  })
})

describe('a rotation that is resumed ends before any change', () => {
  it.each<[string, Partial<KeyPair>, Checkpoint['keyPair'], RotateOptions, string]>([
    [
      'the written key pair has another key',
      { publicKey: anotherKey },
      { name: 'next', id: 'kp-next' },
      next,
      'conflict',
    ],
    ['the name has another key', { publicKey: anotherKey }, { name: 'next' }, saved, 'already-exists'],
    ['the written one is gone', { id: 'kp-9', publicKey }, { name: 'next', id: 'kp-next' }, next, 'conflict'],
    ['its fingerprint is another', { fingerprint: 'b' }, { name: 'next', fingerprint: 'a' }, generated, 'conflict'],
  ])('if %s', async (_, shownBy, keyPair, options, code) => {
    const cloud = smallCloud({ 'i-1': old })
    cloud.keyPairs.set('next', { name: 'next', id: 'kp-next', ...shownBy })
    const resume = checkpointOf([{ ...waiting, id: 'i-1' }], { keyPair })
    const error = (await overCloud(cloud).rotate({ name: 'old' }, { ...options, resume }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code, outcome: 'none' })
    expect(cloud.sent).toEqual([])
  })

  it.each([
    ['what it is', { name: 'next', id: 'kp-next' }, next],
    ['its name, and the key is given', { name: 'next' }, next],
    ['its name, and the key is saved', { name: 'next' }, saved],
  ] as const)('if the new key pair cannot be read; the checkpoint has %s', async (_, keyPair, options) => {
    const { service, sent } = withNext(
      smallCloud(two, {}, (__, plain) => ({
        doDescribeKeyPairs: async (request, context) => {
          const isNext = request.kind === 'exact' && request.keyPairs.some((one) => /next/.test(JSON.stringify(one)))
          return isNext ? err(denied) : plain.doDescribeKeyPairs(request, context)
        },
      })),
    )
    const resume = checkpointOf([waiting], { keyPair })
    const error = (await service.rotate({ name: 'old' }, { ...options, resume }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'permission-denied', outcome: 'none' })
    expect(sent).toEqual([])
  })
})

describe('a resumed rotation waits until the new key pair is listed', () => {
  /** Makes a cloud that lists `next` after some seconds. */
  const late = (unique: boolean): SmallCloud => {
    const cloud: SmallCloud = smallCloud({ 'i-1': old }, {}, (_, plain): Partial<KeyPairDriver> => ({
      capabilities: { ...plain.capabilities, name: { ...plain.capabilities.name, unique } },
      doDescribeKeyPairs: async (request, context) => {
        const found = await plain.doDescribeKeyPairs(request, context)
        const isListed = cloud.clock.now() >= listedAt
        return found.map(({ items }) => ({ items: items.filter(({ name }) => name !== 'next' || isListed) }))
      },
    }))
    const listedAt = cloud.clock.now() + 20_000
    return cloud
  }

  it.each<[string, boolean, Checkpoint['keyPair'], RotateOptions, boolean]>([
    ['that it can tell by more than the name', true, { name: 'next', id: 'kp-next' }, next, true],
    ['of a given key, if names repeat', false, { name: 'next' }, next, true],
    ['of a saved key, if names repeat', false, { name: 'next' }, saved, true],
    ['but not if a second import would fail', true, { name: 'next' }, next, false],
    ['but not if its key was not made yet', false, { name: 'next' }, generated, false],
  ])('%s', async (_, unique, keyPair, options, waits) => {
    const cloud = late(unique)
    const key = options.publicKey ?? line
    cloud.keyPairs.set('next', { name: 'next', id: 'kp-next', publicKey: key })
    const resume = checkpointOf([], { keyPair })
    const from = cloud.clock.now()
    let importedAt: number | undefined
    const driver: KeyPairDriver = {
      ...cloud.driver,
      doImportKeyPair: async (request, context) => {
        importedAt = cloud.clock.now()
        return cloud.driver.doImportKeyPair(request, context)
      },
    }
    const rotated = await overCloud({ ...cloud, driver }).rotate({ name: 'old' }, { ...options, resume })
    expect(rotated.isOk()).toBe(true)
    expect(importedAt).toBe(waits ? undefined : from)
  })
})

describe('the instances of a resumed rotation', () => {
  const rotated = async (cloud: SmallCloud, instances: readonly CheckpointInstance[]): Promise<readonly string[]> =>
    fates(batchOf(await cloud.service.rotate({ name: 'old' }, { ...next, resume: checkpointOf(instances) })))

  it('are those that were begun, and not those that waited and have another key pair now', async () => {
    const cloud = withNext(smallCloud({ 'i-1': attached, 'i-2': { keyPair: shown('other') }, 'i-3': old }))
    expect(await rotated(cloud, [done, waiting, { ...waiting, id: 'i-3' }])).toEqual([
      'i-1 changed now',
      'i-3 changed now',
    ])
    expect(cloud.keyPairs.has('old')).toBe(false)
  })

  it('are all of them if the replaced key pair is gone', async () => {
    const cloud = withNext(smallCloud({ 'i-1': attached, 'i-2': { keyPair: shown('other') }, 'i-3': attached }))
    cloud.keyPairs.delete('old')
    expect(await rotated(cloud, [done, waiting, { ...waiting, id: 'i-3' }])).toEqual([
      'i-1 changed now',
      'i-2 failed none conflict',
      'i-3 unchanged now',
    ])
  })

  it('are left if they have another key pair beside the new one, and the replaced one is gone', async () => {
    const cloud = withNext(smallCloud({ 'i-1': attached, 'i-2': { ...attached, alsoBound: [shown('other')] } }))
    cloud.keyPairs.delete('old')
    expect(await rotated(cloud, [done, waiting])).toEqual(['i-1 changed now', 'i-2 failed none conflict'])
    expect(cloud.sent).toEqual([])
  })

  it('are not those that somebody else gave the new key pair', async () => {
    const cloud = withNext(smallCloud({ 'i-1': old, 'i-9': attached }), { publicKey: line })
    const resume = checkpointOf([{ ...waiting, id: 'i-1' }])
    const batch = batchOf(await overCloud(cloud).rotate({ name: 'old' }, { ...saved, resume }))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    expect(cloud.sent).toEqual(['attach i-1', 'reboot i-1', 'delete old'])
  })
})

describe('a rotation that is repeated without its checkpoint', () => {
  it('restarts the instances that have the new key pair already, if its key is a saved one', async () => {
    const cloud = withNext(smallCloud({ 'i-1': attached, 'i-2': old, 'i-3': { keyPair: shown('other') } }), {
      publicKey: line,
    })
    const batch = batchOf(await overCloud(cloud).rotate({ name: 'old' }, saved))
    expect(fates(batch)).toEqual(['i-1 unchanged now', 'i-2 changed now'])
    expect(cloud.sent).toEqual(['reboot i-1', 'attach i-2', 'reboot i-2', 'delete old'])
  })

  it('is partial if those cannot be found', async () => {
    const cloud = withNext(
      smallCloud(two, {}, (_, plain) => ({
        doDescribeInstances: async (request, context) =>
          request.kind === 'bound-to' && request.keyPair.name === 'next'
            ? err(denied)
            : plain.doDescribeInstances(request, context),
      })),
      { publicKey: line },
    )
    const error = (await overCloud(cloud).rotate({ name: 'old' }, saved))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'permission-denied', outcome: 'partial' })
    expect(cloud.sent).toEqual([])
  })

  it.each([
    ['given', next],
    ['generated', generated],
  ] as const)('leaves what somebody else gave the new key pair, if its key is %s', async (_, options) => {
    const cloud: SmallCloud = smallCloud({ 'i-1': old }, {}, (instances, plain) => ({
      doImportKeyPair: async (request, context) => {
        instances.set('i-9', { id: 'i-9', power: 'running', ...attached })
        return plain.doImportKeyPair(request, context)
      },
    }))
    const batch = batchOf(await overCloud(cloud).rotate({ name: 'old' }, options))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    expect(cloud.sent).toEqual(['import next', 'attach i-1', 'reboot i-1', 'delete old'])
  })
})

describe('the checkpoint of a resumed rotation', () => {
  it.each([
    ['that cannot be saved says that the new key pair exists', checkpointOf([done]), 'The new key pair exists.'],
    ['of a first run adds that no instance has it', undefined, 'The new key pair exists. No instance has it yet.'],
  ] as const)('%s', async (_, resume, hint) => {
    let saves = 0
    const onCheckpoint = async (): Promise<void> => {
      if ((saves += 1) === 2) throw new Error('no space left')
    }
    const cloud = resume === undefined ? smallCloud({ 'i-1': old }) : withNext(smallCloud({ 'i-1': attached }))
    const error = (await cloud.service.rotate({ name: 'old' }, { ...next, resume, onCheckpoint }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'storage', outcome: 'partial', hint })
  })

  it('of a rotation whose new key pair is gone need not be saved to start what was stopped', async () => {
    let saves = 0
    const onCheckpoint = async (): Promise<void> => {
      if ((saves += 1) > 1) throw new Error('no space left')
    }
    const { service, sent } = smallCloud({ 'i-1': { ...old, power: 'stopped' } }, { power: ['stopped'] })
    const resume = checkpointOf([inProgress])
    const batch = batchOf(await service.rotate({ name: 'old' }, { ...next, resume, onCheckpoint }))
    expect(fates(batch)).toEqual(['i-1 failed none conflict'])
    expect(sent).toEqual(['start i-1'])
  })
})

it('a rotation over names that repeat refuses a taken name', async () => {
  const cloud = withNext(
    smallCloud(two, {}, (_, plain) => ({
      capabilities: { ...plain.capabilities, name: { ...plain.capabilities.name, unique: false } },
      doImportKeyPair: async ({ name }) => ok({ name, id: 'kp-second' }),
    })),
  )
  const error = (await cloud.service.rotate({ name: 'old' }, next))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'already-exists', outcome: 'none' })
})
