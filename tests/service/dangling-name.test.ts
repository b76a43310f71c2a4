import type { KeyPairService } from '@cloud-keypair/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { changesOf, clouds, instancesOf, type Rollout, rolloutOf } from './rollout.js'
import { rsaKey } from '../support/rsa-keys.js'

const now = { takeEffect: 'now' } as const
const seeds = [
  { id: 'i-1', keyPair: 'old' },
  { id: 'i-2', keyPair: 'old', power: 'stopped' },
] as const

let publicKey = ''
beforeAll(async () => {
  publicKey = rsaKey().publicKey.line
})

/** Makes a cloud whose instances show the name of a deleted key pair, while another one has the name. */
async function dangling(cloud: string): Promise<Rollout> {
  const rollout = await rolloutOf(clouds[cloud] ?? {}, seeds)
  await made(rollout.service)
  await rollout.world.forgetCalls()
  return rollout
}

async function made(service: KeyPairService): Promise<void> {
  await service.delete({ name: 'old' }, { ifInUse: 'delete-anyway' })
  await service.import({ name: 'old', publicKey })
}

describe("an instance with a dangling name, in an attach that takes effect 'now'", () => {
  it('is attached: the name proves nothing', async () => {
    const rollout = await dangling('ens-like, replaces')
    const attached = (await rollout.service.attach({ name: 'old' }, ['i-1', 'i-2'], now))._unsafeUnwrap()
    expect(attached.items).toEqual([
      { id: 'i-1', status: 'succeeded', changed: true, effect: 'now' },
      { id: 'i-2', status: 'succeeded', changed: true, effect: 'at-next-start' },
    ])
    expect(await changesOf(rollout.world)).toEqual(['stop i-1', 'attach i-1', 'start i-1', 'attach i-2'])
  })

  it('fails, and is started again, if the cloud refuses to replace', async () => {
    const rollout = await dangling('ens-like, refuses')
    const error = (await rollout.service.attach({ name: 'old' }, ['i-1'], now))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'incomplete', outcome: 'none' })
    expect(error.code === 'incomplete' && error.details.batch.leftStopped).toEqual([])
    expect((await instancesOf(rollout.world))[0]).toMatch(/^i-1 running/)
  })

  it('is left alone without restartUnchanged, and is not reported as done', async () => {
    const rollout = await dangling('ens-like, replaces')
    const options = { ...now, restartUnchanged: false }
    const attached = (await rollout.service.attach({ name: 'old' }, ['i-1'], options))._unsafeUnwrap()
    expect(attached.items).toEqual([{ id: 'i-1', status: 'succeeded', changed: false, effect: 'at-next-start' }])
    expect(await changesOf(rollout.world)).toEqual([])
  })

  it.each(['reset', 'silence'] as const)('is attached again after a send without an answer: %s', async (kind) => {
    const rollout = await dangling('ens-like, replaces')
    await rollout.world.fault({ on: 'attach', kind, commit: false })
    const attached = await rollout.service.attach({ name: 'old' }, ['i-1'], now)
    expect(attached.isOk()).toBe(true)
    expect(await changesOf(rollout.world)).toEqual(['stop i-1', 'attach i-1', 'attach i-1', 'start i-1'])
  })

  it('is not taken for done if the attach was never answered', async () => {
    const rollout = await dangling('ens-like, replaces')
    await rollout.world.fault({ on: 'attach', kind: 'reset', commit: false, times: Infinity })
    const error = (await rollout.service.attach({ name: 'old' }, ['i-1'], now))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'incomplete', outcome: 'unknown' })
    expect((await instancesOf(rollout.world))[0]).toMatch(/^i-1 running/)
  })
})
