import { describe, expect, it } from 'vitest'
import type { KeyPair } from '../../src/contract/key-pair.js'
import { err, ok } from '../../src/result.js'
import { generateKeyPair, type GenerateKeyPairOptions } from '../../src/key-material/generate.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { shown, smallCloud, type SmallCloud } from '../small-cloud.js'
import { denied } from '../stub-driver.js'
import { anotherKey, checkpointOf, next, old, publicKey, two, waiting, withNext } from './next-key-pair.js'

const material = await generateKeyPair({ keyType: 'ed25519' })

/** Makes a cloud whose answer to an import is given. */
const answering = (imported: Partial<KeyPair>, replaced: Partial<KeyPair> = {}): SmallCloud => {
  const cloud: SmallCloud = smallCloud(two, {}, () => ({
    doImportKeyPair: async ({ name }) => {
      cloud.sent.push(`import ${name}`)
      const made = { name, ...imported }
      cloud.keyPairs.set(made.name, made)
      return ok(made)
    },
  }))
  cloud.keyPairs.set('old', { name: 'old', id: 'kp-old', ...replaced })
  return cloud
}

describe('a rotation whose new key pair turns out to be the replaced one', () => {
  it.each([
    ['has its id', answering({ id: 'kp-old' }), 'has the name of the replaced one'],
    [
      'has its fingerprint',
      answering({ id: 'kp-next', fingerprint: 'opaque' }, { fingerprint: 'opaque' }),
      'would have the key that is to be replaced',
    ],
  ] as const)('is refused after the import if it %s', async (_, { service, sent }, message) => {
    const error = (await service.rotate({ name: 'old' }, next))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'invalid-argument', outcome: 'partial' })
    expect(error.message).toContain(message)
    expect(sent).toEqual(['import next'])
  })

  it('goes on if another fingerprint shows another key', async () => {
    const { service } = answering({ id: 'kp-next', fingerprint: 'opaque' }, { fingerprint: 'another' })
    expect((await service.rotate({ name: 'old' }, next))._unsafeUnwrap().removed).toBe(true)
  })
})

describe('a rotation on a cloud without ids', () => {
  const withoutIds = (replaced: Partial<KeyPair> = {}): SmallCloud => {
    const cloud: SmallCloud = smallCloud(
      { 'i-1': { keyPair: { name: 'old' } } },
      { showsKeyPairId: false },
      (_, plain) => ({
        capabilities: { ...plain.capabilities, identity: ['name'] },
        doImportKeyPair: async ({ name, publicKey: line }) => {
          cloud.keyPairs.set(name, { name, publicKey: line })
          return ok({ name })
        },
      }),
    )
    cloud.keyPairs.set('old', { name: 'old', ...replaced })
    return cloud
  }

  it('tells the two key pairs apart by their names', async () => {
    const { service, keyPairs } = withoutIds()
    expect((await service.rotate({ name: 'old' }, next))._unsafeUnwrap()).toMatchObject({ removed: true })
    expect([...keyPairs.keys()]).toEqual(['new', 'other', 'next'])
  })

  it('keeps the replaced key pair if its name means another key by the end', async () => {
    const cloud = withoutIds({ publicKey: anotherKey })
    const check = async (): Promise<void> =>
      void cloud.keyPairs.set('old', { name: 'old', publicKey: material.publicKey.line })
    const error = (await cloud.service.rotate({ name: 'old' }, { ...next, check }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'conflict', outcome: 'partial' })
    expect(error.message).toContain('the key pair named "old" has another key than before')
    expect(error.hint).toContain('Every instance has the new key pair. Delete the replaced key pair.')
    expect(cloud.sent.some((call) => call.startsWith('delete'))).toBe(false)
  })
})

it('a rotation deletes a key pair that goes by its id, whatever its record shows by then', async () => {
  const cloud = smallCloud({ 'i-1': old })
  cloud.keyPairs.set('old', { name: 'old', id: 'kp-old', publicKey: anotherKey })
  const check = async (): Promise<void> =>
    void cloud.keyPairs.set('old', { name: 'old', id: 'kp-old', publicKey: material.publicKey.line })
  expect((await cloud.service.rotate({ name: 'old' }, { ...next, check }))._unsafeUnwrap().removed).toBe(true)
  expect(cloud.sent.at(-1)).toBe('delete old')
})

