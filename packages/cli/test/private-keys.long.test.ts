import { spawn } from 'node:child_process'
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { publicKeyOf, Secret } from '@cloud-keypair/core'
import { expect, test } from 'vitest'
import { compiledPackages } from '../../../tests/support/compiled-packages.js'
import { runCommand, startAlibabaEcs, startVolcengine } from './run-command.js'

test('a private key goes into a pipe alone, and never to a terminal or into JSON', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  const argv = ['create', 'deploy', '--private-key', '-', ...options]
  const onTerminal = await runCommand(argv, { ...circumstances, columns: 80 })
  expect(onTerminal).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining('never shown on a terminal'),
  })
  const asJson = await runCommand([...argv, '-o', 'jsonl'], circumstances)
  expect(asJson).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('never part of JSON') })
  expect(simulator.calls).toEqual([])
  const piped = await runCommand(argv, circumstances)
  expect(piped).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^-----BEGIN [^]*-----END [A-Z ]*-----\n$/),
  })
  expect(piped.stderr).not.toContain('BEGIN')
})

const program = fileURLToPath(new URL('../compiled/main.js', import.meta.url))

test.each(['>&-', '>/dev/null'])('a private key is refused to an output that is lost: %s', async (lost) => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  for (const way of [[], ['--in-cloud']]) {
    const argv = ['create', 'deploy', '--private-key', '-', ...way, ...options]
    const env = { PATH: process.env['PATH'], ...circumstances.environment, HOME: volcengine.folder }
    const child = spawn('sh', ['-c', `exec "$@" ${lost}`, 'sh', process.execPath, compiledPackages, program, ...argv], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    expect(await text(child.stderr)).toMatch(/a private key would be lost\nhint: Give --private-key a file/)
    expect(await ended).toBe(2)
  }
  expect(simulator.calls).toEqual([])
})

test('a private key goes into a real pipe', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  const argv = ['create', 'deploy', '--private-key', '-', ...options]
  const env = { PATH: process.env['PATH'], ...circumstances.environment, HOME: volcengine.folder }
  const child = spawn('sh', ['-c', '"$@" | cat', 'sh', process.execPath, compiledPackages, program, ...argv], { env })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect({ stdout, stderr }).toEqual({
    stdout: expect.stringMatching(/^-----BEGIN [^]*-----END [A-Z ]*-----\n$/),
    stderr: expect.not.stringContaining('error'),
  })
  expect(simulator.world.snapshot().keyPairs).toHaveLength(1)
})

test('a private key whose pipe does not take it makes no key pair', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  const argv = ['create', 'deploy', '--private-key', '-', ...options]
  const full = await runCommand(argv, { ...circumstances, stdoutError: 'ENOSPC' })
  expect(full).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('did not take all of it') })
  const closed = await runCommand(argv, { ...circumstances, stdoutError: 'EPIPE' })
  expect(closed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('did not take all of it') })
  expect(simulator.world.snapshot().keyPairs).toEqual([])
})

test('a private key in a pipe whose key pair is refused can still be used, as the hint says', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.fault({ kind: 'refuse', status: 403, code: 'AccessDenied', action: 'ImportKeyPair' })
  const refused = await runCommand(['create', 'deploy', '--private-key', '-', ...options], circumstances)
  expect(refused).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('to cloud-keypair ensure.') })
  expect(refused.stderr).not.toContain('--reuse')
  const { line } = publicKeyOf(new Secret(refused.stdout))._unsafeUnwrap()
  const argv = ['ensure', 'deploy', '--public-key', '-', ...options]
  expect(await runCommand(argv, { ...circumstances, input: line })).toMatchObject({ exitCode: 0 })
})

test('an output that is lost is exit code 5, but for a reader that ended first', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  const full = await runCommand(['list', ...options], { ...circumstances, stdoutError: 'ENOSPC' })
  expect(full).toMatchObject({ exitCode: 5, stderr: expect.stringMatching(/could not be written: ENOSPC[^]*hint: /) })
  const ended = await runCommand(['list', ...options], { ...circumstances, stdoutError: 'EPIPE' })
  expect(ended).toMatchObject({ exitCode: 0, stderr: '' })
})

