import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { isDeepStrictEqual } from 'node:util'
import { startVolcengineSimulator } from '@cloud-keypair/simulator'
import type { Environment } from './matrix.js'
import { type Project, runCommand } from './project.js'

/** The services and the test of the recipes, as the recipes show them. */
export const services: readonly Environment[] = [
  ...['fastify', 'express'].map((name) => ({
    name: `recipe: ${name}`,
    inShortForm: true,
    config: `${name}.mjs`,
    run: (project: Project) => checkService(project, `${name}.mjs`),
  })),
  {
    name: 'recipe: OpenTelemetry',
    run: async ({ folder }) => {
      const { simulator, environment } = await startCloud()
      try {
        await runCommand({ file: process.execPath, parameters: ['opentelemetry-check.mjs'], folder, environment })
      } finally {
        await simulator.close()
      }
    },
  },
  {
    name: 'recipe: jest',
    inShortForm: true,
    config: 'application.jest.mjs',
    run: async ({ folder, tool }) => {
      const environment = { NODE_OPTIONS: '--experimental-vm-modules' }
      await runCommand({ file: tool('.bin/jest'), parameters: ['application.jest.mjs'], folder, environment })
    },
  },
]

type Simulator = Awaited<ReturnType<typeof startVolcengineSimulator>>

/** Starts a simulated cloud with a key pair and two instances. */
async function startCloud(): Promise<{ readonly simulator: Simulator; readonly environment: Record<string, string> }> {
  const simulator = await startVolcengineSimulator()
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2', osType: 'Windows' }])
  const environment = {
    VOLCENGINE_ENDPOINT: simulator.url,
    VOLCENGINE_REGION: simulator.region,
    VOLCENGINE_ACCESS_KEY: simulator.accessKeyId,
    VOLCENGINE_SECRET_KEY: simulator.secretAccessKey,
  }
  return { simulator, environment }
}

/** Runs a service against a simulated cloud. Rejects if one of its answers is wrong. */
async function checkService({ folder }: Project, program: string): Promise<void> {
  const { simulator, environment } = await startCloud()
  const { PATH = '' } = process.env
  const env = { PATH, PORT: '0', ...environment }
  const child = spawn(process.execPath, [program], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  try {
    const firstLine = new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve))
    const address = await Promise.race([firstLine, ended.then(failedToStart)])
    const put = (path: string, signal?: AbortSignal): Promise<Response> =>
      fetch(`${address}/instances/${path}`, { method: 'PUT', ...(signal !== undefined && { signal }) })
    await expectStatus(await put('i-1/key-pair/deploy'), 200, 'i-1')
    await expectStatus(await put('i-1/key-pair/none'), 404, 'not-found')
    await expectStatus(await put('i-2/key-pair/deploy'), 422, 'instance-unsupported')
    await expectEndOfWork(simulator, (signal) => put('i-1/key-pair/deploy', signal))
    child.kill('SIGTERM')
    const code = await ended
    if (code !== 0) throw new Error(`${program} ended with ${code} after SIGTERM`)
  } finally {
    child.kill('SIGKILL')
    await simulator.close()
  }
}

function failedToStart(): never {
  throw new Error('the service did not start')
}

async function expectStatus(response: Response, status: number, part: string): Promise<void> {
  const body = await response.text()
  if (response.status !== status || !body.includes(part)) throw new Error(`answered ${response.status}: ${body}`)
}

/** Leaves while the cloud answers. Rejects if the service goes on with the work for a client that left. */
async function expectEndOfWork(simulator: Simulator, put: (signal: AbortSignal) => Promise<Response>): Promise<void> {
  simulator.fault({ kind: 'slow', ms: 500, action: 'DescribeKeyPairs', times: 2 })
  const before = simulator.calls.length
  const left = new AbortController()
  const answer = put(left.signal).catch(() => undefined)
  let isAnswered = false
  void answer.then(() => {
    isAnswered = true
  })
  while (simulator.calls.length === before) {
    if (isAnswered) throw new Error('the service answered without a call to the cloud')
    await new Promise((resolve) => setImmediate(resolve))
  }
  left.abort()
  await answer
  // The answer to this request comes later than the one that nobody waits for.
  await put(new AbortController().signal)
  const sent = simulator.calls.slice(before).map(({ action }) => action)
  if (!isDeepStrictEqual(sent, ['DescribeKeyPairs', 'DescribeKeyPairs', 'DescribeInstances']))
    throw new Error(`with a client that left, the cloud got ${sent.join(', ')}`)
}
