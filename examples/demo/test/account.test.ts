import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Account, alibabaEcsAccount, alibabaEnsAccount, volcengineAccount } from './accounts.js'
import { type DemoRun, runDemo } from './run-demo.js'

describe.each([
  { provider: 'volcengine', title: 'Volcengine ECS', open: volcengineAccount },
  { provider: 'alibaba-ecs', title: 'Alibaba Cloud ECS', open: alibabaEcsAccount },
  { provider: 'alibaba-ens', title: 'Alibaba Cloud ENS', open: alibabaEnsAccount },
])('the demo on an account of $provider', ({ provider, title, open }) => {
  let account: Account
  let folder: string

  beforeEach(async () => {
    account = await open()
    folder = mkdtempSync(join(tmpdir(), 'account-test-'))
    account.simulator.world.seedKeyPair({ name: 'theirs' })
    account.seedStopped([{ id: 'i-a' }, { id: 'i-b' }, { id: 'i-taken', keyPair: 'theirs' }])
  })

  afterEach(async () => {
    await account.simulator.close()
    rmSync(folder, { recursive: true })
  })

  function onAccount(...options: readonly string[]): Promise<DemoRun> {
    const endpoint = ['--provider', provider, '--endpoint', account.simulator.url]
    const args = [...endpoint, '--key-file', join(folder, 'key.pem'), '--yes-change-these-instances', ...options]
    return runDemo(args, account.environment)
  }

  it('changes only the named instances, restores them, and never prints the private key', async () => {
    const { world, calls } = account.simulator
    const before = world.snapshot()
    const { code, output, lastLine } = await onAccount('--instances', 'i-a, i-b', '--name', 'from-the-demo')
    expect(lastLine).toMatch(/^demo: 1 cloud, 2 instances, 2 attached, 0 refused .*nothing left behind$/)
    expect(code).toBe(0)
    expect(world.snapshot()).toEqual(before)
    expect(calls.filter(({ action }) => action === 'AttachKeyPair')).toHaveLength(1)

    const keyFile = join(folder, 'key.pem')
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    const keys = Object.entries(account.environment).flatMap(([name, value]) => (name.includes('KEY') ? value : []))
    expect(keys).toHaveLength(2)
    const secrets = [...readFileSync(keyFile, 'utf8').trim().split('\n'), ...keys]
    expect(secrets.filter((secret) => output.includes(secret))).toEqual([])
  })

  it('leaves an instance that has a key pair alone, and fails', async () => {
    const before = account.simulator.world.snapshot()
    const { code, output, lastLine } = await onAccount('--instances', 'i-a,i-taken')
    expect(output).toMatch(/i-taken +conflict/)
    expect(output).toMatch(/^attach +unexpected: 1 ok, 1 refused$/m)
    expect(lastLine).toBe(`demo: failed at attach on ${title}: 1 attached, 1 refused; nothing left behind`)
    expect(code).toBe(1)
    expect(account.simulator.world.snapshot()).toEqual(before)
  })

  it('leaves a key pair of that name alone, and saves nothing', async () => {
    const before = account.simulator.world.snapshot()
    const { code, lastLine } = await onAccount('--instances', 'i-a', '--name', 'theirs')
    expect(lastLine).toMatch(/^demo: failed at create on .*already-exists.*; nothing left behind$/)
    expect(code).toBe(1)
    expect(account.simulator.world.snapshot()).toEqual(before)
    expect(() => statSync(join(folder, 'key.pem'))).toThrow('ENOENT')
  })
})
