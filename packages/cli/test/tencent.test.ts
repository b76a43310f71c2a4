import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand, startTencent } from './run-command.js'
import { rsaKey } from '../../../tests/support/rsa-keys.js'

test('a cloud that takes ids alone gets a key pair, attaches it with restarts, and keeps it from a delete', async () => {
  await using tencent = await startTencent()
  const run = (...argv: readonly string[]) => runCommand([...argv, ...tencent.options], tencent.circumstances)
  const { publicKey } = rsaKey()
  const file = join(tencent.folder, 'deploy.pub')
  await writeFile(file, publicKey.line)
  expect((await run('import', 'deploy', '--public-key', file)).exitCode).toBe(0)
  expect(await run('usages', 'deploy')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('unsupported') })
  const id = (await run('list', '--columns', 'id', '--no-header')).stdout.trim()
  tencent.simulator.world.seedInstances([{ id: 'ins-1' }])
  expect((await run('attach', `id:${id}`, 'ins-1', '--now', '--yes')).stdout).toContain('succeeded')
  expect(tencent.simulator.world.snapshot().instances).toMatchObject([{ status: 'RUNNING', authorized: [id] }])
  expect(await run('delete', `id:${id}`)).toMatchObject({ stderr: expect.stringContaining('in-use') })
})
