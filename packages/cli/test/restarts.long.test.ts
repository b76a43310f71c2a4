import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { compiledPackages } from '../../../tests/support/compiled-packages.js'
import { createInterruptions, type Ended, runCommand, startAlibabaEns, startVolcengine } from './run-command.js'

const program = fileURLToPath(new URL('../compiled/main.js', import.meta.url))
const runsFolder = '.local/state/cloud-keypair/runs'

test('attach --now without --yes and without a person is refused, and names what would be restarted', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2', status: 'STOPPED' }])
  const refused = await runCommand(['attach', 'deploy', 'i-1', 'i-2', '--now', ...options], circumstances)
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
  expect(refused.stderr).toContain('To attach deploy restarts 1 instance, at most 1 at a time.\n  i-1\n')
  expect(refused.stderr).toContain('--yes')
  expect(simulator.calls.filter(({ mutating }) => mutating)).toEqual([])
})

test('attach --now goes on if a person confirms, leaves no run behind, and is refused if the person says no', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, folder, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }])
  const argv = ['attach', 'deploy', 'i-1', '--now', ...options]

  const asked: string[] = []
  const answer = (yes: boolean) => async (question: string) => {
    asked.push(question)
    return yes
  }
  const refused = await runCommand(argv, { ...circumstances, confirm: answer(false) })
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
  expect(simulator.calls.filter(({ mutating }) => mutating)).toEqual([])

  const attached = await runCommand(argv, { ...circumstances, confirm: answer(true) })
  expect(attached).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('i-1\tsucceeded\tyes\tnow') })
  expect(attached.stderr).toContain('[1/1] finished i-1\n')
  expect(asked).toEqual(['Restart them?', 'Restart them?'])
  expect(await readdir(join(folder, runsFolder))).toEqual([])
})

test('a terminal shows the waves in place, in its width', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  const id = `i-${'long'.repeat(30)}`
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id }])
  const argv = ['attach', 'deploy', id, '--now', '--yes', ...options]
  const { exitCode, stderr } = await runCommand(argv, { ...circumstances, errorColumns: 60 })
  expect(exitCode).toBe(0)
  const drawings = stderr.split('\u001b[J')
  expect(drawings.some((drawing) => /^\[#*\.+\] 0 of 1 finished\n {2}rebooting {4}i-long/.test(drawing))).toBe(true)
  for (const line of stderr.split('\n')) expect(stripVTControlCharacters(line).length).toBeLessThan(60)
  // The last drawing is empty: what remains is the result.
  expect(drawings.at(-1)).toBe('')
})

test('a terminal that tells a width of 0, as in a container, is taken for 80 columns', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }])
  const argv = ['attach', 'deploy', 'i-1', '--now', '--yes', ...options]
  const { stdout, stderr } = await runCommand(argv, { ...circumstances, columns: 0, errorColumns: 0 })
  expect(stderr).toContain('0 of 1 finished\n  rebooting    i-1')
  expect(stdout).toContain('succeeded')
})

test('a rotation saves the new private key, replaces the key pair everywhere, and deletes the replaced one', async () => {
  await using ens = await startAlibabaEns()
  const { simulator, folder, options, circumstances } = ens
  simulator.world.seedKeyPair({ name: 'old' })
  simulator.world.seedInstances([
    { id: 'i-1', keyPair: 'old' },
    { id: 'i-2', keyPair: 'old' },
  ])
  const file = join(folder, 'new.pem')
  const rotated = await runCommand(
    [
      'rotate',
      'old',
      'new',
      '--private-key',
      file,
      '--check',
      'test -f "$CLOUD_KEYPAIR_PRIVATE_KEY"',
      '--yes',
      '-o',
      'json',
      ...options,
    ],
    { ...circumstances, environment: { ...circumstances.environment, PATH: process.env['PATH'] } },
  )
  expect(rotated.exitCode).toBe(0)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(JSON.parse(rotated.stdout)).toMatchObject({ keyPair: { name: 'new' }, removed: true, pendingRestart: [] })
  const { instances } = simulator.world.snapshot()
  expect(instances.map(({ id, bound }) => [id, bound])).toEqual([
    ['i-1', 'new'],
    ['i-2', 'new'],
  ])
  for (const line of rotated.stderr.trim().split('\n')) expect(Object.keys(JSON.parse(line))).toHaveLength(1)
  expect(rotated.stdout + rotated.stderr).not.toContain('PRIVATE KEY')
})

