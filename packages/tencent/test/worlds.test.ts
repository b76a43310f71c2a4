import { VirtualClock } from '@cloud-keypair/conformance'
import { collect, type KeyPair, type KeyPairService } from '@cloud-keypair/core'
import type { TencentVariants } from '@cloud-keypair/simulator'
import { createTencentKeyPairService } from '@cloud-keypair/tencent'
import { expect, test } from 'vitest'
import { startWorld } from './subject.js'

/** Starts a world with the key pairs `old` and `new`. */
async function worldWith(traits: Partial<TencentVariants>) {
  const clock = new VirtualClock()
  const service = { testing: { clock, random: () => 0.5 } }
  const generateInCloud = () => ({ privateKey: '', publicKey: '' })
  const world = await startWorld({ powerChangeMs: 4_000, ...traits }, { clock, service, generateInCloud })
  for (const name of ['old', 'new']) world.simulator.world.seedKeyPair({ name })
  return world
}

async function keyPairNamed(service: KeyPairService, name: string): Promise<KeyPair> {
  const [found] = (await collect(service.list({ namePattern: name }), { max: 1 }))._unsafeUnwrap()
  if (found === undefined) throw new Error(`There is no ${name}`)
  return found
}

test('a change that the cloud gives up later fails with its reason, and the instance runs again with its earlier key pair', async () => {
  await using world = await worldWith({ change: 'fails-later' })
  const { service, simulator } = world
  simulator.world.seedInstances([{ id: 'ins-1', keyPairs: ['old'] }])
  const result = await service.attach(await keyPairNamed(service, 'new'), ['ins-1'], { takeEffect: 'now' })
  expect(result._unsafeUnwrapErr()).toMatchObject({
    code: 'incomplete',
    details: {
      batch: {
        items: [{ status: 'failed', error: { outcome: 'none', vendor: { message: 'The guest did not answer.' } } }],
        leftStopped: [],
      },
    },
  })
  const [instance] = simulator.world.snapshot().instances
  const { id } = await keyPairNamed(service, 'old')
  expect(instance).toMatchObject({ status: 'RUNNING', bound: [id], authorized: [id] })
})

test('a key pair that an instance of another region uses is not deleted, and not reported as deleted', async () => {
  await using world = await worldWith({ keyPairsOf: 'account' })
  const { simulator, connection } = world
  simulator.world.seedInstances([{ id: 'ins-1', keyPairs: ['old'] }])
  const service = createTencentKeyPairService({ ...connection, region: 'eu-frankfurt' })
  const both = [await keyPairNamed(service, 'old'), await keyPairNamed(service, 'new')]
  expect((await service.deleteMany(both))._unsafeUnwrapErr()).toMatchObject({
    code: 'incomplete',
    details: { batch: { items: [{ status: 'unknown', error: { code: 'busy' } }, { status: 'succeeded' }] } },
  })
  expect(simulator.world.snapshot().keyPairs.map(({ name }) => name)).toEqual(['old'])
})

test('a cloud that takes a public key twice is no obstacle to `ensure`', async () => {
  await using world = await worldWith({ samePublicKey: 'accepted', otherKeyTypes: 'accepted' })
  const { service } = world
  const { publicKey = '' } = await keyPairNamed(service, 'old')
  const ensured = await service.ensure({ name: 'again', publicKey })
  expect(ensured._unsafeUnwrap()).toMatchObject({ changed: true, name: 'again', verified: true })
})
