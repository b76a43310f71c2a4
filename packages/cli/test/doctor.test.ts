import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { err, ok } from '@cloud-keypair/core'
import { createHttpTransport, type HttpTransport } from '@cloud-keypair/core/http'
import { expect, test } from 'vitest'
import { runCommand, startAlibabaEcs, startVolcengine } from './run-command.js'

const owner = { RequestId: 'r', AccountId: '1234567890', Arn: 'acs:ram::1234567890:user/me', IdentityType: 'RAMUser' }

/** Makes a transport to the simulator, on which STS knows whose every key is. */
function transportWithSts(
  change: (headers: Record<string, string | undefined>) => void = () => undefined,
): HttpTransport {
  const real = createHttpTransport({ environment: {} })
  return {
    send: async (request, signal) => {
      const { hostname } = new URL(request.url)
      if (hostname.startsWith('sts')) return ok({ status: 200, headers: {}, text: JSON.stringify(owner) })
      if (hostname !== '127.0.0.1') return err({ kind: 'network', sent: false, message: 'there is no such host' })
      const answer = await real.send(request, signal)
      return answer.map((response) => {
        const headers = { ...response.headers }
        change(headers)
        return { ...response, headers }
      })
    },
    close: () => real.close(),
  }
}

test('doctor finds everything well', async () => {
  await using ecs = await startAlibabaEcs()
  const transport = transportWithSts()
  const ended = await runCommand(['doctor', ...ecs.options, '-o', 'json'], { ...ecs.circumstances, transport })
  await transport.close()
  const checks: readonly { check: string; status: string; message: string }[] = JSON.parse(ended.stdout)
  expect(checks.map(({ check, status }) => [check, status])).toEqual([
    ['credentials', 'ok'],
    ['owner', 'ok'],
    ['region', 'ok'],
    ['connection', 'ok'],
    ['clock', 'ok'],
    ['permission to list key pairs', 'ok'],
    ['permission to read instances', 'ok'],
  ])
  expect(checks[1]?.message).toContain('1234567890')
  expect(ended.exitCode).toBe(0)
  expect(ended.stdout).not.toContain(ecs.circumstances.environment?.['ALIBABA_CLOUD_ACCESS_KEY_SECRET'])
})

test('doctor says what to do without credentials, and ends with exit code 4', async () => {
  await using ecs = await startAlibabaEcs()
  const environment = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' }
  const transport = transportWithSts()
  const ended = await runCommand(['doctor', ...ecs.options], { ...ecs.circumstances, environment, transport })
  await transport.close()
  expect(ended.exitCode).toBe(4)
  expect(ended.stdout).toContain('credentials\tfailed\tthere are no credentials\n')
  expect(ended.stderr).toMatch(/hint: credentials: Set ALIBABA_CLOUD_ACCESS_KEY_ID .* Looked in: /)
})

test('doctor finds a clock that is wrong, and a host that does not answer', async () => {
  await using ecs = await startAlibabaEcs()
  const transport = transportWithSts((headers) => {
    headers['date'] = new Date(Date.now() - 3_600_000).toUTCString()
  })
  const circumstances = { ...ecs.circumstances, transport }
  const wrong = await runCommand(['doctor', ...ecs.options], circumstances)
  expect(wrong).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/clock\tfailed\t3\d{3} s ahead/) })
  const elsewhere = ['--cloud', 'alibaba-ecs', '--region', 'cn-nowhere']
  const lost = await runCommand(['doctor', ...elsewhere], circumstances)
  await transport.close()
  expect(lost).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('connection\tfailed\tthere is no such host'),
  })
})

test.each([
  ['volcengine', '.volcengine/config.json'],
  ['alibaba-ecs', '.aliyun/config.json'],
])(
  '%s: a file of the vendor that is not JSON is named, with what to do, and without its secrets',
  async (cloud, path) => {
    await using laboratory = await startVolcengine()
    const { folder, simulator } = laboratory
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, '{ "access-key": "canary-of-a-secret"')
    const { exitCode, stdout, stderr } = await runCommand(
      ['doctor', '--cloud', cloud, '--endpoint', simulator.url, '--region', 'cn-beijing', '-o', 'jsonl'],
      { homeDirectory: folder, environment: { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' } },
    )
    expect(exitCode).toBe(4)
    expect(stdout).toContain(file)
    expect(stdout).toMatch(/"credentials","status":"failed".*JSON.*"hint":"/)
    expect(stdout + stderr).not.toContain('canary')
  },
)
