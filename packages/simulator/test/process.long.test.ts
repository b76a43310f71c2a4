import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { startVolcengineSimulator } from '../src/index.js'
import { at, textAt, vendorClient, verdicts } from './clients.js'
import { compiledPackages } from '../../../tests/support/compiled-packages.js'

async function control(url: string, request: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const [method = 'GET', path = ''] = request.split(' ')
  const response = await fetch(
    `${url}/__simulator/${path}`,
    body === undefined ? { method } : { method, body: JSON.stringify(body) },
  )
  return { status: response.status, body: JSON.parse(await response.text()) }
}

const seed = {
  keyPairs: [{ name: 'key', tags: { a: 'b' } }],
  instances: [{ id: 'i-1', keyPair: 'key' }, { id: 'i-2' }],
}

describe('the control over HTTP', () => {
  it('offers what the library offers', async () => {
    const simulator = await startVolcengineSimulator()
    const { url, world } = simulator
    const call = vendorClient(simulator)
    expect(at((await control(url, 'POST seed', seed)).body, 'keyPairs', 0, 'name')).toBe('key')
    expect((await control(url, 'GET snapshot')).body).toEqual(world.snapshot())
    await control(url, 'POST faults', { kind: 'throttle', times: 'Infinity' })
    expect((await call('DescribeKeyPairs')).status).toBe(429)
    await control(url, 'POST clear-faults')
    await call('StopInstances', { InstanceIds: ['i-1'] })
    await control(url, 'POST settle')
    expect(world.snapshot().instances[0]?.status).toBe('STOPPED')
    await control(url, 'POST read-lag', { ms: 60_000 })
    await call('AttachKeyPair', { KeyPairName: 'key', InstanceIds: ['i-2'] })
    expect(at((await call('DescribeInstances', { KeyPairName: 'key' })).body, 'Result', 'TotalCount')).toBe(1)
    expect((await control(url, 'GET calls')).body).toHaveLength(4)
    await control(url, 'POST clear-calls')
    expect(simulator.calls).toEqual([])
    await simulator.close()
  })

  it.each([
    ['POST faults', { kind: 'lightning' }],
    ['POST faults', { kind: 'reset' }],
    ['POST faults', { kind: 'body', transform: 'melt' }],
    ['POST faults', { kind: 'throttle', times: -1 }],
    ['POST seed', { instances: [{ id: 7 }] }],
    ['POST seed', { instances: [{ id: 'i', keyPair: 'none' }] }],
    ['POST seed', { keyPairs: [{ name: 'k', publicKey: 'x' }] }],
    ['POST seed', { instance: [] }],
  ])('says what is wrong with %s %o', async (request, body) => {
    const simulator = await startVolcengineSimulator()
    const answer = await control(simulator.url, request, body)
    expect(answer.status).toBe(400)
    expect(textAt(answer.body, 'error')).toMatch(/./)
    expect((await control(simulator.url, 'GET nothing')).status).toBe(404)
    await simulator.close()
  })
})

describe('two simulators', () => {
  it('share no state, and give the same ids in the same order', async () => {
    const [one, other] = [await startVolcengineSimulator(), await startVolcengineSimulator()]
    one.world.seedKeyPair({ name: 'key' })
    one.fault({ kind: 'throttle' })
    expect((await vendorClient(other)('DescribeKeyPairs')).status).toBe(200)
    expect(other.world.snapshot().keyPairs).toEqual([])
    expect(one.calls).toEqual([])
    await Promise.all([one.close(), other.close()])
    const again = await startVolcengineSimulator()
    again.world.seedKeyPair({ name: 'key' })
    expect(again.world.snapshot()).toEqual(one.world.snapshot())
    await again.close()
  })
})

