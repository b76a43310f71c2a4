import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import type { Access } from './clouds.js'

/** A simulator in its own process. Its disposal ends the process. */
export interface SimulatedCloud extends AsyncDisposable {
  readonly url: string
  readonly pid: number | undefined
  readonly access: Access
  /** Returns the things that are left in the simulator; undefined if there are none. */
  leftBehind(): Promise<string | undefined>
  /** Asks the simulator itself, behind the back of the API. Rejects if it refuses. */
  control(request: string, body?: unknown): Promise<unknown>
}

/** In what a simulator is not as usual. */
export interface Circumstances {
  /** Behaviours of this cloud alone. Default: none. */
  readonly variants?: Readonly<Record<string, number>> | undefined
  /** The shortest time of an answer, in milliseconds. Default: 100, as from a distant cloud. */
  readonly latencyMs?: number
  /** The duration of a stop, a start or a reboot, in milliseconds. Default: that of the simulator. */
  readonly powerChangeMs?: number
}

const startSchema = v.intersect([
  v.object({ url: v.string(), authUrl: v.optional(v.string()), region: v.optional(v.string()) }),
  // Each vendor has its own names for the two halves of an access key.
  v.union([
    keyOf('accessKeyId', 'secretAccessKey'),
    keyOf('accessKeyId', 'accessKeySecret'),
    keyOf('secretId', 'secretKey'),
    keyOf('applicationCredentialId', 'applicationCredentialSecret'),
  ]),
])

const snapshotSchema = v.object({
  keyPairs: v.array(v.unknown()),
  instances: v.array(v.object({ bound: v.optional(v.union([v.null(), v.string(), v.array(v.string())])) })),
})

/** Reads an access key whose two halves have these names. */
function keyOf<Id extends string, Secret extends string>(id: Id, secret: Secret) {
  return v.pipe(
    v.object({ [id]: v.string(), [secret]: v.string() }),
    v.transform((halves) => ({ accessKey: { id: String(halves[id]), secret: String(halves[secret]) } })),
  )
}

/**
 * Starts the simulator of a cloud with the instances of the seed. `onEnd` is called after an unexpected end.
 * Rejects if it cannot be started.
 */
export async function startSimulator(
  provider: string,
  seed: unknown,
  onEnd: (why: string) => void,
  { latencyMs = 100, powerChangeMs, variants }: Circumstances = {},
): Promise<SimulatedCloud> {
  const behaviour = ['--variants', JSON.stringify({ powerChangeMs, ...variants })]
  // Its own process group: Ctrl-C is for the demo, which cleans up before it ends the simulator.
  const child = spawn(process.execPath, [...process.execArgv, simulatorProgram(), '--cloud', provider, ...behaviour], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const simulator = `the simulator of ${provider}`
  let ending = false
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${simulator} could not be started: ${error.message}`))
    child.once('exit', (code, signal) => resolve(`${simulator} ended unexpectedly (${signal ?? `exit code ${code}`})`))
  })
  void ended.then((why) => {
    if (!ending) onEnd(why)
  })
  // If the process ends in another way, such as by a second Ctrl-C, the simulator ends with it.
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async (): Promise<void> => {
    ending = true
    if (child.kill('SIGTERM')) await ended
    process.off('exit', kill)
  }

  try {
    const { url, authUrl = url, region, accessKey } = await startLine(child, ended)
    await control(url, 'seed', seed)
    await control(url, 'faults', { kind: 'slow', ms: latencyMs, times: 'Infinity' })
    return {
      url,
      pid: child.pid,
      access: { region, endpoint: authUrl, accessKey },
      leftBehind: async () => {
        const { keyPairs, instances } = v.parse(snapshotSchema, await control(url, 'snapshot'))
        const bound = instances.filter(({ bound = null }) => bound !== null && bound.length > 0).length
        if (keyPairs.length === 0 && bound === 0) return undefined
        return `key pairs: ${keyPairs.length}, instances with one bound: ${bound}`
      },
      control: (request, body) => control(url, request, body),
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Returns the program beside the package's entry: TypeScript in this workspace, JavaScript in an installed package. */
function simulatorProgram(): string {
  const entry = import.meta.resolve('@cloud-keypair/simulator')
  return fileURLToPath(new URL(entry.endsWith('.ts') ? 'main.ts' : 'main.js', entry))
}

async function startLine(
  child: ChildProcess & { readonly stdout: NodeJS.ReadableStream },
  ended: Promise<string>,
): Promise<v.InferOutput<typeof startSchema>> {
  const lines = createInterface({ input: child.stdout })
  for await (const line of lines) return v.parse(startSchema, JSON.parse(line))
  // Its output is closed: nothing more will come.
  child.kill('SIGKILL')
  throw new Error(await ended)
}

async function control(url: string, request: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(`${url}/__simulator/${request}`, init)
  const text = await response.text()
  if (!response.ok) throw new Error(`the simulator refused ${request}: ${text}`)
  return JSON.parse(text)
}
