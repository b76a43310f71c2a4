import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'

const source = fileURLToPath(new URL('../src', import.meta.url))
// Loaded into the programs: they do not wait between two reads.
const shortWaits = fileURLToPath(new URL('../../demo/compiled/programs/short-waits.js', import.meta.url))
const programs = readdirSync(source).filter((name) => name !== 'main.ts')

// The programs leave the files that they made, for their reader.
const temporary = mkdtempSync(join(tmpdir(), 'examples-test-'))

afterAll(() => rmSync(temporary, { recursive: true }))

function start(name: string, ...parameters: readonly string[]) {
  const node = ['--conditions=cloud-keypair-source', '--import', import.meta.resolve('tsx')]
  const env = { ...process.env, TMPDIR: temporary, NODE_OPTIONS: `--import=${pathToFileURL(shortWaits).href}` }
  return spawn(process.execPath, [...node, `${source}/main.ts`, name, ...parameters], { env })
}

async function outputOf(child: ReturnType<typeof start>, input = ''): Promise<string> {
  child.stdin.end(input)
  const closed = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect(await closed, out + err).toEqual([0, null])
  return out
}

it.each(programs)('%s has fewer than forty lines', (name) => {
  const lines = readFileSync(`${source}/${name}`, 'utf8').trim().split('\n')
  expect(lines.length).toBeLessThan(40)
})

it('quickstart creates a key pair and attaches it', async () => {
  const output = await outputOf(start('quickstart'))
  expect(output).toContain("attached i-2 { changed: true, effect: 'at-next-start' }")
  expect(output).not.toContain('PRIVATE KEY')
})

it('plain lists the instances that have a key pair', async () => {
  expect(await outputOf(start('plain', 'deploy'))).toMatch(/^i-301 running\ni-302 running\n/)
})

it('bulk attaches to each of the ids that it reads, and prints one line for each', async () => {
  const ids = Array.from({ length: 250 }, (_, index) => `i-${index + 1}`)
  const lines = (await outputOf(start('bulk', 'deploy'), ids.join('\n'))).split('\n')
  expect(lines.slice(0, 250)).toEqual(ids.map((id) => `${id} succeeded `))
})

it('rotation restarts the first instance alone, checks the login, and removes the old key pair', async () => {
  const output = await outputOf(start('rotation'))
  expect(output).toContain('0/2 checking i-301\n1/2 finished i-301\n')
  expect(output).toContain('replaced on all; the old key pair is removed')
})

it('service answers with the item, or with a status that fits the error', async () => {
  const child = start('service')
  const [, port] = await new Promise<RegExpExecArray>((resolve, reject) => {
    child.once('close', () => reject(new Error('the service ended before it told its port')))
    createInterface(child.stdout).on('line', (line) => {
      const found = /port: (\d+)/.exec(line)
      if (found !== null) resolve(found)
    })
  })
  const put = async (path: string): Promise<readonly [number, unknown]> => {
    const response = await fetch(`http://127.0.0.1:${port}/instances/${path}`, { method: 'PUT' })
    return [response.status, await response.json()]
  }
  expect(await put('i-1/key-pair/deploy')).toEqual([200, expect.objectContaining({ id: 'i-1', changed: true })])
  expect(await put('i-1/key-pair/none')).toEqual([404, expect.objectContaining({ code: 'not-found' })])
  expect(await put('i-none/key-pair/deploy')).toEqual([404, expect.objectContaining({ code: 'not-found' })])
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([0, null])
})
