import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '@cloud-keypair/conformance'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { checkpointFile } from '@cloud-keypair/core/file'
import { createMemoryCloud } from '@cloud-keypair/memory'
import { expect, it } from 'vitest'

// A file that the first release stored, with a field that a later release may add. docs/policy.md promises that each later
// release of the same major version resumes from it: do not change this text.
const stored = `{"version":1,"operation":"attach","provider":"memory","region":"memory","endpoint":"memory:","keyPair":{"name":"deploy","id":"kp-1"},"instances":[{"id":"i-1","power":"running","keyPair":{"id":"kp-2","name":"old"},"step":"in-progress"},{"id":"i-2","power":"running","keyPair":null,"step":"waiting"},{"id":"i-3","power":"stopped","keyPair":null,"step":"waiting"}],"added":{"later":true}}
{"steps":{"done":["i-1"]}}
{"steps":{"in-progress":["i-2"]}}
`

it('a checkpoint that the first release stored is resumed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stored-checkpoint-'))
  const path = join(folder, 'attach.checkpoint')
  await writeFile(path, stored)
  const { resume } = await checkpointFile(path)
  const clock = new VirtualClock()
  const { driver, world } = createMemoryCloud({ clock })
  await world.seedKeyPairs([{ name: 'deploy' }, { name: 'old' }])
  await world.seedInstances([
    { id: 'i-1', keyPair: 'deploy' },
    { id: 'i-2', power: 'stopped' },
    { id: 'i-3', power: 'stopped' },
  ])

  const resumed = await createKeyPairService(driver, { testing: { clock } }).attach(
    { name: 'deploy' },
    ['i-1', 'i-2', 'i-3'],
    {
      takeEffect: 'now',
      resume,
      onCheckpoint: async () => {},
    },
  )

  expect(resumed.isOk()).toBe(true)
  const { instances } = await world.snapshot()
  expect(instances.map(({ id, power, bound }) => [id, power, bound])).toEqual([
    ['i-1', 'running', 'deploy'],
    ['i-2', 'running', 'deploy'],
    ['i-3', 'stopped', 'deploy'],
  ])
  await rm(folder, { recursive: true })
})
