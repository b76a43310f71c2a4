import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Circumstances, createInterruptions, type Ended, runCommand } from '../../packages/cli/test/run-command.js'
import type { Check } from './check.js'
import { downIn } from './clouds.js'
import { scaledClock } from './scaled-clock.js'
import { inTrial, type Trial } from './trial.js'

const program = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))

/** Checks of `cloud-keypair fleet`. */
export const commandChecks: readonly Check[] = [
  [
    'a run is submitted, worked on, watched and reported by the command',
    () =>
      inShell(2, async ({ folder, clouds }, run) => {
        const key = join(folder, 'new.pem')
        const rotate = ['rotate', 'key-0', 'key-1', '--places', join(folder, 'places.json'), '--id', 'run']
        const submitted = await run([...rotate, '--private-key', key, '--yes'])
        assert.deepEqual(
          [submitted.exitCode, lastOf(submitted.stdout)],
          [0, 'alibaba-ens\taccount-1\t\twaiting\t0\t\t\t'],
        )
        assert.match(submitted.stderr, /^The run is run\.\n[^]*hint: Workers carry it out: cloud-keypair fleet work\./)
        assert.equal((await stat(key)).mode & 0o777, 0o600)
        const again = await run([...rotate, '--private-key', key, '--reuse', '--yes', '-o', 'json'])
        assert.equal(again.exitCode, 0)
        const privateKey = await readFile(key, 'utf8')
        assert.equal(privateKey.match(/BEGIN/g)?.length, 1)
        const held = await run(['audit', '--places', join(folder, 'places.json')])
        assert.deepEqual([held.exitCode, held.stdout], [1, ''])
        assert.match(held.stderr, /error: alibaba-ens account-0 is held by the run run\nhint: /)
        const { onInterruption, send } = createInterruptions()
        const working = run(['work', '--check', 'test "$CLOUD_KEYPAIR_CLOUD" = alibaba-ens'], { onInterruption })
        const watched = await run(['watch', 'run', '--no-header'])
        assert.deepEqual(
          [watched.exitCode, lastOf(watched.stdout)],
          [0, 'alibaba-ens\taccount-1\t\tsucceeded\t1\t3\t\t'],
        )
        assert.match(watched.stderr, /begun alibaba-ens\/account-0\n[^]*\nended alibaba-ens\/account-1 succeeded\n/)
        send('SIGTERM')
        assert.equal((await working).exitCode, 0)
        const { keyPairs } = clouds.simulatorOf({ provider: 'alibaba-ens', account: 'account-1' }).world.snapshot()
        assert.deepEqual(
          keyPairs.map(({ name }) => name),
          ['key-1'],
        )
        const report: unknown = JSON.parse((await run(['report', 'run', '-o', 'json'])).stdout)
        assert.ok(typeof report === 'object' && report !== null && 'state' in report && report.state === 'finished')
        const missing = await run(['report', 'nothing', '-o', 'json'])
        assert.deepEqual([missing.exitCode, missing.stdout], [6, ''])
        assert.match(missing.stderr, /^\{"error":\{"code":"not-found"/)
        for (const { stdout, stderr } of [submitted, again, held, watched, missing]) {
          assert.doesNotMatch(stdout + stderr, /PRIVATE KEY/)
        }
      }),
  ],
  [
    'a run is paused, resumed and cancelled by the command, and its place is released',
    () =>
      inShell(2, async ({ folder, fleet, clouds }, run) => {
        const places = join(folder, 'places.json')
        const ids = JSON.stringify([{ provider: 'alibaba-ens', account: 'account-0', instanceIds: ['i-0-0'] }])
        await writeFile(join(folder, 'ids.json'), ids)
        const attach = ['attach', 'key-0', '--places', join(folder, 'ids.json'), '--id', 'attach', '--now', '--yes']
        assert.equal((await run(attach)).exitCode, 0)
        const paused = await run(['pause', 'attach', '-o', 'name'])
        assert.deepEqual([paused.exitCode, paused.stdout], [0, 'alibaba-ens/account-0\n'])
        assert.match(
          paused.stderr,
          /The run attach is paused \(by hand\)[^]*hint: To go on, run: cloud-keypair fleet resume attach/,
        )
        const late = await run(['watch', 'attach', '--timeout', '1s'])
        assert.deepEqual([late.exitCode, lastOf(late.stdout)], [75, 'alibaba-ens\taccount-0\t\twaiting\t0\t\t\t'])
        assert.equal((await run(['resume', 'attach'])).exitCode, 0)
        const released = await run(['release', '--cloud', 'alibaba-ens', '--profile', 'account-0'])
        assert.match(released.stderr, /^alibaba-ens\/account-0 was taken from the run attach\.\n$/)
        const free = await run(['release', '--cloud', 'alibaba-ens', '--profile', 'account-0'])
        assert.match(free.stderr, /^No run has alibaba-ens\/account-0\.\n$/)
        const over = await run(['watch', 'attach', '-o', 'jsonl'])
        assert.deepEqual([over.exitCode, over.stdout.includes('"status":"cancelled"')], [3, true])
        assert.equal((await run(['audit', '--places', places, '--id', 'audit', '--failed-places', '0'])).exitCode, 0)
        const cancelled = await run(['cancel', 'audit', '--columns', 'account,status', '--no-header'])
        assert.deepEqual([cancelled.exitCode, cancelled.stdout], [0, 'account-0\tcancelled\naccount-1\tcancelled\n'])
        const refused = await run(['resume', 'audit'])
        assert.match(refused.stderr, /error: The run audit is cancelled\nhint: /)
        assert.equal((await fleet.report('audit'))._unsafeUnwrap().state, 'cancelled')
        assert.deepEqual(downIn(clouds.simulatorOf({ provider: 'alibaba-ens', account: 'account-0' })), [])
      }),
  ],
  [
    'the process of each command ends, that of a worker at SIGTERM',
    () =>
      inShell(1, async ({ environment }) => {
        const start = (...argv: readonly string[]) => {
          const flags = ['--conditions=cloud-keypair-source', '--import', import.meta.resolve('tsx'), program]
          return spawn(process.execPath, [...flags, 'fleet', ...argv], { env: { ...process.env, ...environment } })
        }
        assert.deepEqual(await once(start('report', 'nothing'), 'exit'), [6, null])
        const worker = start('work')
        try {
          await once(worker.stderr, 'data')
          worker.kill('SIGTERM')
          assert.deepEqual(await once(worker, 'exit'), [0, null])
        } finally {
          worker.kill('SIGKILL')
        }
      }),
  ],
]

/** A trial with a home directory, whose configuration has an account for each place. */
interface Shell extends Trial {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}

type Run = (argv: readonly string[], circumstances?: Circumstances) => Promise<Ended>

/** Runs a check with a command `fleet` that reaches the clouds and Redis of a trial. */
async function inShell(count: number, check: (shell: Shell, run: Run) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-fleet-'))
  try {
    await inTrial(count, async (trial) => {
      const { redis, clouds } = trial
      const { from, urls } = clouds.reach
      const accounts: Record<string, unknown> = {}
      for (const [name, endpoint] of Object.entries(urls)) accounts[name] = { cloud: 'alibaba-ens', endpoint }
      await mkdir(join(folder, '.config/cloud-keypair'), { recursive: true })
      const config = JSON.stringify({ accounts })
      await writeFile(join(folder, '.config/cloud-keypair/config.json'), config)
      await writeFile(join(folder, 'places.json'), JSON.stringify(clouds.places))
      const environment = {
        HOME: folder,
        PATH: process.env['PATH'] ?? '',
        CLOUD_KEYPAIR_REDIS: redis.url,
        ALIBABA_CLOUD_ACCESS_KEY_ID: 'simulator-access-key',
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'simulator-access-key-secret',
      }
      const usual = { environment, homeDirectory: folder, clock: scaledClock(from) }
      await check({ ...trial, folder, environment }, (argv, circumstances) =>
        runCommand(['fleet', ...argv], { ...usual, ...circumstances }),
      )
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function lastOf(text: string): string | undefined {
  return text.replace(/\n$/, '').split('\n').at(-1)
}
