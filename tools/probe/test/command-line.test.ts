import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVolcengineSimulator, type VolcengineSimulator } from '@cloud-keypair/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readLoginTarget } from '../src/login.js'
import { readCommandLine } from '../src/options.js'
import { compiledPackages } from '../../../tests/support/compiled-packages.js'

let folder: string
let simulator: VolcengineSimulator

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-test-'))
  simulator = await startVolcengineSimulator()
})

afterAll(async () => {
  await simulator.close()
  await rm(folder, { recursive: true })
})

interface Ended {
  readonly code: number | string | null | undefined
  readonly output: string
}

const main = fileURLToPath(new URL('../compiled/main.js', import.meta.url))

/** Runs the command with the credentials of the simulator. */
async function command(...args: readonly string[]): Promise<Ended> {
  const env = {
    ...process.env,
    VOLCENGINE_ACCESS_KEY: simulator.accessKeyId,
    VOLCENGINE_SECRET_KEY: simulator.secretAccessKey,
  }
  return await new Promise((resolve) => {
    execFile(process.execPath, [compiledPackages, main, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, output: stdout + stderr })
    })
  })
}

const account = ['--cloud', 'volcengine', '--region', 'cn-beijing']

test('without a throw-away instance the probe calls nothing, and exits with 2', async () => {
  const { code, output } = await command(...account, '--endpoint', simulator.url)
  expect(code).toBe(2)
  expect(output).toContain('Nothing was called')
  expect(simulator.calls).toEqual([])
})

test('a missing instance ends the probe with 2, and the record has its calls', async () => {
  const record = join(folder, 'record.json')
  const json = join(folder, 'answers.json')
  const args = [...account, '--endpoint', simulator.url, '--throw-away', 'i-none', '--record', record, '--json', json]
  const { code, output } = await command(...args)
  expect(code, output).toBe(2)
  expect(output).toContain('nothing was changed')
  const exchanges: unknown = JSON.parse(await readFile(record, 'utf8'))
  expect(exchanges).toMatchObject([{ action: 'DescribeInstances', status: 200 }])
  expect((await stat(record)).mode & 0o777).toBe(0o600)
  await expect(stat(json)).rejects.toThrow('ENOENT')
})

test('an existing file is not overwritten, and nothing is called', async () => {
  const json = join(folder, 'mine.json')
  const record = join(folder, 'new.json')
  await writeFile(json, 'mine')
  const before = simulator.calls.length
  const args = [...account, '--endpoint', simulator.url, '--throw-away', 'i-1', '--json', json, '--record', record]
  const { code, output } = await command(...args)
  expect(code).toBe(2)
  expect(output).toContain(`${json} exists, and nothing is overwritten`)
  expect(await readFile(json, 'utf8')).toBe('mine')
  await expect(stat(record)).rejects.toThrow('ENOENT')
  expect(simulator.calls).toHaveLength(before)
})

test.each([
  [['--cloud', 'nowhere'], '--cloud is one of: volcengine, alibaba-ecs, alibaba-ens'],
  [[], '--cloud is one of: volcengine, alibaba-ecs, alibaba-ens'],
  [['--cloud', 'alibaba-ens', '--region', 'cn-beijing'], '--region: the key pairs of Alibaba Cloud ENS have none'],
  [[...account, '--login', '-oProxyCommand=x'], "Option '--login' argument is ambiguous"],
  [[...account, '--throw-away', 'i-1,i-2'], '--throw-away is the id of one instance'],
  [[...account, '--record', 'x', '--json', 'x'], '--record and --json are two files'],
])('%j is wrong', (args, why) => {
  const read = readCommandLine(args)
  expect(read.kind).toBe('wrong')
  expect(read.kind === 'wrong' && read.why).toContain(why)
})

test.each([
  ['root@203.0.113.7', { user: 'root', host: '203.0.113.7', port: '22' }],
  ['ubuntu@host.example:2222', { user: 'ubuntu', host: 'host.example', port: '2222' }],
  ['root@[2001:db8::1]:22', { user: 'root', host: '2001:db8::1', port: '22' }],
  ['root', undefined],
  ['-oProxyCommand=x@host', undefined],
  ['root@-oProxyCommand=x', undefined],
  ['root@host command', undefined],
])('%s is a login of %o', (text, target) => {
  expect(readLoginTarget(text)).toEqual(target)
})
