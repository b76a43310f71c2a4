import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SavePrivateKey } from '@cloud-keypair/core'
import { type Case, proves } from '../case-context.js'
import { errOf, firstKey, mutatingCalls, named, okOf } from '../expect.js'
import { standingStill } from '../standing-still.js'
import type { VirtualClock } from '../virtual-clock.js'
import { inFolder } from './real-folder.js'

export const keyFileCases: readonly Case[] = [
  proves(
    'KP-FILE-01',
    5,
    'the private key is in its file, complete and for its owner only, before anything is in the cloud',
    (context) =>
      inFolder(async (folder) => {
        const path = join(folder, 'deploy.pem')
        const { privateKey, publicKey } = firstKey(context)
        const inTheCloud: (readonly unknown[])[] = []
        const save = onTime(context.clock, context.saveToFile(path), async () => {
          const { mode, size } = await stat(path).catch(() => ({ mode: 0, size: 0 }))
          inTheCloud.push([mode & 0o777, size, (await context.world.snapshot()).keyPairs])
        })
        const before = process.umask(0)
        try {
          okOf(await context.service.create({ name: 'deploy', save }))
        } finally {
          process.umask(before)
        }
        assert.deepEqual(inTheCloud, [[0o600, Buffer.byteLength(privateKey.reveal()), []]])
        assert.equal(await readFile(path, 'utf8'), privateKey.reveal())
        assert.equal((await stat(path)).mode & 0o777, 0o600, 'readable by its owner alone, whatever the umask')
        assert.equal(named(await context.world.snapshot(), 'deploy')[0]?.publicKey, publicKey.line)
      }),
  ),

  proves('KP-FILE-02', 5, 'an existing file is never overwritten, and nothing is sent to the cloud', (context) =>
    inFolder(async (folder) => {
      const path = join(folder, 'deploy.pem')
      await writeFile(path, 'another key', { mode: 0o640 })
      const save = onTime(context.clock, context.saveToFile(path))
      const error = errOf(await context.service.create({ name: 'deploy', save }), 'storage')
      assert.equal(error.outcome, 'none')
      assert.equal(await readFile(path, 'utf8'), 'another key')
      assert.equal((await stat(path)).mode & 0o777, 0o640)
      assert.deepEqual(await mutatingCalls(context), [])
    }),
  ),

  proves(
    'KP-FILE-03',
    5,
    'a repeated create continues from the file of the failed one',
    (context) =>
      inFolder(async (folder) => {
        const path = join(folder, 'deploy.pem')
        await context.world.fault({ on: 'import', kind: 'denied' })
        const first = onTime(context.clock, context.saveToFile(path))
        errOf(await context.service.create({ name: 'deploy', save: first }), 'permission-denied')
        const saved = await readFile(path, 'utf8')
        assert.equal(saved, firstKey(context).privateKey.reveal(), 'the key that was saved stays')
        const again = onTime(context.clock, context.saveToFile(path, { ifFileExists: 'reuse' }))
        const created = okOf(await context.service.create({ name: 'deploy', save: again }))
        assert.equal(await readFile(path, 'utf8'), saved)
        assert.equal(created.publicKey, firstKey(context).publicKey.line)
      }),
    ['denied'],
  ),
]

/** Stops the virtual clock during a save: files take real time. */
function onTime(clock: VirtualClock, save: SavePrivateKey, then = async (): Promise<void> => {}): SavePrivateKey {
  const saves = (...[privateKey]: Parameters<SavePrivateKey>): Promise<void> =>
    standingStill(clock, async () => {
      await save(privateKey)
      await then()
    })
  const { load } = save
  return load === undefined ? saves : Object.assign(saves, { load: () => standingStill(clock, load) })
}