test('a rotation that was interrupted starts what it stopped, and is resumed by its name', async () => {
  await using ens = await startAlibabaEns()
  const { simulator, folder, options, circumstances } = ens
  simulator.world.seedKeyPair({ name: 'old' })
  simulator.world.seedInstances([
    { id: 'i-1', keyPair: 'old' },
    { id: 'i-2', keyPair: 'old' },
  ])
  const interruptions = createInterruptions()
  const environment = { ...circumstances.environment, PATH: process.env['PATH'] }
  const rotating = runCommand(
    ['rotate', 'old', 'new', '--private-key', join(folder, 'new.pem'), '--check', 'sleep 60', '--yes', ...options],
    { ...circumstances, environment, onInterruption: interruptions.onInterruption },
  )
  await untilCalled(simulator, 'StopInstance')
  interruptions.send('SIGINT')
  const interrupted = await rotating
  expect(interrupted.exitCode).toBe(130)
  expect(interrupted.stderr).toContain('instances that were stopped are started again first')
  expect(interrupted.stderr).toMatch(/^Interrupted\. Otherwise the exit code would be 3: /m)
  const powerCalls = simulator.calls.map(({ action }) => action).filter((action) => /^St\w+Instance$/.test(action))
  expect(powerCalls.slice(0, 2)).toEqual(['StopInstance', 'StartInstance'])
  expect(simulator.world.snapshot().instances.map(({ status }) => status)).toEqual(['Running', 'Running'])
  const [, id = ''] = /cloud-keypair resume (\S+)/.exec(interrupted.stderr) ?? []
  expect(await readdir(join(folder, runsFolder))).toEqual([`${id}.checkpoint`, `${id}.json`])

  const again = await runCommand(
    ['rotate', 'old', 'newer', '--private-key', join(folder, 'newer.pem'), '--yes', ...options],
    circumstances,
  )
  expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`cloud-keypair resume ${id}`) })

  const listed = await runCommand(['resume', '--list', '-o', 'name'], circumstances)
  expect(listed.stdout).toBe(`${id}\n`)
  const path = join(folder, runsFolder, `${id}.json`)
  await writeFile(path, (await readFile(path, 'utf8')).replace('sleep 60', 'true'))
  const resumed = await runCommand(['resume', '--yes'], { ...circumstances, environment })
  expect(resumed.exitCode).toBe(0)
  expect(resumed.stderr).toMatch(/^\[0\/2\] settling i-1: the cloud may still carry out an earlier call within \d+ s\n/)
  expect(resumed.stderr.match(/settling/g)).toHaveLength(1)
  expect(simulator.world.snapshot().keyPairs.map(({ name }) => name)).toEqual(['new'])
  expect(await readdir(join(folder, runsFolder))).toEqual([])
})

test('the second Ctrl-C leaves at once, and lists the instances that may be stopped', async () => {
  await using ens = await startAlibabaEns(600_000)
  const { simulator, options, circumstances } = ens
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }])
  const interruptions = createInterruptions()
  const left: number[] = []
  const attaching = runCommand(['attach', 'deploy', 'i-1', '--now', '--yes', ...options], {
    ...circumstances,
    onInterruption: interruptions.onInterruption,
    leave: (exitCode) => void left.push(exitCode),
  })
  // The stop is answered, and its end is waited for.
  await untilCalled(simulator, 'StopInstance', 'DescribeInstances')
  interruptions.send('SIGINT')
  interruptions.send('SIGINT')
  expect(left).toEqual([130])
  simulator.world.settle()
  await untilCalled(simulator, 'StartInstance')
  simulator.world.settle()
  const { stderr } = await attaching
  expect(stderr).toContain('Left at once. These instances may be stopped: i-1\n')
  expect(stderr).toMatch(/To start them and to finish, run: cloud-keypair resume attach-/)
})

