import { announcing, parking, VirtualClock } from '@cloud-keypair/conformance'
import { generateKeyPair, type GeneratedKeyPairMaterial, publicKeyOf } from '@cloud-keypair/core'
import { createHttpTransport, type HttpTransport } from '@cloud-keypair/core/http'
import {
  type Fault,
  type GeneratedKeyPair,
  type RecordedCall,
  startAlibabaEcsSimulator,
  startAlibabaEnsSimulator,
  startVolcengineSimulator,
} from '@cloud-keypair/simulator'
import { expect } from 'vitest'
import { loadUtil } from '@cloud-keypair/alibaba/internals'
import { loadSigning } from '@cloud-keypair/volcengine/internals'
import { verdictOf, type Answer } from '../src/answer.js'
import { clouds, type Cloud } from '../src/clouds.js'
import type { AccessKey } from '../src/connection.js'
import { probe, type ProbeOutcome } from '../src/probe.js'
import type { ProbeOptions } from '../src/session.js'

export const providers = ['volcengine', 'alibaba-ecs', 'alibaba-ens'] as const

/** `PROBE_SEED` repeats a run, `PROBE_RUNS` makes it longer. */
export const seed: number = Number(process.env['PROBE_SEED'] ?? Date.now() % 1_000_000)
export const runs: number = Number(process.env['PROBE_RUNS'] ?? 4)
/** In milliseconds: a run takes a busy machine seconds. */
export const timeout: number = 300_000 + 10_000 * runs

/** True if an answer is true of a cloud. */
export function isTrue(answer: Answer<unknown>, actual: unknown): boolean {
  return answer.kind === 'among' ? answer.values.includes(actual) : verdictOf(answer, actual) === 'as assumed'
}

/** Texts that must not be in any output of a probe. */
const canaries: readonly string[] = [
  'canary-access-key-id',
  'canary-secret-access-key',
  'canary-token',
  'canary-key-pair',
  'i-canary-other',
  '1234567890123456',
  '203.0.113.7',
  'PRIVATE KEY-----',
]

/** Fails if the output or the result of a probe has a canary or a text like a private key. */
export function expectNoSecret(...all: readonly unknown[]): void {
  const text = JSON.stringify(all)
  for (const canary of canaries) expect(text).not.toContain(canary)
  expect(text).not.toMatch(/MII[A-Za-z0-9+/]{40}/)
}

const accessKey: AccessKey = { id: 'canary-access-key-id', secret: 'canary-secret-access-key', token: 'canary-token' }

export const instanceId = 'i-throw-away'

/** The parts of a world that a probe has to leave unchanged. */
export interface Look {
  readonly keyPairs: readonly string[]
  /** Id, power and what is bound. */
  readonly instances: readonly string[]
  /** The key pairs that each guest accepts. */
  readonly authorized: readonly string[]
}

interface Simulator {
  readonly url: string
  readonly calls: readonly RecordedCall[]
  readonly variants: object
  readonly world: {
    seedKeyPair(keyPair: { readonly name: string }): unknown
    seedInstances(
      instances: readonly { readonly id: string; readonly keyPair?: string; readonly status?: never }[],
    ): void
    snapshot(): Snapshot
  }
  fault(fault: Fault): void
  clearFaults(): void
  setReadLag(ms: number): void
  close(): Promise<void>
}

interface Snapshot {
  readonly keyPairs: readonly { readonly id: string; readonly name: string; readonly publicKey: string }[]
  readonly instances: readonly {
    readonly id: string
    readonly status: string
    readonly bound: unknown
    readonly authorized: readonly string[]
  }[]
}

/** A simulated cloud on virtual time, with an instance to throw away and others that must not be touched. */
export interface ProbedWorld extends AsyncDisposable {
  readonly simulator: Simulator
  readonly cloud: Cloud
  readonly clock: VirtualClock
  look(): Look
  probe(change?: Partial<ProbeOptions>, wrap?: (transport: HttpTransport) => HttpTransport): Promise<ProbeOutcome>
  /** All that the probe said while it worked. */
  readonly said: string[]
}

/** Starts of each cloud: with its variants, a running or stopped instance, and generated keys. */
interface Settings {
  readonly variants: object
  readonly running: boolean
  readonly instance?: Oddity | undefined
  readonly generated: GeneratedKeyPair
}

/** Unusual properties of the instance. */
interface Oddity {
  readonly osType?: 'Windows'
  readonly keyPair?: 'canary-key-pair'
  readonly changing?: true
  readonly absent?: true
}

type Start = (settings: Settings, clock: VirtualClock) => Promise<Simulator>

const region = 'cn-beijing'

const alibabaAccount = { accessKeyId: accessKey.id, accessKeySecret: accessKey.secret, securityToken: accessKey.token }

/** Returns the options of every simulator, without the account. */
function common({ generated }: Settings, clock: VirtualClock) {
  return { clock: parking(clock), generateKeyPair: async () => generated }
}

/** Returns the power of the instance, in the words of a cloud. */
function statusOf<Status>({ running, instance = {} }: Settings, words: readonly [Status, Status, Status]): Status {
  const [up, down, changing] = words
  return instance.changing ? changing : running ? up : down
}