describe('a rotation to a generated key', () => {
  it('generates the key that is asked for, whatever key is replaced', async () => {
    const { clock, driver, keyPairs } = smallCloud({ 'i-1': old })
    keyPairs.set('old', { name: 'old', id: 'kp-old', publicKey })
    const wanted: (GenerateKeyPairOptions | undefined)[] = []
    const generate = async (options?: GenerateKeyPairOptions): Promise<typeof material> => {
      wanted.push(options)
      return material
    }
    const service = createKeyPairService(driver, { testing: { clock, random: () => 0.5, generateKeyPair: generate } })
    const options = { name: 'next', save: async () => {}, bits: 4096 } as const
    expect((await service.rotate({ name: 'old' }, options)).isOk()).toBe(true)
    expect(wanted).toEqual([{ bits: 4096 }])
  })

  it('is refused if the saved key is the one that is to be replaced', async () => {
    const { service, keyPairs, sent } = smallCloud(two)
    keyPairs.set('old', { name: 'old', id: 'kp-old', publicKey: material.publicKey.line })
    const save = Object.assign(async () => {}, { load: async () => material.privateKey })
    const error = (await service.rotate({ name: 'old' }, { name: 'next', save }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'invalid-argument', outcome: 'none' })
    expect(error.message).toContain('would have the key that is to be replaced')
    expect(sent).toEqual([])
  })

  it('is refused if the saved key cannot be read', async () => {
    const { service, sent } = smallCloud(two)
    const load = (): Promise<never> => Promise.reject(new Error('no such disk'))
    const save = Object.assign(async () => {}, { load })
    const error = (await service.rotate({ name: 'old' }, { name: 'next', save }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'storage', outcome: 'none' })
    expect(sent).toEqual([])
  })
})

describe('a rotation', () => {
  it('to the name of the replaced key pair is refused before any read', async () => {
    const reads: string[] = []
    const { service } = smallCloud(two, {}, (_, plain) => ({
      doDescribeKeyPairs: async (request, context) => {
        reads.push(request.kind)
        return plain.doDescribeKeyPairs(request, context)
      },
    }))
    const replaced = { id: 'kp-old', name: 'next' }
    const error = (await service.rotate(replaced, next))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'invalid-argument', outcome: 'none', hint: 'Choose another name.' })
    expect(reads).toEqual([])
  })

  it('on a cloud that binds no key pairs is unsupported', async () => {
    const { service, sent } = smallCloud(two, {}, (_, plain) => ({
      capabilities: { ...plain.capabilities, instances: false },
    }))
    const error = (await service.rotate({ name: 'old' }, next))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'unsupported', outcome: 'none' })
    expect(sent).toEqual([])
  })

  it('of a missing key pair is not found, if its checkpoint is of an attach or of another key pair', async () => {
    const { replaced: _, ...attach } = checkpointOf([waiting], { operation: 'attach' })
    for (const resume of [attach, checkpointOf([waiting], { replaced: shown('other') })]) {
      const { service, keyPairs, sent } = withNext(smallCloud(two))
      keyPairs.delete('old')
      const error = (await service.rotate({ name: 'old' }, { ...next, resume }))._unsafeUnwrapErr()
      expect(error).toMatchObject({ code: 'not-found', outcome: 'none' })
      expect(sent).toEqual([])
    }
  })

  it('does not take a replaced key pair that cannot be read for a deleted one', async () => {
    const { service, sent } = withNext(
      smallCloud(two, {}, (_, plain) => ({
        doDescribeKeyPairs: async (request, context) => {
          const isOld = request.kind === 'exact' && JSON.stringify(request.keyPairs).includes('old')
          return isOld ? err(denied) : plain.doDescribeKeyPairs(request, context)
        },
      })),
    )
    const error = (
      await service.rotate({ name: 'old' }, { ...next, resume: checkpointOf([waiting]) })
    )._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'permission-denied', outcome: 'none' })
    expect(sent).toEqual([])
  })
})
