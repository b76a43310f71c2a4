import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  startAlibabaEcsSimulator,
  startAlibabaEnsSimulator,
  startAwsSimulator,
  startTencentSimulator,
  startVolcengineSimulator,
} from '@cloud-keypair/simulator'
import { buildPackages } from '../support/build.js'
import { packedOverrides, packInto, runPnpm } from '../support/packed.js'
import { type Expected, steps } from './steps.js'

// Installs the packed command in an empty folder, and runs every command with good and bad input, against simulators that
// this script starts.

const packages = ['core', 'volcengine', 'alibaba', 'aws', 'tencent', 'simulator', 'cli']

await buildPackages()
const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-cli-'))
const volcengine = await startVolcengineSimulator({ variants: { powerChangeMs: 0 } })
const ecs = await startAlibabaEcsSimulator({ variants: { powerChangeMs: 0 } })
const ens = await startAlibabaEnsSimulator({ variants: { powerChangeMs: 0 } })
const aws = await startAwsSimulator()
const tencent = await startTencentSimulator({ variants: { powerChangeMs: 0, changeMs: 0 } })
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
  const failed = await runAll()
  process.stdout.write(`${steps.length} commands, ${failed} failed\n`)
  if (failed > 0) process.exitCode = 1
} finally {
  await Promise.all([volcengine.close(), ecs.close(), ens.close(), aws.close(), tencent.close()])
  await rm(folder, { recursive: true, force: true })
}

async function runAll(): Promise<number> {
  let failed = 0
  for (const { command, expected, input = '' } of steps) {
    const ended = await run(command, input)
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

/** Runs the installed command in a shell, as a user does. */
async function run(command: string, input: string): Promise<Ended> {
  const env = {
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
    VOLCENGINE: `--cloud volcengine --endpoint ${volcengine.url} --region ${volcengine.region}`,
    ECS: `--cloud alibaba-ecs --endpoint ${ecs.url} --region ${ecs.region}`,
    NOWHERE: nowhere,
    ENS: `--cloud alibaba-ens --endpoint ${ens.url}`,
    AWS: `--cloud aws --endpoint ${aws.url} --region ${aws.region}`,
    TENCENT: `--cloud tencent --endpoint ${tencent.url} --region ${tencent.region}`,
  }
  const child = spawn(`cloud-keypair ${command}`, { shell: true, cwd: folder, env })
  child.stdin.end(input)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { exitCode, stdout, stderr }
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
