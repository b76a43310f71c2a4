import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startVolcengineSimulator, type VolcengineSimulator } from '@cloud-keypair/simulator'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type DemoRun, runDemo } from './run-demo.js'

let cloud: VolcengineSimulator
let folder: string

beforeEach(async () => {
  cloud = await startVolcengineSimulator()
  folder = mkdtempSync(join(tmpdir(), 'account-test-'))
  cloud.world.seedKeyPair({ name: 'theirs' })
  cloud.world.seedInstances([{ id: 'i-a' }, { id: 'i-b', status: 'STOPPED' }, { id: 'i-taken', keyPair: 'theirs' }])
})

afterEach(async () => {
  await cloud.close()
  rmSync(folder, { recursive: true })
})

/** The simulator stands for the account: the demo knows it by an endpoint and the credentials of its environment. */
function onAccount(...options: readonly string[]): Promise<DemoRun> {
  const endpoint = ['--provider', 'volcengine', '--endpoint', cloud.url, '--key-file', join(folder, 'key.pem')]
  return runDemo([...endpoint, '--yes-change-these-instances', ...options], {
    VOLCENGINE_ACCESS_KEY: cloud.accessKeyId,
    VOLCENGINE_SECRET_KEY: cloud.secretAccessKey,
    VOLCENGINE_REGION: cloud.region,
  })
}

it(
  'changes the named instances alone, puts them back, and keeps the private key to itself',
  { timeout: 60_000 },
  async () => {
    const before = cloud.world.snapshot()
    const { code, output, lastLine } = await onAccount('--instances', 'i-a, i-b', '--name', 'from-the-demo')
    expect(lastLine).toMatch(/^demo: 1 key pair, 2 instances, 2 attached, 0 refused .*nothing left behind$/)
    expect(code).toBe(0)
    expect(cloud.world.snapshot()).toEqual(before)
    expect(cloud.calls.filter(({ action }) => action === 'AttachKeyPair')).toHaveLength(1)

    const keyFile = join(folder, 'key.pem')
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    const secrets = [...readFileSync(keyFile, 'utf8').trim().split('\n'), cloud.accessKeyId, cloud.secretAccessKey]
    expect(secrets.filter((secret) => output.includes(secret))).toEqual([])
  },
)

it('leaves an instance that has a key pair alone, and fails', { timeout: 60_000 }, async () => {
  const before = cloud.world.snapshot()
  const { code, output, lastLine } = await onAccount('--instances', 'i-a,i-taken')
  expect(output).toMatch(/i-taken +conflict/)
  expect(lastLine).toBe('demo: failed at attach: 1 attached, 1 refused; nothing left behind')
  expect(code).toBe(1)
  expect(cloud.world.snapshot()).toEqual(before)
})

it('leaves a key pair of that name alone, and saves nothing', { timeout: 60_000 }, async () => {
  const before = cloud.world.snapshot()
  const { code, lastLine } = await onAccount('--instances', 'i-a', '--name', 'theirs')
  expect(lastLine).toMatch(/^demo: failed at create: .*already-exists.*; nothing left behind$/)
  expect(code).toBe(1)
  expect(cloud.world.snapshot()).toEqual(before)
  expect(() => statSync(join(folder, 'key.pem'))).toThrow('ENOENT')
})
