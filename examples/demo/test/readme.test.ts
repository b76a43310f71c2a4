import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createRequire } from 'node:module'
import { saveToFile } from '@cloud-keypair/core/file'
import { startVolcengineSimulator, type VolcengineSimulator } from '@cloud-keypair/simulator'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Block, blocks, read, table, workspace } from './documents.js'

const limitMs = 120_000
const typeScript = blocks().filter(({ language }) => language === 'ts')
const runnable = typeScript.filter(({ runs }) => runs)

// Below the package, so that the packages are found by name.
let folder: string

beforeAll(() => {
  const parent = join(workspace, 'examples/demo/dist')
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
    timeout: limitMs,
  })
  const code = new Promise((resolve) => child.once('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, output: out + err }
}

function nameOf({ where }: Block): string {
  return `${where.replaceAll(/\W/g, '-')}.ts`
}

function save(block: Block): string {
  const path = join(folder, nameOf(block))
  writeFileSync(path, `${block.code}\nexport {}\n`)
  return path
}

describe('the code in the documents', () => {
  it('is there', () => {
    expect(typeScript.length).toBeGreaterThan(15)
    expect(runnable.length).toBeGreaterThan(4)
    expect(runnable[0]?.where).toMatch(/^README\.md:/)
  })

  it('compiles', { timeout: limitMs }, async () => {
    const files = typeScript.map(save)
    const context = join(folder, 'context.d.ts')
    writeFileSync(
      context,
      `declare const keyPairs: import('@cloud-keypair/core').KeyPairService
      declare const instanceIds: readonly string[]
      declare const signal: AbortSignal`,
    )
    const config = join(folder, 'tsconfig.json')
    const compilerOptions = {
      composite: false,
      declaration: false,
      emitDeclarationOnly: false,
      isolatedDeclarations: false,
      noEmit: true,
      // Each block shows one thing, and leaves the rest to the reader.
      noUnusedLocals: false,
    }
    const base = join(workspace, 'tsconfig.base.json')
    writeFileSync(config, JSON.stringify({ extends: base, compilerOptions, files: [context, ...files] }))
    const compiler = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc')
    const { code, output } = await run([compiler, '-p', config, '--pretty', 'false'], folder)
    expect(output).toBe('')
    expect(code).toBe(0)
  })
})

describe('what the README shows', () => {
  let cloud: VolcengineSimulator

  beforeEach(async () => {
    cloud = await startVolcengineSimulator()
    cloud.world.seedInstances([{ id: 'i-1' }, { id: 'i-2', osType: 'Windows' }])
  })
  afterEach(() => cloud.close())

  /** Runs a block as it stands. Where the cloud is and as whom to speak to it, its environment says. */
  async function runBlock(block: Block): Promise<{ code: unknown; output: string; cwd: string }> {
    const path = save(block)
    const cwd = mkdtempSync(join(folder, 'run-'))
    const tsx = import.meta.resolve('tsx')
    const ran = await run(['--conditions=cloud-keypair-source', '--import', tsx, path], cwd, {
      VOLCENGINE_ENDPOINT: cloud.url,
      VOLCENGINE_REGION: cloud.region,
      VOLCENGINE_ACCESS_KEY: cloud.accessKeyId,
      VOLCENGINE_SECRET_KEY: cloud.secretAccessKey,
      HOME: cwd,
    })
    return { ...ran, cwd }
  }

  it.each(runnable.slice(1))('runs at $where', { timeout: limitMs }, async (block) => {
    const { code, output } = await runBlock(block)
    expect(output).not.toMatch(/PRIVATE KEY|the key\b/)
    expect(code, output).toBe(0)
  })

  it('creates, attaches, reports the refusal and lists, in its first block', { timeout: limitMs }, async () => {
    const [first] = runnable
    if (first === undefined) throw new Error('There is no block')
    const { code, output, cwd } = await runBlock(first)
    expect(code, output).toBe(0)
    expect(output).not.toContain('PRIVATE KEY')
    const { keyPairs, instances } = cloud.world.snapshot()
    expect(output).toContain('i-2 instance-unsupported Windows takes no key pairs.')
    expect(output).toContain(`deploy ${keyPairs[0]?.fingerprint}`)
    expect(instances.map(({ bound }) => bound?.name)).toEqual(['deploy', undefined])
    expect(readFileSync(join(cwd, 'deploy.pem'), 'utf8')).toContain('BEGIN RSA PRIVATE KEY')
    expect(statSync(join(cwd, 'deploy.pem')).mode & 0o777).toBe(0o600)
  })

  it('grants in its policy exactly what the operations ask for', { timeout: limitMs }, async () => {
    const { region, url: endpoint, accessKeyId, secretAccessKey } = cloud
    await using service = createVolcengineKeyPairService({
      region,
      endpoint,
      credentials: { accessKeyId, secretAccessKey },
    })
    const path = join(folder, 'policy.pem')
    const results = [
      await service.create({ name: 'here', save: saveToFile(path), bits: 2048, tags: { a: 'b' } }),
      await service.createInCloud({ name: 'there' }),
      await service.update({ name: 'here' }, { description: 'new', tags: { a: null, c: 'd' } }),
      await service.attach({ name: 'here' }, ['i-1']),
      await service.detach({ name: 'here' }, ['i-1']),
      await service.deleteMany([{ name: 'here' }, { name: 'there' }]),
    ]
    expect(results.map((result) => (result.isErr() ? result.error.message : 'ok'))).toEqual(results.map(() => 'ok'))

    const policy = blocks().find(({ language, code }) => language === 'json' && code.includes('"Statement"'))
    const granted = [...(policy?.code ?? '').matchAll(/"(ecs:\w+)"/g)].map(([, action]) => action)
    const asked = new Set(cloud.calls.map(({ action }) => `ecs:${action}`))
    // The other name of the permission to delete, by the vendor's own list.
    expect(granted.filter((action) => action !== 'ecs:DeleteKeyPair').sort()).toEqual([...asked].sort())
  })

  it('has the capabilities of the adapter in its table', async () => {
    await using service = createVolcengineKeyPairService()
    const { capabilities } = service
    const { instances } = capabilities
    const yesNo = (is: boolean): string => (is ? 'yes' : 'no')
    expect(Object.fromEntries(table('README.md', '| Volcengine ECS '))).toEqual({
      'a key pair is named by': capabilities.identity.join(', '),
      'longest name': String(capabilities.name.maxLength),
      'instances in one attach or detach': String(instances && instances.change.items),
      'instances may be': instances && instances.power.join(', '),
      description: capabilities.description,
      tags: capabilities.tags,
      'group (project)': capabilities.group,
      'generates key pairs': yesNo(capabilities.createInCloud),
      'returns public keys': yesNo(capabilities.publicKey),
      'has idempotency tokens': yesNo(capabilities.idempotencyToken),
      'itself refuses to delete one in use': yesNo(capabilities.delete.refusesInUse),
    })
  })

  it('shows code and the two commands within its first 40 lines', () => {
    const firstScreen = read('README.md').split('\n').slice(0, 40).join('\n')
    expect(firstScreen).toContain('npx -y pnpm@10.34.8 demo')
    expect(firstScreen).toContain('npx -y pnpm@10.34.8 test')
  })
})