test('a terminal that is closed, which sends SIGHUP once or twice, ends the command as Ctrl-C does once', async () => {
  await using ens = await startAlibabaEns(1_000)
  const { simulator, folder, options, circumstances } = ens
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }])
  const argv = ['attach', 'deploy', 'i-1', '--now', '--yes', ...options]
  const child = spawn(process.execPath, [compiledPackages, program, ...argv], {
    env: { ...circumstances.environment, PATH: process.env['PATH'], HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, by) => resolve(by)))
  await untilCalled(simulator, 'StopInstance')
  child.kill('SIGHUP')
  child.stderr.on('data', (said: Buffer) => said.includes('Stopping: ') && child.kill('SIGHUP'))
  const said = await text(child.stderr)
  expect(said).toContain('Stopping: ')
  expect(said).not.toContain('Left at once')
  expect(said).toContain('Interrupted. ')
  expect(await ended).toBe('SIGHUP')
  expect(simulator.world.snapshot().instances.map(({ status }) => status)).toEqual(['Running'])
})

test('the error of a batch shows for each instance what its check said', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }])
  const environment = { ...circumstances.environment, PATH: process.env['PATH'] }
  const argv = ['attach', 'deploy', 'i-1', 'i-9', '--now', '--yes', '--check', 'echo no login >&2; exit 3', ...options]
  const { exitCode, stderr } = await runCommand(argv, { ...circumstances, environment })
  expect(exitCode).toBe(3)
  expect(stderr).toMatch(/^ {2}i-1: aborted: it ended with 3: no login: [^\n]*\.$/m)
  expect(stderr).toMatch(/^ {2}i-9: not-found: [^\n]*\.$/m)
})

test('a terminal shows for how long a resume waits, and the reason', async () => {
  await using ens = await startAlibabaEns()
  expect(await interruptedAttach(ens, 'AttachKeyPair')).toMatchObject({ exitCode: 130 })
  const resumed = await runCommand(['resume', '--yes'], { ...ens.circumstances, errorColumns: 100 })
  expect(resumed.exitCode).toBe(0)
  expect(resumed.stderr).toMatch(
    /^ {2}settling {5}i-1 \S*\d+ s: the cloud may still carry out an earlier call within \d+ s/m,
  )
})

test('a plan is applied as long as the cloud is as it was, and refused afterwards', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, folder, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2' }])
  const planned = await runCommand(['plan', 'attach', 'deploy', 'i-1', 'i-2', '-o', 'json', ...options], circumstances)
  expect(planned.exitCode).toBe(0)
  const file = join(folder, 'plan.json')
  await writeFile(file, planned.stdout)
  const withoutEffect = await runCommand(['apply', file, '--yes', '--reuse'], circumstances)
  expect(withoutEffect).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--reuse has no effect') })

  const applied = await runCommand(['apply', file, '--yes', '-o', 'name'], circumstances)
  expect(applied).toMatchObject({ exitCode: 0, stdout: 'i-1\ni-2\n' })
  const again = await runCommand(['apply', file, '--yes'], circumstances)
  expect(again).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/not as it was planned for/) })

  await writeFile(file, planned.stdout.replaceAll('i-2', 'i-3'))
  const edited = await runCommand(['apply', file, '--yes'], circumstances)
  expect(edited).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/the plan is not as it was made/) })
})

