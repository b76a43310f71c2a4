import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { startVolcengineSimulator } from '../src/index.js'
import { at, textAt, vendorClient, verdicts } from './clients.js'

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
  it('does what the library does', async () => {
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
  it('share nothing, and give the same ids in the same order', async () => {
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
  const children: ChildProcess[] = []
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'))
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  it('says where it is, obeys its options and ends on SIGTERM', async () => {
    const seedFile = join(folder, 'seed.json')
    writeFileSync(seedFile, JSON.stringify(seed))
    const main = join(import.meta.dirname, '../src/main.ts')
    const args = ['--import', 'tsx', main, '--port', '0', '--variants', '{"inUseCode":"Refused"}', '--seed', seedFile]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line')
    const ready: unknown = JSON.parse(String(line))
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
