import type { Checkpoint, GeneratedKeyPairMaterial, RotateOptions, Secret } from '@cloud-keypair/core'
import { memoryVariants } from '@cloud-keypair/memory'
import { beforeAll, describe, expect, it } from 'vitest'
import { changesOf, clouds, instancesOf, type Rollout, rolloutOf } from './rollout.js'
import { rsaKey } from '../support/rsa-keys.js'

let leaked: GeneratedKeyPairMaterial
let other: string
beforeAll(async () => {
  leaked = rsaKey()
  other = rsaKey(1).publicKey.line
})

const traits = { ...clouds, ...memoryVariants }
/** The clouds that let no two keys be compared: there, only the name and the id tell. */
const opaque = ['opaque fingerprints', 'nothing is kind']
const comparable = Object.keys(traits).filter((name) => !opaque.includes(name))

/** Makes a cloud in which `leaked` is bound to an instance. */
async function cloudOf(name: string): Promise<Rollout> {
  const rollout = await rolloutOf(traits[name] ?? {}, [])
  await rollout.world.seedKeyPairs([{ name: 'leaked', publicKey: leaked.publicKey.line }])
  await rollout.world.seedInstances([{ id: 'i-1', keyPair: 'leaked' }])
  return rollout
}

const reuse = (key: Secret): RotateOptions['save'] => Object.assign(async () => {}, { load: async () => key })

async function refused(rollout: Rollout, options: RotateOptions): Promise<void> {
  const { service, world, driver } = rollout
  const { identity } = driver.capabilities
  const [found] = (
    await driver.doDescribeKeyPairs(
      {
        kind: 'list',
        cursor: undefined,
        pageSize: 10,
        namePrefix: 'leaked',
        md5Fingerprint: undefined,
        tags: {},
        group: undefined,
      },
      { signal: new AbortController().signal, token: '', trace: () => {} },
    )
  )._unsafeUnwrap().items
  const id = found?.id ?? ''
  const replaced = identity.includes('id') ? { id } : { name: 'leaked' }
  await world.forgetCalls()
  const error = (await service.rotate(replaced, options))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'invalid-argument', retry: 'never' })
  expect(error.outcome).toBe('none')
  expect(await changesOf(world)).toEqual([])
  expect(await instancesOf(world)).toEqual(['i-1 running leaked/leaked'])
}

describe.each(comparable)('a rotation to the replaced key, %s', (cloud) => {
  it('is refused before any restart if the key is given', async () => {
    await refused(await cloudOf(cloud), { name: 'next', publicKey: leaked.publicKey.line })
  })

  it('is refused before any restart if the key is in its file', async () => {
    const save = reuse(leaked.privateKey) ?? expect.fail()
    await refused(await cloudOf(cloud), { name: 'next', save })
  })
})

describe.each(Object.keys(traits))('a rotation of a key pair to itself, %s', (cloud) => {
  it('is refused before any change', async () => {
    const save = reuse(leaked.privateKey) ?? expect.fail()
    const rollout = await cloudOf(cloud)
    await refused(rollout, { name: 'leaked', save })
    expect(await changesOf(rollout.world)).toEqual([])
  })
})

it('a resume whose checkpoint has the replaced key pair as the new one is refused', async () => {
  const { service, world } = await cloudOf('volcengine-like')
  const { id = '', fingerprint = '' } = (await service.get({ name: 'leaked' }))._unsafeUnwrap()
  let checkpoint: Checkpoint | undefined
  const onCheckpoint = async (latest: Checkpoint): Promise<void> => {
    checkpoint ??= latest
    throw new Error('cut off')
  }
  await service.rotate({ id }, { name: 'next', publicKey: other, onCheckpoint })
  const resume: Checkpoint = {
    ...(checkpoint ?? expect.fail()),
    keyPair: { name: 'leaked', id, fingerprint },
  }
  const error = (await service.rotate({ id }, { name: 'leaked', publicKey: other, resume }))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'invalid-argument', outcome: 'none' })
  expect(await changesOf(world)).toEqual([])
})
