import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '@cloud-keypair/conformance'
import { standingStill } from '@cloud-keypair/conformance/internals'
import { collect, generateKeyPair, type KeyPairReference, type KeyPairStore, orThrow } from '@cloud-keypair/core'
import { createKeyPairService, createKeyPairStore, type KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import { createHttpTransport, type HttpTransport } from '@cloud-keypair/core/http'
import { loadVendor } from '../../tests/support/load-vendor.js'
import { type Operation, plenty, serviceOperations, storeOperations } from './growth-operations.js'
import {
  awsDriverOf,
  type BindingCloud,
  type CloudAccess,
  type CloudProcess,
  driverOf,
  startCloudProcess,
} from './simulated-cloud.js'
import { printTable } from './table.js'

/** A cloud, and the states of its instances. */
interface GrowthCloud {
  readonly cloud: BindingCloud | 'aws'
  readonly running: string
  readonly stopped: string
  /** The numbers of instances of each power, and of key pairs: fewer where a cloud takes one at a time. */
  readonly instances: number
  readonly keyPairs: number
}

const clouds: readonly GrowthCloud[] = [
  { cloud: 'volcengine', running: 'RUNNING', stopped: 'STOPPED', instances: 100, keyPairs: 200 },
  { cloud: 'alibaba-ecs', running: 'Running', stopped: 'Stopped', instances: 100, keyPairs: 50 },
  { cloud: 'alibaba-ens', running: 'Running', stopped: 'Stopped', instances: 30, keyPairs: 50 },
  { cloud: 'tencent', running: 'RUNNING', stopped: 'STOPPED', instances: 100, keyPairs: 200 },
  { cloud: 'aws', running: 'running', stopped: 'stopped', instances: 100, keyPairs: 50 },
]

const factor = 10
const rounds = 3
const limits = { calls: 11, bytes: 11, cpuMs: 13 } as const
const measures = ['calls', 'bytes', 'cpuMs'] as const

type Cost = Readonly<Record<(typeof measures)[number], number>>

/** The cost of each operation, by its name. */
type Costs = ReadonlyMap<string, Cost>

const deploy = 'deploy'

function meanOf(costs: readonly Cost[]): Cost {
  const mean = (measure: keyof Cost): number => costs.reduce((sum, cost) => sum + cost[measure], 0) / costs.length
  return { calls: mean('calls'), bytes: mean('bytes'), cpuMs: mean('cpuMs') }
}

function namesOf(count: number, prefix: string): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`)
}

/** Returns the variants in which a cloud does everything at once. */
function variantsOf(cloud: GrowthCloud['cloud']): object {
  if (cloud === 'aws') return {}
  return cloud === 'tencent' ? { powerChangeMs: 0, change: 'at-once' } : { powerChangeMs: 0 }
}

/** Runs all operations with so many times the usual key pairs and instances, and returns what each took. */
async function measure(
  host: CloudProcess,
  { cloud, running, stopped, instances, keyPairs }: GrowthCloud,
  times: number,
  publicKey: string,
): Promise<Costs> {
  const ids = { running: namesOf(instances * times, 'i-r'), stopped: namesOf(instances * times, 'i-s') }
  const spare = namesOf(keyPairs * times, 'spare_')
  const stateOf = (state: string) => (cloud === 'aws' ? { state, keyName: deploy } : { status: state })
  const access = await host.begin({
    cloud,
    variants: variantsOf(cloud),
    seed: {
      keyPairs: [deploy, ...spare].map((name) => ({ name })),
      instances: [
        ...ids.running.map((id) => ({ id, ...stateOf(running) })),
        ...ids.stopped.map((id) => ({ id, ...stateOf(stopped) })),
      ],
    },
  })
  const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-bench-'))
  const checkpoint = join(folder, 'rotation.checkpoint')
  // Waits take no time, so only the work counts.
  const clock = new VirtualClock()
  const counted = countingTransport(clock)
  const driverAt = (at: CloudAccess): KeyPairStoreDriver =>
    cloud === 'aws' ? awsDriverOf(at, counted.transport) : driverOf(cloud, at, counted.transport)
  // Time would pass while a first call loads the vendor's code.
  await loadVendor(driverAt({ ...access, url: 'http://127.0.0.1:1' }))
  const options = { testing: { clock } }
  const operationsOf = async (): Promise<readonly [KeyPairStore, readonly Operation[]]> => {
    if (cloud === 'aws') {
      const service = createKeyPairStore(awsDriverOf(access, counted.transport), options)
      const known = await referencesIn(service)
      return [service, storeOperations({ service, clock, deploy: known(deploy), spare: spare.map(known) })]
    }
    const service = createKeyPairService(driverOf(cloud, access, counted.transport), options)
    const known = await referencesIn(service)
    const referenceTo = async (name: string): Promise<KeyPairReference> =>
      service.capabilities.identity.includes('name') ? { name } : (await referencesIn(service))(name)
    const scenario = { service, ...ids, publicKey, checkpoint, clock, referenceTo }
    return [service, serviceOperations({ ...scenario, deploy: known(deploy), spare: spare.map(known) })]
  }
  const costs = new Map<string, Cost>()
  try {
    const [service, operations] = await operationsOf()
    for (const { name, times: often, run } of operations) {
      const spent: Cost[] = []
      for (let time = 0; time < often; time += 1) {
        const before = counted.total()
        const cpu = process.cpuUsage()
        await run()
        const { user, system } = process.cpuUsage(cpu)
        const { calls, bytes } = counted.total()
        spent.push({ calls: calls - before.calls, bytes: bytes - before.bytes, cpuMs: (user + system) / 1000 })
      }
      costs.set(name, meanOf(spent))
    }
    await service[Symbol.asyncDispose]()
    if (cloud !== 'aws') costs.set('checkpoint', { calls: 0, bytes: (await stat(checkpoint)).size, cpuMs: 0 })
  } finally {
    await counted.transport.close()
    await rm(folder, { recursive: true })
  }
  return costs
}

/** Returns the references to all key pairs of a cloud, by their names: what it identifies them by. */
async function referencesIn(service: KeyPairStore): Promise<(name: string) => KeyPairReference> {
  if (service.capabilities.identity.includes('name')) return (name) => ({ name })
  const ids = new Map((await orThrow(collect(service.list(), { max: plenty }))).map(({ name, id }) => [name, id]))
  return (name) => ({ id: ids.get(name) ?? name })
}

/** Makes a transport that counts calls and their bytes, and during which the time of a clock stands still. */
function countingTransport(clock: VirtualClock): {
  readonly transport: HttpTransport
  total(): { readonly calls: number; readonly bytes: number }
} {
  const { send, close } = createHttpTransport({ proxy: 'none' })
  let [calls, bytes] = [0, 0]
  return {
    total: () => ({ calls, bytes }),
    transport: {
      close,
      async send(request, signal) {
        calls += 1
        bytes += request.url.length + (request.body?.length ?? 0)
        const answer = await standingStill(clock, () => send(request, signal))
        if (answer.isOk()) bytes += answer.value.text.length
        return answer
      },
    },
  }
}

/**
 * Measures how calls, bytes and processor time of every operation on many grow if there is ten times as much to do, on
 * every cloud: with `scale` times its key pairs and instances, half of which run, and with ten times as many. Fails if one
 * grows more than its limit.
 */
export async function growth(scale: number): Promise<void> {
  const host = startCloudProcess()
  const publicKey = (await generateKeyPair({ bits: 2048 })).publicKey.line
  try {
    for (const one of clouds) {
      const [few, many] = [new Array<Costs>(), new Array<Costs>()]
      // The first runs load and warm the code.
      for (let run = 0; run < 2; run += 1) await measure(host, one, scale, publicKey)
      for (let run = 0; run < rounds; run += 1) {
        for (let part = 0; part < 2; part += 1) few.push(await measure(host, one, scale, publicKey))
        many.push(await measure(host, one, scale * factor, publicKey))
      }
      report(one.cloud, few, many)
    }
  } finally {
    host.end()
  }
}

/**
 * Prints what each operation takes, and how it grows. Other work on the machine only adds to processor time, so the least
 * of the large runs counts. Garbage is collected in some of the small runs, so their mean counts.
 */
function report(cloud: string, few: readonly Costs[], many: readonly Costs[]): void {
  const rows = [...(many[0]?.keys() ?? [])].map((name) => [
    name,
    ...measures.flatMap((measure) => {
      const of = (runs: readonly Costs[]): number[] => runs.map((costs) => costs.get(name)?.[measure] ?? 0)
      const before = of(few).reduce((sum, one) => sum + one, 0) / few.length
      const after = Math.min(...of(many))
      const times = before === 0 ? 0 : after / before
      const isOver = times > limits[measure]
      if (isOver) process.exitCode = 1
      return [before.toFixed(0), after.toFixed(0), `${times.toFixed(1)}x${isOver ? ' TOO MUCH' : ''}`]
    }),
  ])
  const head = ['', ...measures.flatMap((measure) => [measure, `${factor}n`, `<= ${limits[measure]}x`])]
  printTable(`growth on ${cloud}, from n to ${factor}n`, [head, ...rows])
}
