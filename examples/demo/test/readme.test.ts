import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createAlibabaEcsKeyPairService, createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import type { CreateOptions, KeyPairService, UpdateOptions } from '@cloud-keypair/core'
import { saveToFile } from '@cloud-keypair/core/file'
import type { AlibabaEcsSimulator, AlibabaEnsSimulator, VolcengineSimulator } from '@cloud-keypair/simulator'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import { transform } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Account, alibabaEcsAccount, alibabaEnsAccount, volcengineAccount } from './accounts.js'
import { type Block, blocks, read, saveBlock, workspace } from './documents.js'
import { rsaKey } from '../../../tests/support/rsa-keys.js'
import { impatientClock } from './impatient-clock.js'
import { compiledPackages } from '../../../tests/support/compiled-packages.js'

const shortWaits = fileURLToPath(new URL('../compiled/programs/short-waits.js', import.meta.url))
const testing = { clock: impatientClock(), generateKeyPair: async () => rsaKey(1) }
const typeScript = blocks().filter(({ language }) => language === 'ts')
const runnable = typeScript.filter(({ runs }) => runs)

// Below the package, so that the packages are found by name.
let folder: string

beforeAll(() => {
  const parent = join(workspace, 'examples/demo/compiled')
  mkdirSync(parent, { recursive: true })
  folder = mkdtempSync(join(parent, 'documents-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

async function run(
  command: readonly string[],
  cwd: string,
  environment = {},
): Promise<{ code: unknown; output: string }> {
  const child = spawn(process.execPath, command, {
    cwd,
    env: { PATH: process.env['PATH'], ...environment },
  })
  const code = new Promise((resolve) => child.once('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, output: out + err }
}

describe('the code in the documents', () => {
  it('is there', () => {
    expect(typeScript.length).toBeGreaterThan(15)
    expect(runnable.length).toBeGreaterThan(4)
    expect(runnable[0]?.where).toMatch(/^README\.md:/)
    for (const part of ['README.zh-CN.md', 'docs/zh-CN/guide.md', 'docs/recipes.md', 'contract/service.ts'])
      expect(typeScript.some(({ where }) => where.includes(part))).toBe(true)
  })
})

describe('the README', () => {
  let volcengine: Account<VolcengineSimulator>
  let ecs: Account<AlibabaEcsSimulator>
  let ens: Account<AlibabaEnsSimulator>

  beforeEach(async () => {
    volcengine = await volcengineAccount()
    ecs = await alibabaEcsAccount()
    ens = await alibabaEnsAccount()
    volcengine.simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2', osType: 'Windows' }])
  })
  afterEach(() => Promise.all([volcengine, ecs, ens].map(({ simulator }) => simulator.close())))

  /** Runs a block as it stands, with short waits. Its environment names the cloud and the credentials. */
  async function runBlock(
    block: Block,
    cwd = mkdtempSync(join(folder, 'run-')),
  ): Promise<{ code: unknown; output: string; cwd: string }> {
    const path = saveBlock(block, folder).replace(/\.ts$/, '.js')
    writeFileSync(path, (await transform(block.code, { loader: 'ts' })).code)
    const ran = await run([compiledPackages, '--import', shortWaits, path], cwd, {
      ...volcengine.environment,
      ...ecs.environment,
      ...ens.environment,
      VOLCENGINE_ENDPOINT: volcengine.simulator.url,
      ALIBABA_ECS_ENDPOINT: ecs.simulator.url,
      ALIBABA_ENS_ENDPOINT: ens.simulator.url,
      HOME: cwd,
    })
    return { ...ran, cwd }
  }

  const rotation = runnable.find(({ code }) => code.includes('keyPairs.rotate('))

  it.each(runnable.slice(1).filter((block) => block !== rotation))('runs at $where', async (block) => {
    const { code, output } = await runBlock(block)
    expect(output).not.toMatch(/PRIVATE KEY|the key\b/)
    expect(code, output).toBe(0)
  })

  it('creates, attaches, reports the refusal and lists, in its first block', async () => {
    const [first] = runnable
    if (first === undefined) throw new Error('There is no block')
    const { code, output, cwd } = await runBlock(first)
    expect(code, output).toBe(0)
    expect(output).not.toContain('PRIVATE KEY')
    const { keyPairs, instances } = volcengine.simulator.world.snapshot()
    expect(output).toMatch(/^i-2 volcengine: attach .*\(instance-unsupported/m)
    expect(output).toContain(`deploy ${keyPairs[0]?.fingerprint}`)
    expect(instances.map(({ bound }) => bound?.name)).toEqual(['deploy', undefined])
    expect(readFileSync(join(cwd, 'deploy.pem'), 'utf8')).toContain('BEGIN RSA PRIVATE KEY')
    expect(statSync(join(cwd, 'deploy.pem')).mode & 0o777).toBe(0o600)
  })

  it('rotates, and ends a rotation by its checkpoint when all have started', async () => {
    if (rotation === undefined) throw new Error('There is no such block')
    const { world } = volcengine.simulator
    world.seedKeyPair({ name: 'deploy' })
    world.seedInstances([
      { id: 'i-3', keyPair: 'deploy' },
      { id: 'i-4', keyPair: 'deploy', status: 'STOPPED' },
    ])
    const { output, code, cwd } = await runBlock(rotation)
    expect(output).toBe("removed: false to be started: [ 'i-4' ]\n")
    expect(code).toBe(0)
    world.seedInstances([{ id: 'i-4', keyPair: 'deploy-2026' }])
    expect((await runBlock(rotation, cwd)).output).toBe('removed: true to be started: []\n')
    const { keyPairs, instances } = world.snapshot()
    const [only, ...others] = keyPairs
    expect([only?.name, others]).toEqual(['deploy-2026', []])
    expect(instances.map(({ authorized }) => authorized)).toEqual([[], [], [only?.id], [only?.id]])
  })

  it('counts on each cloud with the same lines', async () => {
    const swap = runnable.find(({ code }) => code.includes('createAlibabaEnsKeyPairService'))
    if (swap === undefined) throw new Error('There is no such block')
    ecs.simulator.world.seedKeyPair({ name: 'deploy' })
    const { output } = await runBlock(swap)
    expect(output).toBe('volcengine 0\nalibaba-ecs 1\nalibaba-ens 0\n')
  })

  it('grants for Volcengine exactly the actions of the operations', async () => {
    const { region, url: endpoint, accessKeyId, secretAccessKey, calls } = volcengine.simulator
    const credentials = { accessKeyId, secretAccessKey }
    await using service = createVolcengineKeyPairService({ region, endpoint, credentials, testing })
    await useEverything(service, { tags: { a: 'b' } }, { description: 'new', tags: { a: null, c: 'd' } })
    // The other name of the permission to delete, by the vendor's own list.
    const actions = granted('CreateTags').filter((action) => action !== 'ecs:DeleteKeyPair')
    expect(actions).toEqual([...asked('ecs', calls), startingAgain].sort())
  })

  it('grants for Alibaba Cloud exactly the actions of the operations', async () => {
    const { region, accessKeyId, accessKeySecret } = ecs.simulator
    const credentials = { accessKeyId, accessKeySecret }
    ecs.simulator.world.seedInstances([{ id: 'i-1' }])
    ens.simulator.world.seedInstances([{ id: 'i-1' }])
    await using onEcs = createAlibabaEcsKeyPairService({
      region,
      endpoint: ecs.simulator.url,
      credentials,
      testing,
    })
    await using onEns = createAlibabaEnsKeyPairService({ endpoint: ens.simulator.url, credentials, testing })
    await useEverything(onEcs, { tags: { a: 'b' } }, { tags: { a: null, c: 'd' }, group: 'rg-other' })
    await useEverything(onEns, {})
    expect(granted('TagResources')).toEqual([
      ...[...asked('ecs', ecs.simulator.calls), startingAgain].sort(),
      ...asked('ens', ens.simulator.calls),
    ])
  })

  it('shows the clouds, code and the two commands within its first 40 lines', () => {
    const firstScreen = read('README.md').split('\n').slice(0, 40).join('\n')
    for (const cloud of ['Volcengine ECS', 'Alibaba Cloud ECS', 'Alibaba Cloud ENS']) {
      expect(firstScreen).toContain(`**${cloud}**`)
    }
    expect(firstScreen).toContain('npx -y pnpm@10.34.8 demo')
    expect(firstScreen).toContain('npx -y pnpm@10.34.8 test')
  })
})

/** Permissions that no operation here needs: for instances that a reboot, or somebody else, has left stopped. */
const startingAgain = 'ecs:StartInstances'

/** Returns the actions of the policy in the README that has this one, sorted. */
function granted(action: string): readonly string[] {
  const policy = blocks().find(({ language, code }) => language === 'json' && code.includes(`:${action}"`))
  return [...(policy?.code ?? '').matchAll(/"(e\w+:\w+)"/g)].map(([, name = '']) => name).sort()
}

/** Returns the actions that were called, as policies name them, sorted. */
function asked(product: string, calls: readonly { readonly action: string }[]): readonly string[] {
  return [...new Set(calls.map(({ action }) => `${product}:${action}`))].sort()
}

/** Does everything that a cloud can do, with an instance i-1. */
async function useEverything(
  service: KeyPairService,
  creation: Pick<CreateOptions, 'tags'>,
  change?: UpdateOptions,
): Promise<void> {
  const path = join(folder, `${service.provider}.pem`)
  const here = { name: 'here' }
  const results = [
    await service.create({ ...here, ...creation, save: saveToFile(path), bits: 2048 }),
    await service.createInCloud({ name: 'there' }),
    ...(change === undefined ? [] : [await service.update(here, change)]),
    await service.attach(here, ['i-1'], { takeEffect: 'now' }),
    await service.detach(here, ['i-1'], { takeEffect: 'now' }),
    await service.deleteMany([here, { name: 'there' }]),
  ]
  expect(results.map((result) => (result.isErr() ? result.error.message : 'ok'))).toEqual(results.map(() => 'ok'))
}
