import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand, startVolcengine } from './run-command.js'

test('a key pair is created, listed, shown and deleted', async () => {
  await using volcengine = await startVolcengine()
  const { folder, options, circumstances } = volcengine
  const run = (...argv: readonly string[]) => runCommand([...argv, ...options], circumstances)
  const file = join(folder, 'deploy.pem')

  const created = await run('create', 'deploy', '--private-key', file, '--tag', 'team=web', '--tag', 'stage=prod')
  expect(created).toMatchObject({ exitCode: 0, stderr: `The private key is in ${file}.\n` })
  expect(created.stdout).toContain('name\tdeploy\n')
  expect(created.stdout).toContain('tags\tstage=prod,team=web\n')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readFile(file, 'utf8')).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/)

  const listed = await run('list', '-o', 'name')
  expect(listed).toEqual({ exitCode: 0, stdout: 'deploy\n', stderr: '' })

  const shown = await run('show', 'deploy', '-o', 'json')
  expect(JSON.parse(shown.stdout)).toMatchObject({ name: 'deploy', tags: { team: 'web', stage: 'prod' } })

  expect(await run('delete', 'deploy')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await run('list', '--no-header')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
})

test('a key pair that does not exist ends with exit code 6, and the error as JSON', async () => {
  await using volcengine = await startVolcengine()
  const shown = await runCommand(['show', 'missing', ...volcengine.options, '-o', 'json'], volcengine.circumstances)
  expect(shown).toMatchObject({ exitCode: 6, stdout: '' })
  expect(JSON.parse(shown.stderr)).toMatchObject({ error: { code: 'not-found', outcome: 'none', operation: 'get' } })
})

test('a wrong access key ends with exit code 4, and says what to do', async () => {
  await using volcengine = await startVolcengine()
  const environment = { VOLCENGINE_ACCESS_KEY: 'other', VOLCENGINE_SECRET_KEY: 'other' }
  const listed = await runCommand(['list', ...volcengine.options], { ...volcengine.circumstances, environment })
  expect(listed.exitCode).toBe(4)
  expect(listed.stderr).toMatch(/^error: volcengine: list failed.*\nhint: /)
})

test('items that fail beside others end with exit code 3, and each of them is shown', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }])
  const attached = await runCommand(['attach', 'deploy', 'i-1', 'i-2', ...options], circumstances)
  expect(attached.exitCode).toBe(3)
  expect(attached.stdout).toBe(
    'instance\tstatus\tchanged\teffect\treplaced\terror\n' +
      'i-1\tsucceeded\tyes\tat-next-start\t\t\ni-2\tfailed\t\t\t\tnot-found\n',
  )
})

test('ids are read from the standard input, one a line', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2' }])
  const input = '# the web servers\ni-1\n\n i-2 \n'
  const argv = ['attach', 'deploy', '--ids-from', '-', '-o', 'name', ...options]
  expect(await runCommand(argv, { ...circumstances, input })).toMatchObject({ exitCode: 0, stdout: 'i-1\ni-2\n' })
})

test('a hint names the options of the command, and not those of the library', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, folder, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedKeyPair({ name: 'other' })
  simulator.world.seedInstances([{ id: 'i-1', keyPair: 'deploy' }])
  const run = (...argv: readonly string[]) => runCommand([...argv, ...options], circumstances)
  expect((await run('delete', 'deploy')).stderr).toMatch(/hint: .*--if-in-use/)
  simulator.fault({ kind: 'refuse', status: 403, code: 'AccessDenied', action: 'ImportKeyPair' })
  const denied = await run('create', 'new', '--private-key', join(folder, 'new.pem'), '--key-type', 'ed25519')
  expect(denied.stderr).toMatch(/hint: .*--reuse/)
  expect((await run('attach', 'other', 'i-1', '--only-if-vacant')).stderr).toMatch(/hint: .*--only-if-vacant/)
  const planned = await run('plan', 'attach', 'other', 'i-1', '--only-if-vacant', '-o', 'json')
  expect(JSON.parse(planned.stdout)).toMatchObject({ request: { onlyIfVacant: true }, refused: [{ id: 'i-1' }] })
})