test('a terminal keeps what is said at Ctrl-C, whatever is drawn afterwards', async () => {
  await using ens = await startAlibabaEns()
  const { exitCode, stderr } = await interruptedAttach(ens, 'StopInstance')
  expect(exitCode).toBe(130)
  const shown = screenOf(stderr)
  expect(shown.filter((line) => line.startsWith('Stopping: '))).toHaveLength(1)
  expect(shown.filter((line) => line.includes('finished'))).toEqual([])
})

test('a run that is interrupted while its first checkpoint is written, and changed nothing, leaves no file', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, folder, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'old' })
  simulator.world.seedInstances([{ id: 'i-1', keyPair: 'old' }])
  const { onInterruption, send } = createInterruptions()
  const rotating = runCommand(['rotate', 'old', 'new', '--private-key', join(folder, 'new.pem'), '--yes', ...options], {
    ...circumstances,
    onInterruption,
  })
  const isWriting = (): boolean =>
    existsSync(join(folder, runsFolder)) && names().some((name) => name.startsWith('.cloud-keypair-'))
  const names = (): readonly string[] => readdirSync(join(folder, runsFolder))
  while (!isWriting()) await new Promise((resolve) => setImmediate(resolve))
  send('SIGINT')
  expect(await rotating).toMatchObject({ exitCode: 130, stderr: expect.not.stringContaining('To finish') })
  expect(await runCommand(['resume', '--yes'], circumstances)).toMatchObject({
    stderr: 'There is nothing to resume.\n',
  })
  expect(names()).toEqual([])
})

type Ens = Awaited<ReturnType<typeof startAlibabaEns>>

/** Attaches a key pair to an instance on a terminal, with Ctrl-C at a call. */
async function interruptedAttach({ simulator, options, circumstances }: Ens, action: string): Promise<Ended> {
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }])
  const { onInterruption, send } = createInterruptions()
  const attaching = runCommand(['attach', 'deploy', 'i-1', '--now', '--yes', ...options], {
    ...circumstances,
    errorColumns: 100,
    onInterruption,
  })
  await untilCalled(simulator, action)
  send('SIGINT')
  return attaching
}

/** Returns the lines that a terminal shows at the end, after what was drawn over them. */
function screenOf(text: string): readonly string[] {
  const lines: string[] = ['']
  let at = 0
  const plainText = text.replaceAll('\u001b[', '␛')
  for (const [, up, clear, end, plain] of plainText.matchAll(/␛(\d+)A|(\r␛J)|(\n)|((?:␛[\d;]*m|[^␛\r\n])+)/g)) {
    if (up !== undefined) at -= Number(up)
    else if (clear !== undefined) lines.splice(at, Infinity, '')
    else if (end !== undefined) at += 1
    else lines[at] = `${lines[at] ?? ''}${(plain ?? '').replace(/␛[\d;]*m/g, '')}`
  }
  return lines
}

test('the runs are listed although one of them ends meanwhile', async () => {
  await using volcengine = await startVolcengine()
  const { folder } = volcengine
  const runs = join(folder, runsFolder)
  await mkdir(runs, { recursive: true })
  // A name without a file is what a list sees of a run that ended after its folder was read.
  await symlink(join(runs, 'gone'), join(runs, 'attach-20260101T000000-0000.json'))
  const listed = await runCommand(['resume', '--list', '-o', 'json'], { homeDirectory: folder })
  expect(listed).toEqual({ exitCode: 0, stdout: '[]\n', stderr: '' })
})

/** Waits until the simulator has received these actions one after another. */
async function untilCalled(
  simulator: { readonly calls: readonly { readonly action: string }[] },
  ...actions: readonly string[]
): Promise<void> {
  let from = 0
  for (const wanted of actions) {
    let at = -1
    while (at < 0) {
      await new Promise((resolve) => setImmediate(resolve))
      at = simulator.calls.findIndex(({ action }, index) => index >= from && action === wanted)
    }
    from = at + 1
  }
}
