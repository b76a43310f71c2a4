import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Circumstances, runCommand, startAlibabaEcs, startVolcengine } from './run-command.js'

const runsFolder = '.local/state/cloud-keypair/runs'

type Volcengine = Awaited<ReturnType<typeof startVolcengine>>

/** Leaves a run behind that attached a key pair to i-1 and could not restart it. Returns its files and its id. */
async function leaveRun(
  { simulator, folder, options, circumstances }: Volcengine,
  circumstancesOfRun: Circumstances = circumstances,
  optionsOfRun: readonly string[] = options,
) {
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2' }])
  simulator.fault({ kind: 'refuse', status: 500, code: 'InternalError', action: 'RebootInstances', times: Infinity })
  await runCommand(['attach', 'deploy', 'i-1', '--now', '--yes', ...optionsOfRun], circumstancesOfRun)
  simulator.clearFaults()
  const files = (await readdir(join(folder, runsFolder))).sort()
  expect(files).toEqual([expect.stringMatching(/^attach-.*\.checkpoint$/), expect.stringMatching(/^attach-.*\.json$/)])
  return { files, id: files[1]?.replace('.json', '') ?? '' }
}

/** Returns the calls that changed something since a number of calls. */
function changes({ simulator }: Volcengine, since = 0): readonly string[] {
  return simulator.calls.slice(since).flatMap(({ action, mutating }) => (mutating ? [action] : []))
}

test('a resume that fails early keeps the run and its checkpoint', async () => {
  await using volcengine = await startVolcengine()
  const { folder, circumstances } = volcengine
  const { files } = await leaveRun(volcengine)
  const environment = { VOLCENGINE_ACCESS_KEY: 'other', VOLCENGINE_SECRET_KEY: 'other' }
  const resumed = await runCommand(['resume', '--yes'], { ...circumstances, environment })
  expect(resumed).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('cloud-keypair resume attach-') })
  expect(await readdir(join(folder, runsFolder))).toEqual(files)
  expect(await runCommand(['resume', '--yes'], circumstances)).toMatchObject({ exitCode: 0 })
  expect(await readdir(join(folder, runsFolder))).toEqual([])
})

test('a run without a checkpoint is planned and confirmed before it is resumed', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, folder, circumstances } = volcengine
  const { id } = await leaveRun(volcengine)
  await unlink(join(folder, runsFolder, `${id}.checkpoint`))
  const before = simulator.calls.length
  const unasked = await runCommand(['resume'], circumstances)
  expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('restarts 1 instance') })
  expect(changes(volcengine, before)).toEqual([])
  // The operation runs with the confirmed plan, from which the cloud differs by then.
  const confirm = async () => {
    simulator.world.seedInstances([{ id: 'i-1', status: 'STOPPED', keyPair: 'deploy' }])
    return true
  }
  const differs = await runCommand(['resume'], { ...circumstances, confirm })
  expect(differs).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('not as it was planned for') })
  expect(changes(volcengine, before)).toEqual([])
})

test('a rotation that was killed after its import names the instances that its resume restarts', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, folder, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'old' })
  simulator.world.seedInstances([{ id: 'i-1', keyPair: 'old' }])
  const saved = await runCommand(
    ['rotate', 'old', 'new', '--private-key', join(folder, 'new.pem'), '--check', 'false', '--yes', ...options],
    circumstances,
  )
  const [, id = ''] = /cloud-keypair resume (\S+)/.exec(saved.stderr) ?? []
  await cutCheckpoint(join(folder, runsFolder, `${id}.checkpoint`))
  const before = simulator.calls.length
  const unasked = await runCommand(['resume'], circumstances)
  expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('restarts 1 instance') })
  expect(unasked.stderr).toContain('  i-1\n')
  expect(changes(volcengine, before)).toEqual([])
})

/** Leaves of a checkpoint what it held before the first instance was named. */
async function cutCheckpoint(path: string): Promise<void> {
  const [first = ''] = (await readFile(path, 'utf8')).split('\n')
  const checkpoint: { readonly instances: readonly unknown[] } = JSON.parse(first)
  expect(checkpoint.instances).toEqual([])
  await writeFile(path, `${first}\n`)
}

test('a resume uses the credentials of its first run, whatever the configuration calls an account', async () => {
  await using ecs = await startAlibabaEcs()
  const { simulator, folder, options, circumstances } = ecs
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }])
  const { accessKeyId, accessKeySecret } = simulator
  const profile = (name: string, id: string) => ({
    name,
    mode: 'AK',
    access_key_id: id,
    access_key_secret: accessKeySecret,
  })
  await mkdir(join(folder, '.aliyun'))
  const vendor = { current: 'shared', profiles: [profile('shared', accessKeyId), profile('other', 'other')] }
  await writeFile(join(folder, '.aliyun/config.json'), JSON.stringify(vendor), { mode: 0o600 })
  await mkdir(join(folder, '.config/cloud-keypair'), { recursive: true })
  const accounts = { staging: { cloud: 'alibaba-ecs', profile: 'shared' }, shared: { profile: 'other' } }
  await writeFile(join(folder, '.config/cloud-keypair/config.json'), JSON.stringify({ accounts }))

  simulator.fault({ kind: 'refuse', status: 500, code: 'InternalError', action: 'RebootInstances', times: Infinity })
  const withoutKeys = { ...circumstances, environment: {} }
  const argv = ['attach', 'deploy', 'i-1', '--now', '--yes', ...options, '--profile', 'staging']
  const cut = await runCommand(argv, withoutKeys)
  expect(cut.stderr).toContain('cloud-keypair resume attach-')
  simulator.clearFaults()
  expect(await runCommand(['resume', '--yes'], withoutKeys)).toMatchObject({ exitCode: 0 })
})

