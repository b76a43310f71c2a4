import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { compiledPackages } from '../../../tests/support/compiled-packages.js'
import { runCommand, startVolcengine } from './run-command.js'

const run = promisify(execFile)
const program = fileURLToPath(new URL('../compiled/main.js', import.meta.url))
const recorder = fileURLToPath(new URL('support/record-loads.mjs', import.meta.url))

/** Runs the command as a process, and returns the modules that it loaded. */
async function modulesLoadedBy(argv: readonly string[], folder: string, environment = {}): Promise<readonly string[]> {
  const list = join(folder, `loaded-${argv.join('-').replace(/\W+/g, '-')}`)
  const parameters = [compiledPackages, '--import', recorder, program, ...argv]
  const env = { PATH: process.env['PATH'], HOME: folder, LOADED_MODULES: list, ...environment }
  await run(process.execPath, parameters, { env })
  return (await readFile(list, 'utf8')).split('\n')
}

test('--help and --version load no adapter, and list loads the one of its cloud', async () => {
  await using volcengine = await startVolcengine()
  const { folder, options, circumstances } = volcengine
  const ofAdapters = /packages\/(volcengine|alibaba|core|simulator)\/compiled/
  for (const argv of [['--help'], ['--version'], ['--help', 'exit-codes'], ['list', '--help']]) {
    const loaded = await modulesLoadedBy(argv, folder)
    expect(loaded.some((url) => url.includes('packages/cli/compiled/command-line'))).toBe(true)
    expect(loaded.filter((url) => ofAdapters.test(url))).toEqual([])
  }
  const loaded = await modulesLoadedBy(['list', ...options], folder, circumstances.environment)
  expect(loaded.some((url) => url.includes('packages/volcengine/compiled'))).toBe(true)
  expect(loaded.filter((url) => /packages\/(alibaba|simulator|fleet)\/compiled/.test(url))).toEqual([])
})

test('a command that writes into a pipe finds the packages that its adapter needs', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  const env = { PATH: process.env['PATH'], ...circumstances.environment, HOME: volcengine.folder }
  const parameters = [compiledPackages, program, 'list', '-o', 'name', ...options]
  await expect(run(process.execPath, parameters, { env })).resolves.toEqual({ stdout: 'deploy\n', stderr: '' })
})

test('the package of the fleet and a client of Redis are loaded by a command of the fleet, and not by its help', async () => {
  await using volcengine = await startVolcengine()
  const { folder } = volcengine
  const ofFleet = /packages\/fleet\/compiled|bullmq|ioredis/
  for (const argv of [
    ['fleet', '--help'],
    ['fleet', 'work', '--help'],
    ['help', 'fleet'],
  ]) {
    const loaded = await modulesLoadedBy(argv, folder)
    expect(loaded.some((url) => url.includes('packages/cli/compiled/commands/fleet'))).toBe(true)
    expect(loaded.filter((url) => ofFleet.test(url))).toEqual([])
  }
})

test('a wrong command line ends with exit code 2, says what is wrong, and sends nothing', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['lst'], /unknown command 'lst'[^]*Did you mean list/],
    [['list', '--colums', 'name'], /unknown option '--colums'[^]*Did you mean --columns/],
    [['list', '--columns', 'nam'], /there is no column nam[^]*The columns are name, id/],
    [['list', '--output', 'yaml'], /yaml/],
    [['list', '--output', 'sarif'], /this command has no output sarif/],
    [['show'], /missing required argument 'key-pair'[^]*cloud-keypair show --help/],
    [['show', 'id:'], /a key pair has no name/],
    [['attach', 'deploy'], /no instance is given/],
    [['attach', 'deploy', '--ids-from', '/does/not/exist'], /cannot be read/],
    [['create', 'deploy'], /--private-key/],
    [['list', '--timeout', 'soon'], /90s/],
    [['rotate', 'a', 'b', '--public-key', '-', '--bits', '4096'], /--bits has no effect/],
    [['rotate', 'a', 'b', '--public-key', '-', '--reuse'], /--reuse has no effect/],
    [['rotate', 'a', 'b', '--public-key', '-', '--private-key', 'b.pem'], /--private-key has no effect/],
  ]
  for (const [argv, said] of cases) {
    const ended = await runCommand([...argv, ...options], circumstances)
    expect({ argv, ...ended }).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(said) })
  }
  expect(simulator.calls).toEqual([])
})

test('a usage error is JSON with --output json', async () => {
  const ended = await runCommand(['show', '--output', 'json'])
  expect(JSON.parse(ended.stderr)).toEqual({
    error: { code: 'usage', message: "missing required argument 'key-pair'", hint: expect.any(String) },
  })
})

test('--help exit-codes shows each exit code', async () => {
  const { exitCode, stdout } = await runCommand(['--help', 'exit-codes'])
  expect(exitCode).toBe(0)
  expect([...stdout.matchAll(/^ +(\d+) {2}/gm)].map(([, code]) => Number(code))).toEqual([
    0, 1, 2, 3, 4, 5, 6, 75, 129, 130, 143,
  ])
})
