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
import { clouds, type Cloud } from '../clouds.js'
import type { AccessKey } from '../connection.js'
import { probe, type ProbeOptions, type ProbeOutcome } from '../probe.js'

/** What must be in nothing that a probe says. */
export const canaries: readonly string[] = [
  'canary-access-key-id',
  'canary-secret-access-key',
  'canary-token',
  'canary-key-pair',
  'i-canary-other',
  '1234567890123456',
  '203.0.113.7',
]

const accessKey: AccessKey = { id: 'canary-access-key-id', secret: 'canary-secret-access-key', token: 'canary-token' }

export const instanceId = 'i-throw-away'

/** What the world looks like to somebody who has to leave it as it was. */
export interface Look {
  readonly keyPairs: readonly string[]
  readonly instances: readonly string[]
}

interface Simulator {
  readonly url: string
  readonly calls: readonly RecordedCall[]
  readonly variants: object
  readonly world: {
    seedKeyPair(keyPair: { readonly name: string }): unknown
    seedInstances(instances: readonly { readonly id: string; readonly keyPair?: string; readonly status?: never }[]): void
    snapshot(): Snapshot
  }
  fault(fault: Fault): void
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

/** A simulated cloud on virtual time, with an instance to throw away and others that are nobody's business. */
export interface ProbedWorld extends AsyncDisposable {
  readonly simulator: Simulator
  readonly cloud: Cloud
  look(): Look
  probe(change?: Partial<ProbeOptions>, wrap?: (transport: HttpTransport) => HttpTransport): Promise<ProbeOutcome>
  /** All that the probe said while it worked. */
  readonly said: string[]
}

/** How each cloud is started: with its variants, whether the instance runs, and what it generates. */
export interface Settings {
  readonly variants: object
  readonly running: boolean
  readonly generated: GeneratedKeyPair
}

type Start = (settings: Settings, clock: VirtualClock) => Promise<Simulator>

const region = 'cn-beijing'

const starts: Readonly<Record<keyof typeof clouds, Start>> = {
  volcengine: async ({ variants, running, generated }, clock) => {
    const account = { accessKeyId: accessKey.id, secretAccessKey: accessKey.secret, sessionToken: accessKey.token }
    const simulator = await startVolcengineSimulator({
      ...{ clock: parking(clock), accounts: [account], region, variants },
      generateKeyPair: async () => generated,
    })
    simulator.world.seedKeyPair({ name: 'canary-key-pair' })
    simulator.world.seedInstances([
      { id: 'i-canary-other', keyPair: 'canary-key-pair' },
      { id: instanceId, status: running ? 'RUNNING' : 'STOPPED' },
    ])
    return simulator
  },
  'alibaba-ecs': async ({ variants, running, generated }, clock) => {
    const account = { accessKeyId: accessKey.id, accessKeySecret: accessKey.secret, securityToken: accessKey.token }
    const simulator = await startAlibabaEcsSimulator({
      ...{ clock: parking(clock), accounts: [account], region, variants },
      generateKeyPair: async () => generated,
    })
    simulator.world.seedKeyPair({ name: 'canary-key-pair' })
    simulator.world.seedInstances([
      { id: 'i-canary-other', keyPair: 'canary-key-pair' },
      { id: instanceId, status: running ? 'Running' : 'Stopped' },
    ])
    return simulator
  },
  'alibaba-ens': async ({ variants, running, generated }, clock) => {
    const account = { accessKeyId: accessKey.id, accessKeySecret: accessKey.secret, securityToken: accessKey.token }
    const simulator = await startAlibabaEnsSimulator({
      ...{ clock: parking(clock), accounts: [account], variants },
      generateKeyPair: async () => generated,
    })
    simulator.world.seedKeyPair({ name: 'canary-key-pair' })
    simulator.world.seedInstances([
      { id: 'i-canary-other', keyPair: 'canary-key-pair' },
      { id: instanceId, status: running ? 'Running' : 'Stopped' },
    ])
    return simulator
  },
}

/** Key pairs, made once: making them takes longer than all the rest. */
export async function makeMaterials(count: number): Promise<readonly GeneratedKeyPairMaterial[]> {
  return await Promise.all(Array.from({ length: count }, () => generateKeyPair({ bits: 2048 })))
}

/** Starts a world. */
export async function startWorld(
  provider: keyof typeof clouds,
  settings: { readonly variants: object; readonly running: boolean },
  materials: readonly GeneratedKeyPairMaterial[],
): Promise<ProbedWorld> {
  const clock = new VirtualClock()
  const [first] = materials
  if (first === undefined) throw new TypeError('There are key pairs')
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
    said,
    look: () => look(simulator.world.snapshot()),
    probe: (change, wrap = (plain) => plain) =>
      probe({
        ...{ cloud, instanceId, region: cloud.hasRegions ? region : undefined, endpoint: simulator.url, accessKey },
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
        newMaterial: async () => materials[(made += 1) % materials.length] ?? first,
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

function look({ keyPairs, instances }: Snapshot): Look {
  return {
    keyPairs: keyPairs.map(({ id, name }) => `${id} ${name}`),
    instances: instances.map(({ id, status, bound, authorized }) =>
      [id, status, JSON.stringify(bound), ...authorized].join(' '),
    ),
  }
}

/** Puts what accounts have in their answers into answers that lack it. */
function planting(transport: HttpTransport): HttpTransport {
  const planted = '"OwnerId":1234567890123456,"AccountId":"1234567890123456","PublicIp":"203.0.113.7","InstanceId":'
  return {
    close: () => transport.close(),
    send: async (request, signal) =>
      (await transport.send(request, signal)).map((response) => ({
        ...response,
        text: response.text.replaceAll('"InstanceId":', planted),
      })),
  }
}