test('a run is resumed where its first run was, whatever the environment names by then', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, circumstances } = volcengine
  const { url, region } = simulator
  const environment = { ...circumstances.environment, VOLCENGINE_REGION: region, VOLCENGINE_ENDPOINT: url }
  await leaveRun(volcengine, { ...circumstances, environment }, ['--cloud', 'volcengine'])
  const elsewhere = { ...environment, VOLCENGINE_REGION: 'cn-shanghai' }
  const resumed = await runCommand(['resume', '--yes'], { ...circumstances, environment: elsewhere })
  expect(resumed).toMatchObject({ exitCode: 0 })
})

test('options that name another cloud are refused by resume', async () => {
  await using volcengine = await startVolcengine()
  await leaveRun(volcengine)
  const resumed = await runCommand(['resume', '--yes', '--region', 'cn-shanghai'], volcengine.circumstances)
  expect(resumed).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--region') })
})

test('a second run for the same instance or key pair is refused, however they are named', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  const { id } = await leaveRun(volcengine)
  const keyPairId = simulator.world.snapshot().keyPairs.find(({ name }) => name === 'deploy')?.id ?? ''
  const { url, region } = simulator
  const environment = { ...circumstances.environment, VOLCENGINE_REGION: region, VOLCENGINE_ENDPOINT: url }
  const before = simulator.calls.length
  const refused: readonly (readonly string[])[] = [
    ['attach', `id:${keyPairId}`, 'i-1', ...options],
    ['attach', `id:${keyPairId}`, 'i-2', ...options],
    ['attach', 'deploy', 'i-2', ...options],
    ['detach', 'deploy', 'i-1', ...options],
    ['attach', 'other', 'i-1', ...options],
    ['attach', 'deploy', 'i-1', '--cloud', 'volcengine'],
  ]
  for (const argv of refused) {
    const again = await runCommand([...argv, '--now', '--yes'], { ...circumstances, environment })
    expect({ argv, ...again }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`resume ${id}`) })
  }
  expect(simulator.calls.length).toBe(before)
  simulator.world.seedKeyPair({ name: 'other' })
  const other = await runCommand(['attach', 'other', 'i-2', '--now', '--yes', ...options], circumstances)
  expect(other).toMatchObject({ exitCode: 0 })
})

test('a run whose process id another program has got can be taken over', async () => {
  await using volcengine = await startVolcengine()
  const { folder, circumstances } = volcengine
  const { id } = await leaveRun(volcengine)
  const file = join(folder, runsFolder, `${id}.json`)
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace(/"id": \d+/, `"id": ${process.ppid}`))
  for (const argv of [
    ['resume', '--yes'],
    ['resume', '--forget'],
  ]) {
    expect(await runCommand(argv, circumstances)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--take-over'),
    })
  }
  expect(await runCommand(['resume', '--yes', '--take-over'], circumstances)).toMatchObject({ exitCode: 0 })
})

test('a run of another host is not resumed unless it is taken over', async () => {
  await using volcengine = await startVolcengine()
  const { folder, circumstances } = volcengine
  const { id } = await leaveRun(volcengine)
  const file = join(folder, runsFolder, `${id}.json`)
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace(/"host": ".*"/, '"host": "another"'))
  const before = volcengine.simulator.calls.length
  expect(await runCommand(['resume', '--list'], circumstances)).toMatchObject({
    stdout: expect.stringMatching(/\tunknown\n$/),
  })
  expect(await runCommand(['resume', '--yes'], circumstances)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('on another\n'),
  })
  expect(changes(volcengine, before)).toEqual([])
  expect(await runCommand(['resume', '--yes', '--take-over'], circumstances)).toMatchObject({ exitCode: 0 })
})

test('of two that confirm the resume of a run, one goes on with the run', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, folder, circumstances } = volcengine
  const { id } = await leaveRun(volcengine)
  const file = join(folder, runsFolder, `${id}.json`)
  // Another process confirms meanwhile.
  const confirm = async () => {
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace(/"id": \d+/, `"id": ${process.ppid}`))
    return true
  }
  const before = simulator.calls.length
  expect(await runCommand(['resume'], { ...circumstances, confirm })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(`another process has gone on with ${id}`),
  })
  expect(changes(volcengine, before)).toEqual([])
  expect(await readdir(join(folder, runsFolder))).toEqual([`${id}.checkpoint`, `${id}.json`])
})

test('a run is not taken over while another process does so', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, folder, circumstances } = volcengine
  const { id } = await leaveRun(volcengine)
  const lock = join(folder, runsFolder, `.${id}.lock`)
  await writeFile(lock, '')
  const before = simulator.calls.length
  expect(await runCommand(['resume', '--yes'], circumstances)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(lock),
  })
  expect(changes(volcengine, before)).toEqual([])
  await unlink(lock)
  expect(await runCommand(['resume', '--yes'], circumstances)).toMatchObject({ exitCode: 0 })
})

test.each(['named pipe', 'folder'])('a %s among the runs is refused, and never waited for', async (kind) => {
  await using volcengine = await startVolcengine()
  const { folder, circumstances } = volcengine
  await mkdir(join(folder, runsFolder), { recursive: true })
  const path = join(folder, runsFolder, 'other.json')
  if (kind === 'folder') await mkdir(path)
  else execFileSync('mkfifo', [path])
  expect(await runCommand(['resume', '--list'], circumstances)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(`the file ${path} is not a run of this command`),
  })
})
