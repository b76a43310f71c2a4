import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { type Clock, systemClock } from '@cloud-keypair/core'
import {
  startAlibabaEcsSimulator,
  startAlibabaEnsSimulator,
  startAwsSimulator,
  startTencentSimulator,
  startVolcengineSimulator,
} from '@cloud-keypair/simulator'
import { main, type Interruption, type OutputStream, type Surroundings } from '../src/index.js'

/** A stream that keeps what is written to it. */
export interface Recorder {
  readonly stream: PassThrough & { isTTY?: boolean; columns?: number }
  text(): string
}

function createRecorder(columns?: number): Recorder {
  const chunks: string[] = []
  const stream: Recorder['stream'] = new PassThrough()
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString('utf8')))
  if (columns !== undefined) Object.assign(stream, { isTTY: true, columns })
  return { stream, text: () => chunks.join('') }
}

/** Makes a stream whose writes fail later, and which stays writable, as the standard output of Node.js does. */
function createBroken(code: string): OutputStream {
  const lost = Object.assign(new Error(`${code}: write`), { code })
  return { writable: true, write: (_text, done) => setImmediate(() => done(lost)) }
}

/**
 * Makes a clock on which pauses are over at once, and time goes on as if they had been waited for. The time-out of a call and
 * deadlines stay real, as the requests are.
 */
function hurriedClock(): Clock {
  let skippedMs = 0
  return {
    now: () => systemClock.now() + skippedMs,
    sleep: async (ms, signal) => {
      if (ms === 20_000 || ms >= 60_000) return systemClock.sleep(ms, signal)
      await systemClock.sleep(1, signal)
      skippedMs += ms
    },
  }
}

/** The input of a command. */
export interface Circumstances extends Partial<Omit<Surroundings, 'argv' | 'stdin' | 'stdout' | 'stderr'>> {
  readonly input?: string
  /** The width of a terminal for the standard output; absent for a pipe. */
  readonly columns?: number
  /** The code of the error that every write to the standard output ends with, some time after it began. */
  readonly stdoutError?: string
  /** The width of a terminal for the standard error; absent for a pipe. */
  readonly errorColumns?: number
}

/** The end of a command. */
export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command as a shell would, in this process. */
export async function runCommand(argv: readonly string[], circumstances: Circumstances = {}): Promise<Ended> {
  const { input = '', columns, errorColumns, stdoutError, ...rest } = circumstances
  const out = createRecorder(columns)
  const err = createRecorder(errorColumns)
  const exitCode = await main({
    environment: {},
    homeDirectory: undefined,
    onInterruption: () => () => undefined,
    leave: () => undefined,
    clock: hurriedClock(),
    ...rest,
    argv,
    stdin: Readable.from([input]),
    stdout: stdoutError === undefined ? out.stream : createBroken(stdoutError),
    stderr: err.stream,
  })
  return { exitCode, stdout: out.text(), stderr: err.text() }
}

/** A simulated cloud, and the circumstances in which a command reaches it. */
export interface Laboratory extends AsyncDisposable {
  readonly folder: string
  /** The options that name the cloud. */
  readonly options: readonly string[]
  readonly circumstances: Circumstances
}

/** Starts the simulator of a cloud, with an empty home directory. */
export async function startVolcengine(powerChangeMs = 0) {
  const simulator = await startVolcengineSimulator({ variants: { powerChangeMs } })
  const { url, region, accessKeyId, secretAccessKey } = simulator
  const environment = { VOLCENGINE_ACCESS_KEY: accessKeyId, VOLCENGINE_SECRET_KEY: secretAccessKey }
  const options = ['--cloud', 'volcengine', '--endpoint', url, '--region', region]
  return { simulator, ...(await laboratory(options, environment, simulator)) }
}

/** Starts the simulator of Alibaba Cloud ECS, with an empty home directory. */
export async function startAlibabaEcs(powerChangeMs = 0) {
  const simulator = await startAlibabaEcsSimulator({ variants: { powerChangeMs } })
  const { url, region } = simulator
  const options = ['--cloud', 'alibaba-ecs', '--endpoint', url, '--region', region]
  return { simulator, ...(await laboratory(options, alibabaEnvironment(simulator), simulator)) }
}

/** Starts the simulator of Alibaba Cloud ENS, with an empty home directory. */
export async function startAlibabaEns(powerChangeMs = 0) {
  const simulator = await startAlibabaEnsSimulator({ variants: { powerChangeMs } })
  const options = ['--cloud', 'alibaba-ens', '--endpoint', simulator.url]
  return { simulator, ...(await laboratory(options, alibabaEnvironment(simulator), simulator)) }
}

/** Starts the simulator of Amazon EC2, with an empty home directory. */
export async function startAws() {
  const simulator = await startAwsSimulator()
  const { url, region, accessKeyId, secretAccessKey } = simulator
  const environment = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  const options = ['--cloud', 'aws', '--endpoint', url, '--region', region]
  return { simulator, ...(await laboratory(options, environment, simulator)) }
}

/** Starts the simulator of Tencent Cloud CVM, with an empty home directory. */
export async function startTencent() {
  const simulator = await startTencentSimulator({ variants: { powerChangeMs: 0, changeMs: 0 } })
  const { url, region, secretId, secretKey } = simulator
  const environment = { TENCENTCLOUD_SECRET_ID: secretId, TENCENTCLOUD_SECRET_KEY: secretKey }
  const options = ['--cloud', 'tencent', '--endpoint', url, '--region', region]
  return { simulator, ...(await laboratory(options, environment, simulator)) }
}

function alibabaEnvironment(key: { readonly accessKeyId: string; readonly accessKeySecret: string }) {
  return { ALIBABA_CLOUD_ACCESS_KEY_ID: key.accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.accessKeySecret }
}

async function laboratory(
  options: readonly string[],
  environment: Readonly<Record<string, string>>,
  simulator: { close(): Promise<void> },
): Promise<Laboratory> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-cli-'))
  return {
    folder,
    options,
    circumstances: { environment, homeDirectory: folder },
    [Symbol.asyncDispose]: async () => {
      await simulator.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Interruptions that a test sends. */
export function createInterruptions() {
  const listeners = new Set<(signal: Interruption) => void>()
  return {
    onInterruption: (listener: (signal: Interruption) => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    send: (signal: Interruption) => {
      for (const listener of listeners) listener(signal)
    },
  }
}