/** Seeds the instance to throw away, and things that must not be touched. */
function peopled<Status>(
  simulator: Simulator & { readonly world: { seedInstances(all: readonly Seed<Status>[]): void } },
  { instance = {} }: Settings,
  status: Status,
): Simulator {
  simulator.world.seedKeyPair({ name: 'canary-key-pair' })
  simulator.world.seedInstances([
    { id: 'i-canary-other', keyPair: 'canary-key-pair' },
    { ...seedOf(instance), status },
  ])
  return simulator
}

type Seed<Status> = ReturnType<typeof seedOf> & { readonly keyPair?: string; readonly status?: Status }

const starts: Readonly<Record<keyof typeof clouds, Start>> = {
  volcengine: async (settings, clock) => {
    const accounts = [{ accessKeyId: accessKey.id, secretAccessKey: accessKey.secret, sessionToken: accessKey.token }]
    const { variants } = settings
    const simulator = await startVolcengineSimulator({ ...common(settings, clock), accounts, region, variants })
    return peopled(simulator, settings, statusOf(settings, ['RUNNING', 'STOPPED', 'STARTING'] as const))
  },
  'alibaba-ecs': async (settings, clock) => {
    const { variants } = settings
    const accounts = [alibabaAccount]
    const simulator = await startAlibabaEcsSimulator({ ...common(settings, clock), accounts, region, variants })
    return peopled(simulator, settings, statusOf(settings, ['Running', 'Stopped', 'Starting'] as const))
  },
  'alibaba-ens': async (settings, clock) => {
    const { variants } = settings
    const accounts = [alibabaAccount]
    const simulator = await startAlibabaEnsSimulator({ ...common(settings, clock), accounts, variants })
    return peopled(simulator, settings, statusOf(settings, ['Running', 'Stopped', 'Starting'] as const))
  },
}

/** Key pairs, the same ones for each world: making them takes longer than all the rest. */
export interface Materials {
  at(index: number): Promise<GeneratedKeyPairMaterial>
}

export function createMaterials(): Materials {
  const made: Promise<GeneratedKeyPairMaterial>[] = []
  return { at: (index) => (made[index] ??= generateKeyPair({ bits: 2048 })) }
}

/** Starts a world. */
export async function startWorld(
  provider: keyof typeof clouds,
  settings: Omit<Settings, 'generated'>,
  materials: Materials,
): Promise<ProbedWorld> {
  // Virtual time would pass while the first call loads the vendors' code.
  await loadUtil()
  await loadSigning()
  const clock = new VirtualClock()
  const first = await materials.at(0)
  const generated = { privateKey: first.privateKey.reveal(), publicKey: first.publicKey.line }
  const simulator = await starts[provider]({ ...settings, generated }, clock)
  const transport = createHttpTransport({ proxy: 'none' })
  const cloud: Cloud = clouds[provider]
  const said: string[] = []
  let made = 0
  let chance = 0
  return {
    simulator,
    cloud,
    clock,
    said,
    look: () => look(simulator.world.snapshot()),
    probe: (change, wrap = (plain) => plain) =>
      probe({
        cloud,
        instanceId,
        region: cloud.hasRegions ? region : undefined,
        endpoint: simulator.url,
        accessKey,
        environment: {},
        transport: wrap(planting(announcing(transport, clock))),
        login: async (privateKey) => {
          const { keyPairs, instances } = simulator.world.snapshot()
          const instance = instances.find(({ id }) => id === instanceId)
          if (instance === undefined || instance.status.toLowerCase() !== 'running') return 'unreachable'
          const line = publicKeyOf(privateKey)._unsafeUnwrap().line
          const own = keyPairs.filter(({ publicKey }) => publicKey === line)
          return own.some(({ id }) => instance.authorized.includes(id)) ? 'accepted' : 'refused'
        },
        clock,
        random: () => ((chance += 1) * 0.618_033_988_75) % 1,
        newMaterial: () => materials.at((made += 1)),
        signal: new AbortController().signal,
        abandon: new AbortController().signal,
        onProgress: (line) => said.push(line),
        ...change,
      }),
    [Symbol.asyncDispose]: async () => {
      await transport.close()
      await simulator.close()
    },
  }
}

function seedOf({ osType, keyPair, absent }: Oddity): Pick<Oddity, 'osType' | 'keyPair'> & { readonly id: string } {
  const odd = { ...(osType !== undefined && { osType }), ...(keyPair !== undefined && { keyPair }) }
  return { id: absent === true ? 'i-somewhere-else' : instanceId, ...odd }
}

function look({ keyPairs, instances }: Snapshot): Look {
  return {
    keyPairs: keyPairs.map(({ id, name }) => `${id} ${name}`),
    instances: instances.map(({ id, status, bound }) => `${id} ${status} ${JSON.stringify(bound)}`),
    authorized: instances.map(({ id, authorized }) => `${id} ${authorized.join(' ')}`),
  }
}

/** Puts into answers what accounts have in theirs, and into sentences what none should have. */
function planting(transport: HttpTransport): HttpTransport {
  const fields = '"OwnerId":1234567890123456,"AccountId":"1234567890123456","PublicIp":"203.0.113.7","InstanceId":'
  const words = '"Message":"1234567890123456 canary-access-key-id canary-secret-access-key canary-token 203.0.113.7 '
  return {
    close: () => transport.close(),
    send: async (request, signal) =>
      (await transport.send(request, signal)).map((response) => ({
        ...response,
        text: response.text.replaceAll('"InstanceId":', fields).replaceAll(/"Message":"(?=[^"]* )/g, words),
      })),
  }
}
