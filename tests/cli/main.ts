import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  startAlibabaEcsSimulator,
  startAlibabaEnsSimulator,
  startAwsSimulator,
  startOpenStackSimulator,
  startTencentSimulator,
  startVolcengineSimulator,
} from '@cloud-keypair/simulator'
import { buildPackages } from '../support/build.js'
import { packedOverrides, packInto, runPnpm } from '../support/packed.js'
import { accountSteps } from './account-steps.js'
import { interruptionSteps } from './interruption-steps.js'
import type { Expected, SentSignal, Step } from './step.js'
import { steps } from './steps.js'

// Installs the packed command in an empty folder, and runs every command with good and bad input, against simulators that
// this script starts.

const packages = ['core', 'volcengine', 'alibaba', 'aws', 'tencent', 'openstack', 'simulator', 'cli']

await buildPackages()
const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-cli-'))
const volcengine = await startVolcengineSimulator({ variants: { powerChangeMs: 0 } })
const ecs = await startAlibabaEcsSimulator({ variants: { powerChangeMs: 0 } })
const ens = await startAlibabaEnsSimulator({ variants: { powerChangeMs: 0 } })
const aws = await startAwsSimulator()
const openstack = await startOpenStackSimulator()
const tencent = await startTencentSimulator({ variants: { powerChangeMs: 0, changeMs: 0 } })
// Longer than the pause between two reads, so that a read shows an instance that is stopping.
const slow = await startAlibabaEnsSimulator({ variants: { powerChangeMs: 5_000 } })
// The port was free a moment ago, and nobody listens there.
const closed = await startVolcengineSimulator()
const nowhere = closed.url
await closed.close()
try {
  await packInto(folder, packages)
  const dependencies = Object.fromEntries(packages.map((name) => [`@cloud-keypair/${name}`, `file:${name}.tgz`]))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'somebody', private: true, dependencies }))
  await writeFile(join(folder, 'pnpm-workspace.yaml'), packedOverrides(packages))
  await runPnpm(folder, 'install', '--prod', '--no-frozen-lockfile', '--prefer-offline')
  volcengine.world.seedInstances([{ id: 'i-1' }, { id: 'i-2' }, { id: 'i-3', status: 'STOPPED' }])
  ecs.world.seedInstances([{ id: 'i-1' }])
  ens.world.seedInstances([{ id: 'i-1', status: 'Stopped' }])
  slow.world.seedInstances([{ id: 'i-1' }])
  const all = [...steps, ...accountSteps, ...interruptionSteps]
  const failed = await runAll(all)
  process.stdout.write(`${all.length} commands, ${failed} failed\n`)
  if (failed > 0) process.exitCode = 1
} finally {
  await Promise.all([
    volcengine.close(),
    ecs.close(),
    ens.close(),
    aws.close(),
    tencent.close(),
    openstack.close(),
    slow.close(),
  ])
  await rm(folder, { recursive: true, force: true })
}

async function runAll(all: readonly Step[]): Promise<number> {
  let failed = 0
  for (const step of all) {
    const { command, expected } = step
    const ended = await run(step)
    const problems = await problemsOf(ended, expected)
    if (problems.length === 0) continue
    failed += 1
    process.stdout.write(
      `FAILED cloud-keypair ${command}\n  ${problems.join('\n  ')}\n${ended.stdout}${ended.stderr}\n`,
    )
  }
  return failed
}

interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Returns the variables of every step. */
function variables(): Readonly<Record<string, string>> {
  return {
    PATH: `${join(folder, 'node_modules/.bin')}:${process.env['PATH']}`,
    HOME: folder,
    VOLCENGINE_ACCESS_KEY: volcengine.accessKeyId,
    VOLCENGINE_SECRET_KEY: volcengine.secretAccessKey,
    ALIBABA_CLOUD_ACCESS_KEY_ID: ecs.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: ecs.accessKeySecret,
    AWS_ACCESS_KEY_ID: aws.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
    TENCENTCLOUD_SECRET_ID: tencent.secretId,
    TENCENTCLOUD_SECRET_KEY: tencent.secretKey,
    OS_AUTH_URL: openstack.authUrl,
    OS_APPLICATION_CREDENTIAL_ID: openstack.account.applicationCredentialId,
    OS_APPLICATION_CREDENTIAL_SECRET: openstack.account.applicationCredentialSecret,
    VOLCENGINE: `--cloud volcengine --endpoint ${volcengine.url} --region ${volcengine.region}`,
    ECS: `--cloud alibaba-ecs --endpoint ${ecs.url} --region ${ecs.region}`,
    NOWHERE: nowhere,
    // STS of a vendor, which doctor asks, is not to be reached.
    HTTPS_PROXY: nowhere,
    ENS: `--cloud alibaba-ens --endpoint ${ens.url}`,
    AWS: `--cloud aws --endpoint ${aws.url} --region ${aws.region}`,
    TENCENT: `--cloud tencent --endpoint ${tencent.url} --region ${tencent.region}`,
    SLOW: `--cloud alibaba-ens --endpoint ${slow.url}`,
    VOLCENGINE_URL: volcengine.url,
    ENS_URL: ens.url,
  }
}

/** Runs the installed command in a shell, as a user does. */
async function run({ command, input = '', environment, write = {}, fault, signals = [] }: Step): Promise<Ended> {
  const env = { ...variables(), ...environment }
  for (const [path, content] of Object.entries(write)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(
      join(folder, path),
      content.replace(/\$(\w+)/g, (_, name: string) => variables()[name] ?? ''),
    )
  }
  if (fault !== undefined) volcengine.fault(fault)
  // A signal is for the command itself, and not for a shell that waits for it.
  const line = `${signals.length > 0 ? 'exec ' : ''}cloud-keypair ${command}`
  const child = spawn(line, { shell: true, cwd: folder, env })
  child.stdin.end(input)
  const sending = sendSignals(child, signals)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  clearInterval(sending)
  volcengine.clearFaults()
  return { exitCode, stdout, stderr }
}

/** Sends each signal when it is due, one after another. Returns the timer that looks whether it is. */
function sendSignals(child: ChildProcessWithoutNullStreams, signals: readonly SentSignal[]): NodeJS.Timeout {
  const before = slow.calls.length
  const open = [...signals]
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return setInterval(() => {
    const [next] = open
    if (next === undefined) return
    const calls = slow.calls.slice(before).map(({ action }) => action)
    const isDue = 'test' in next.when ? next.when.test(said) : includesInOrder(calls, next.when)
    if (isDue) child.kill(open.shift()?.signal)
  }, 10)
}

function includesInOrder(calls: readonly string[], [wanted, ...others]: readonly string[]): boolean {
  if (wanted === undefined) return true
  const at = calls.indexOf(wanted)
  return at >= 0 && includesInOrder(calls.slice(at + 1), others)
}

async function problemsOf(
  ended: Ended,
  { exitCode, stdout, stderr, files = [] }: Expected,
): Promise<readonly string[]> {
  const problems: string[] = []
  if (ended.exitCode !== exitCode) problems.push(`exit code ${ended.exitCode} in place of ${exitCode}`)
  if (stdout !== undefined && !stdout.test(ended.stdout)) problems.push(`the standard output is not like ${stdout}`)
  if (stderr !== undefined && !stderr.test(ended.stderr)) problems.push(`the standard error is not like ${stderr}`)
  if (/^ +at .*:\d+:\d+/m.test(ended.stderr)) problems.push('there is a stack')
  if (/PRIVATE KEY/.test(ended.stderr)) problems.push('the standard error has a private key')
  if (/secret-of-the-script/.test(ended.stdout + ended.stderr)) problems.push('the output has a secret')
  for (const file of files) {
    const path = join(folder, file)
    const mode = await stat(path).then(
      (found) => found.mode & 0o777,
      () => 0,
    )
    if (mode !== 0o600) problems.push(`${file} has the mode ${mode.toString(8)}`)
    else if (!(await readFile(path, 'utf8')).includes('PRIVATE KEY')) problems.push(`${file} has no private key`)
  }
  return problems
}
