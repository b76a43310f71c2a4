import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '@cloud-keypair/conformance'
import { type ChangeOptions, type Checkpoint, generateKeyPair } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { checkpointFile } from '@cloud-keypair/core/file'
import { createMemoryCloud } from '@cloud-keypair/memory'
import { expect, it } from 'vitest'

/** The checkpoint of a rotation that died after it had stopped an instance. */
const left: Checkpoint = {
  version: 1,
  operation: 'rotate',
  provider: 'memory',
  region: 'memory',
  endpoint: 'memory:',
  keyPair: { name: 'next' },
  replaced: { id: 'kp-1', name: 'old' },
  instances: [{ id: 'i-1', power: 'running', keyPair: { id: 'kp-1', name: 'old' }, step: 'in-progress' }],
}

it('an operation that does not resume leaves the file as it is while an instance of an earlier one is in progress', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'forgotten-resume-'))
  try {
    const path = join(folder, 'checkpoint')
    await writeFile(path, `${JSON.stringify(left)}\n`)
    const clock = new VirtualClock()
    const { driver, world } = createMemoryCloud({ clock })
    await world.seedKeyPairs([{ name: 'old' }])
    await world.seedInstances([{ id: 'i-1', power: 'stopped', keyPair: 'old' }])
    const service = createKeyPairService(driver, { testing: { clock } })
    const file = await checkpointFile(path)
    const onCheckpoint: ChangeOptions['onCheckpoint'] = async (...given) => {
      // The time of the file system is none of the cloud.
      clock.open('file')
      await file.onCheckpoint(...given).finally(() => clock.close('file'))
    }
    const { publicKey } = await generateKeyPair({ keyType: 'ed25519' })
    const next = { name: 'next', publicKey: publicKey.line, onCheckpoint }

    const error = (await service.rotate({ name: 'old' }, next))._unsafeUnwrapErr()
    expect(error.code).toBe('storage')
    expect(error.message).toMatch(/in progress[^]*: i-1/)
    expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify(left)}\n`)
    expect((await world.calls()).filter(({ mutating }) => mutating)).toEqual([])

    const resumed = await service.rotate({ name: 'old' }, { ...next, resume: file.resume })
    expect(resumed.isOk()).toBe(true)
    const { instances } = await world.snapshot()
    expect(instances).toMatchObject([{ id: 'i-1', power: 'running', bound: 'next' }])
  } finally {
    await rm(folder, { recursive: true })
  }
})