test('a key that the cloud makes is not asked for if its file could not be made', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, folder, options, circumstances } = volcengine
  const file = join(folder, 'there.pem')
  await writeFile(file, 'another key')
  const argv = (to: string) => ['create', 'deploy', '--in-cloud', '--private-key', to, ...options]
  expect(await runCommand(argv(file), circumstances)).toMatchObject({ exitCode: 2 })
  expect(await runCommand(argv(join(folder, 'no/such.pem')), circumstances)).toMatchObject({ exitCode: 2 })
  expect(simulator.calls).toEqual([])
})

test('an outcome that is unknown ends with exit code 5', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2' }])
  simulator.fault({ kind: 'reset', commit: false, action: 'AttachKeyPair', times: Infinity })
  const attached = await runCommand(['attach', 'deploy', 'i-1', 'i-2', ...options], circumstances)
  expect(attached).toMatchObject({ exitCode: 5, stdout: expect.stringContaining('i-1\tunknown') })
})

test('a checkpoint that somebody edited is a line, and not a stack', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, folder, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }])
  simulator.fault({ kind: 'refuse', status: 500, code: 'InternalError', action: 'RebootInstances', times: Infinity })
  const cut = await runCommand(['attach', 'deploy', 'i-1', '--now', '--yes', ...options], circumstances)
  expect(cut.stderr).toContain('cloud-keypair resume attach-')
  const runs = join(folder, '.local/state/cloud-keypair/runs')
  const name = (await readdir(runs)).find((file) => file.endsWith('.checkpoint')) ?? ''
  await chmod(join(runs, name), 0o600)
  await writeFile(join(runs, name), 'nonsense')
  const resumed = await runCommand(['resume', '--yes'], circumstances)
  expect(resumed).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(/^error: The checkpoint in .*\nhint: .*resume attach-\S+ --forget\n$/),
  })
})

test('a key of another type is created where the cloud takes it, and refused elsewhere before a file is made', async () => {
  await using ecs = await startAlibabaEcs()
  const { simulator, folder, options, circumstances } = ecs
  const argv = (type: string, ...more: string[]) => [
    'create',
    type,
    '--key-type',
    type,
    '--private-key',
    join(folder, type),
    ...more,
    ...options,
  ]
  expect(await runCommand(argv('ecdsa'), circumstances)).toMatchObject({ exitCode: 0 })
  expect(await readFile(join(folder, 'ecdsa'), 'utf8')).toMatch(/^-----BEGIN EC PRIVATE KEY-----/)
  const sent = simulator.calls.length
  const refused = await runCommand(argv('ed25519'), circumstances)
  expect(refused).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('hint: Use --key-type rsa or --key-type ecdsa'),
  })
  expect(await runCommand(argv('ecdsa', '--bits', '4096'), circumstances)).toMatchObject({ exitCode: 2 })
  expect([simulator.calls.length, await readdir(folder)]).toEqual([sent, ['ecdsa']])
})

test('a passphrase comes from a variable or a file, encrypts the key, and is shown nowhere', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, folder, options, circumstances } = volcengine
  const environment = { ...circumstances.environment, PASS: 'correct horse' }
  const file = join(folder, 'deploy.pem')
  const run = (from: string, ...more: string[]) =>
    runCommand(['create', 'deploy', '--private-key', file, '--passphrase', from, ...more, ...options], {
      ...circumstances,
      environment,
    })
  expect(await run('correct horse')).toMatchObject({ exitCode: 2, stderr: expect.not.stringContaining('horse') })
  expect(await run('env:NONE')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('variable NONE') })
  expect(simulator.calls).toEqual([])
  expect(await run('env:PASS')).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('horse') })
  expect(await readFile(file, 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
  await writeFile(join(folder, 'pass'), 'incorrect\n')
  const wrong = await run(`file:${join(folder, 'pass')}`, '--reuse')
  expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('The passphrase is wrong') })
  await writeFile(join(folder, 'pass'), 'correct horse\n')
  const again = await run(`file:${join(folder, 'pass')}`, '--reuse')
  expect(again).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('horse') })
})