describe('the process', () => {
  const main = join(import.meta.dirname, '../compiled/main.js')
  const children: ChildProcess[] = []
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'))
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL')
    for (const file of readdirSync(folder)) rmSync(join(folder, file))
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  async function started(args: readonly string[]): Promise<{ child: ChildProcess; ready: unknown }> {
    const child = spawn(process.execPath, [compiledPackages, main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line')
    return { child, ready: JSON.parse(String(line)) }
  }

  it.each<[string, string, Record<string, string>, string]>([
    ['alibaba-ecs', '{"deleteUnknown":"InvalidKeyPair.NotFound"}', { region: 'cn-hangzhou' }, 'deleteUnknown'],
    ['alibaba-ens', '{"names":"repeat"}', {}, 'names'],
  ])('is any of the clouds: %s', async (cloud, variants, where, name) => {
    const seedFile = join(folder, 'seed.json')
    writeFileSync(seedFile, JSON.stringify(seed))
    const { ready } = await started(['--cloud', cloud, '--variants', variants, '--seed', seedFile])
    const url = textAt(ready, 'url')
    const credentials = { accessKeyId: 'simulator-access-key', accessKeySecret: 'simulator-access-key-secret' }
    expect(ready).toEqual({ url, ...credentials, ...where })
    expect((await control(url, 'GET variants')).body).toMatchObject(JSON.parse(variants))
    expect(at((await control(url, 'GET variants')).body, name)).toBeDefined()
    expect(at((await control(url, 'GET snapshot')).body, 'instances', 0, 'bound')).toBe('key')
    const more = { instances: [{ id: 'i-3', status: 'Stopped' }] }
    expect((await control(url, 'POST seed', more)).status).toBe(200)
    expect((await control(url, 'POST seed', { instances: [{ id: 'i-3', status: 'STOPPED' }] })).status).toBe(400)
    expect(at((await control(url, 'GET snapshot')).body, 'instances')).toHaveLength(3)
  })

  it('is Amazon EC2, with instances in its states', async () => {
    const seedFile = join(folder, 'seed.json')
    const instances = [{ id: 'i-1', state: 'stopped', keyName: 'key' }]
    writeFileSync(seedFile, JSON.stringify({ keyPairs: [{ name: 'key', tags: { a: 'b' } }], instances }))
    const variants = '{"deleteMissing":"refused","maxKeyPairs":2}'
    const { ready } = await started(['--cloud', 'aws', '--variants', variants, '--seed', seedFile])
    const url = textAt(ready, 'url')
    const credentials = { accessKeyId: 'simulator-access-key', secretAccessKey: 'simulator-secret-key' }
    expect(ready).toEqual({ url, ...credentials, region: 'eu-central-1' })
    expect((await control(url, 'GET variants')).body).toMatchObject(JSON.parse(variants))
    expect(at((await control(url, 'GET snapshot')).body, 'instances', 0)).toEqual(instances[0])
    expect(at((await control(url, 'GET snapshot')).body, 'keyPairs', 0, 'tags')).toEqual({ a: 'b' })
    expect((await control(url, 'POST seed', { instances: [{ id: 'i-2', state: 'running' }] })).status).toBe(200)
    expect((await control(url, 'POST seed', { instances: [{ id: 'i-3', state: 'Running' }] })).status).toBe(400)
  })

  it('is Tencent Cloud, with instances in its states', async () => {
    const seedFile = join(folder, 'seed.json')
    const instances = [{ id: 'ins-1', status: 'STOPPED', keyPairs: ['key'] }]
    writeFileSync(seedFile, JSON.stringify({ keyPairs: [{ name: 'key', tags: { a: 'b' } }], instances }))
    const variants = '{"change":"at-once","maxKeyPairs":2}'
    const { ready } = await started(['--cloud', 'tencent', '--variants', variants, '--seed', seedFile])
    const url = textAt(ready, 'url')
    const credentials = { secretId: 'simulator-secret-id', secretKey: 'simulator-secret-key' }
    expect(ready).toEqual({ url, ...credentials, region: 'ap-guangzhou' })
    expect((await control(url, 'GET variants')).body).toMatchObject(JSON.parse(variants))
    expect(at((await control(url, 'GET snapshot')).body, 'instances', 0)).toMatchObject({
      id: 'ins-1',
      status: 'STOPPED',
    })
    expect(at((await control(url, 'GET snapshot')).body, 'keyPairs', 0, 'tags')).toEqual({ a: 'b' })
    expect((await control(url, 'POST seed', { instances: [{ id: 'ins-2', status: 'Stopped' }] })).status).toBe(400)
  })

  it.each([
    ['--cloud', 'tencent', '--variants', '{"change":"never"}'],
    ['--cloud', 'aws', '--variants', '{"deleteMissing":"never"}'],
    ['--cloud', 'nimbus'],
    ['--cloud', 'alibaba-ecs', '--variants', '{"names":"repeat"}'],
    ['--cloud', 'alibaba-ens', '--variants', '{"pageSizeMaximum":70}'],
    ['--cloud', 'alibaba-ecs', '--variants', '{"unknownKeyPairStatus":403}'],
    ['--cloud', 'alibaba-ens', '--region', 'cn-hangzhou'],
    ['--port', 'none'],
    ['--variants', '{'],
    ['--seed', '/does/not/exist'],
    ['--nonsense', 'x'],
  ])('says what is wrong with %s %s', async (...args) => {
    const child = spawn(process.execPath, [compiledPackages, main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    children.push(child)
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    expect(await once(child, 'close')).toEqual([1, null])
    // One line, and no stack.
    expect(errors).toMatch(/^cloud-keypair-simulator: .* \(--help shows the options\)\n$/)
    expect(errors).toMatch(/--cloud must be one of|variants\.|no region|--port|not JSON|ENOENT|--nonsense/)
  })

  it('has a region that is asked for, and shows its options', async () => {
    const { ready } = await started(['--region', 'cn-shanghai'])
    expect(ready).toMatchObject({ region: 'cn-shanghai' })
    const child = spawn(process.execPath, [compiledPackages, main, '--help'], { stdio: ['ignore', 'pipe', 'inherit'] })
    let shown = ''
    child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()))
    expect(await once(child, 'close')).toEqual([0, null])
    expect(shown).toMatch(/^Usage: cloud-keypair-simulator[^]*--region/)
  })

  it('prints its address, obeys its options and ends on SIGTERM', async () => {
    const seedFile = join(folder, 'seed.json')
    writeFileSync(seedFile, JSON.stringify(seed))
    const { child, ready } = await started(['--port', '0', '--variants', '{"inUseCode":"Refused"}', '--seed', seedFile])
    const url = textAt(ready, 'url')
    expect((await control(url, 'GET variants')).body).toMatchObject({ inUseCode: 'Refused', fingerprint: 'md5' })
    expect(at((await control(url, 'GET snapshot')).body, 'instances')).toHaveLength(2)
    const library = await startVolcengineSimulator()
    const call = vendorClient({
      ...library,
      host: url.replace('http://', ''),
      region: textAt(ready, 'region'),
      accessKeyId: textAt(ready, 'accessKeyId'),
      secretAccessKey: textAt(ready, 'secretAccessKey'),
    })
    expect(verdicts((await call('DeleteKeyPairs', { KeyPairNames: ['key'] })).body)).toEqual({ key: 'Refused' })
    await library.close()
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })
})
