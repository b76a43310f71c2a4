import { readFileSync } from 'node:fs'
import { VirtualClock } from '@cloud-keypair/conformance'
import { collect } from '@cloud-keypair/core'
import { expect, test } from 'vitest'
import { startWorld } from './subject.js'
import { rsaKey } from '../../../tests/support/rsa-keys.js'

const page = readFileSync(new URL('../../../docs/permissions.md', import.meta.url), 'utf8')

test('the page of permissions grants for Tencent Cloud exactly the actions of the operations', async () => {
  const [ours, theirs] = [rsaKey(), rsaKey(1)]
  const clock = new VirtualClock()
  await using world = await startWorld(
    {},
    {
      clock,
      service: { testing: { clock, random: () => 0.5 } },
      generateInCloud: () => ({ privateKey: theirs.privateKey.reveal(), publicKey: theirs.publicKey.line }),
    },
  )
  const { service, simulator } = world
  const imported = await service.import({ name: 'here', publicKey: ours.publicKey.line, tags: { a: 'b' } })
  const here = imported._unsafeUnwrap()
  simulator.world.seedInstances([{ id: 'ins-1' }])
  const results = [
    await service.createInCloud({ name: 'there' }),
    await service.update(here, { description: 'for deploys' }),
    await service.attach(here, ['ins-1'], { takeEffect: 'now' }),
    await collect(service.usages(here), { max: 10 }),
    await service.detach(here, ['ins-1'], { takeEffect: 'now' }),
    await service.deleteMany([here]),
  ]
  expect(results.map((result) => result.isOk())).toEqual(results.map(() => true))
  const granted = [...page.matchAll(/"name\/cvm:(\w+)"/g)].map(([, name = '']) => name)
  expect(granted.toSorted()).toEqual([...new Set(simulator.calls.map(({ action }) => action))].toSorted())
})
