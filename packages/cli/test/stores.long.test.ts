import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ok } from '@cloud-keypair/core'
import { createHttpTransport, type HttpTransport } from '@cloud-keypair/core/http'
import { expect, test } from 'vitest'
import { runCommand, startAws } from './run-command.js'

const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEVgLHqGWvUl7Tm/hzg5hTOrBK8YyRWZrN2bJJYHF3Jm deploy'

test('a cloud without attach takes every command of key pairs', async () => {
  await using aws = await startAws()
  const run = (...argv: readonly string[]) => runCommand([...argv, ...aws.options], aws.circumstances)
  const file = join(aws.folder, 'deploy.pub')
  await writeFile(file, publicKey)
  aws.simulator.world.seedInstances([{ id: 'i-1', keyName: 'deploy' }])

  expect((await run('import', 'deploy', '--public-key', file, '--tag', 'team=web')).exitCode).toBe(0)
  expect((await run('ensure', 'deploy', '--public-key', file)).stdout).toMatch(/changed\tfalse/)
  expect((await run('create', 'made', '--private-key', join(aws.folder, 'made.pem'))).exitCode).toBe(0)
  expect((await run('list', '-o', 'name')).stdout.split('\n').toSorted()).toEqual(['', 'deploy', 'made'])
  expect((await run('update', 'deploy', '--tag', 'team=api')).stdout).toContain('team=api')
  expect((await run('show', 'deploy', '-o', 'json')).stdout).toContain('"api"')
  expect((await run('usages', 'deploy', '-o', 'name')).stdout).toBe('i-1\n')
  expect(await run('delete', 'deploy')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('i-1') })
  expect((await run('delete', 'made')).exitCode).toBe(0)
  const audit = await run('audit', '-o', 'json')
  expect(audit.exitCode).toBe(0)
  expect(JSON.parse(audit.stdout)).toMatchObject({ keyPairs: 1, instances: 1 })
})

test('a cloud without attach refuses what binds key pairs, without a request', async () => {
  await using aws = await startAws()
  const runs = [
    ['attach', 'deploy', 'i-1'],
    ['attach', 'deploy', 'i-1', '--now', '--yes'],
    ['attach', 'deploy', 'i-1', '--now'],
    ['detach', 'deploy', 'i-1'],
    ['rotate', 'deploy', 'newer', '--private-key', join(aws.folder, 'newer.pem'), '--yes'],
    ['plan', 'rotate', 'deploy', 'newer'],
    ['which', 'i-1'],
  ]
  for (const argv of runs) {
    const ended = await runCommand([...argv, ...aws.options], aws.circumstances)
    expect(ended, argv.join(' ')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('unsupported'),
    })
  }
  expect(aws.simulator.calls).toEqual([])
  expect((await runCommand(['resume', '--list', '-o', 'json'], aws.circumstances)).stdout).toBe('[]\n')
  expect((await readdir(aws.folder)).filter((name) => name.endsWith('.pem'))).toEqual([])
})

const owner = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn>
  <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`

/** Makes a transport to the simulator, on which STS knows whose every key is. */
function transportWithSts(): HttpTransport {
  const real = createHttpTransport({ environment: {} })
  return {
    send: async (request, signal) =>
      new URL(request.url).hostname.startsWith('sts.')
        ? ok({ status: 200, headers: {}, text: owner })
        : real.send(request, signal),
    close: () => real.close(),
  }
}

test('doctor looks at a cloud without attach', async () => {
  await using aws = await startAws()
  const transport = transportWithSts()
  const checksOf = async (): Promise<unknown> => {
    const ended = await runCommand(['doctor', ...aws.options, '-o', 'json'], { ...aws.circumstances, transport })
    const checks: readonly { check: string; status: string }[] = JSON.parse(ended.stdout)
    return Object.fromEntries(checks.map(({ check, status }) => [check, status]))
  }
  expect(await checksOf()).toMatchObject({
    credentials: 'ok',
    owner: 'ok',
    region: 'ok',
    connection: 'ok',
    'permission to list key pairs': 'ok',
    'permission to read instances': 'unknown',
  })
  aws.simulator.world.seedKeyPair({ name: 'deploy' })
  expect(await checksOf()).toMatchObject({ 'permission to read instances': 'ok' })
  aws.simulator.fault({ action: 'DescribeInstances', kind: 'refuse', status: 403, code: 'UnauthorizedOperation' })
  expect(await checksOf()).toMatchObject({ 'permission to read instances': 'failed' })
  await transport.close()
})
