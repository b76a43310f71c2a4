import {
  err,
  fromPromise,
  isKeyPairError,
  type KeyPair,
  type KeyPairError,
  ok,
  onlyItem,
  orThrow,
  type Result,
  safeTry,
} from '@cloud-keypair/core'
import { describe, expect, it } from 'vitest'
import { rolloutOf } from './rollout.js'

const seeds = [{ id: 'i-1', keyPair: 'old' }, { id: 'i-2' }] as const

describe('orThrow', () => {
  it('returns the value of a result and of a promised result', async () => {
    const { service } = await rolloutOf({}, [])
    const keyPair: KeyPair = await orThrow(service.get({ name: 'old' }))
    expect(keyPair.name).toBe('old')
    expect(orThrow(await service.get({ name: 'old' })).name).toBe('old')
  })

  it('throws the error itself', async () => {
    const { service } = await rolloutOf({}, [])
    const found = await service.get({ name: 'none' })
    const error = found._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'not-found', hint: expect.stringContaining('the region and the account') })
    expect(() => orThrow(found)).toThrow(error)
    const thrown: unknown = await orThrow(service.get({ name: 'none' })).catch((reason: unknown) => reason)
    expect(isKeyPairError(thrown) && thrown.code).toBe('not-found')
  })
})

describe('onlyItem', () => {
  it('returns the only item', async () => {
    const { service } = await rolloutOf({}, seeds)
    const attached = await onlyItem(service.attach({ name: 'new' }, ['i-1']))
    expect(attached._unsafeUnwrap()).toMatchObject({ id: 'i-1', changed: true, replaced: { name: 'old' } })
  })

  it('returns the error of the only item, and another error unchanged', async () => {
    const { service } = await rolloutOf({}, seeds)
    const missing = await onlyItem(service.attach({ name: 'new' }, ['i-none']))
    expect(missing._unsafeUnwrapErr()).toMatchObject({ code: 'not-found', outcome: 'none' })
    const other = await onlyItem(service.detach({ name: 'new' }, ['i-1']))
    expect(other._unsafeUnwrapErr().code).toBe('conflict')
    const whole = await onlyItem(service.attach({ name: 'none' }, ['i-1']))
    expect(whole._unsafeUnwrapErr().code).toBe('not-found')
  })

  it('rejects a batch of several instances', async () => {
    const { service } = await rolloutOf({}, seeds)
    await expect(onlyItem(service.attach({ name: 'new' }, ['i-1', 'i-2']))).rejects.toThrow(TypeError)
    await expect(onlyItem(service.attach({ name: 'new' }, []))).rejects.toThrow(TypeError)
  })
})

describe('the exports of neverthrow', () => {
  it('combine several operations into one result', async () => {
    const { service } = await rolloutOf({}, seeds)
    const moved = (name: string) =>
      safeTry(async function* () {
        const keyPair = yield* service.get({ name })
        const { succeeded } = yield* service.attach(keyPair, ['i-1', 'i-2'])
        return ok(succeeded.length)
      })
    expect((await moved('new'))._unsafeUnwrap()).toBe(2)
    const failed: Result<number, KeyPairError> = await moved('none')
    expect(failed._unsafeUnwrapErr().code).toBe('not-found')
    const rejected = await fromPromise(Promise.reject(new Error('no')), String)
    expect(rejected).toEqual(err('Error: no'))
  })
})
