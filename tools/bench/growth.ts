import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '@cloud-keypair/conformance'
import { collect, generateKeyPair, type KeyPairService, orThrow } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { checkpointFile } from '@cloud-keypair/core/file'
import { createHttpTransport, type HttpTransport } from '@cloud-keypair/core/http'
import { loadVendor } from '../../tests/support/load-vendor.js'
import { type CloudProcess, driverOf, startCloudProcess } from './simulated-cloud.js'
import { standingStill } from './standing-still.js'
import { printTable } from './table.js'

// Alibaba Cloud deletes key pairs one by one, so fewer of them take as long.
const clouds = [
  { cloud: 'volcengine', status: 'RUNNING', instances: 200, keyPairs: 200 },
  { cloud: 'alibaba-ecs', status: 'Running', instances: 200, keyPairs: 50 },
  { cloud: 'alibaba-ens', status: 'Stopped', instances: 200, keyPairs: 50 },
] as const

const factor = 10
const rounds = 2
const limits = { calls: 11, bytes: 11, cpuMs: 13 } as const
const measures = ['calls', 'bytes', 'cpuMs'] as const

type Cost = Readonly<Record<(typeof measures)[number], number>>

/** What each operation took, by its name. */
type Costs = ReadonlyMap<string, Cost>

/** What the operations of one scenario are about. */
interface Scenario {
  readonly service: KeyPairService
  readonly instanceIds: readonly string[]
  /** Key pairs that no instance has. */
  readonly spare: readonly { readonly name: string }[]
  readonly publicKey: string
  /** A file that is not there yet. */
  readonly checkpoint: string
  readonly clock: VirtualClock
}

const deploy = { name: 'deploy' } as const
const next = { name: 'deploy-2', maxUnavailable: 100 } as const

/** Every operation on many, in an order in which each finds what it needs. */
const operations: readonly (readonly [string, (scenario: Scenario) => Promise<unknown>])[] = [
  ['list', ({ service, spare }) => orThrow(collect(service.list(), { max: spare.length + 1 }))],
  ['attach', ({ service, instanceIds }) => orThrow(service.attach(deploy, instanceIds))],
  ['bindings', ({ service, instanceIds }) => orThrow(service.bindings(instanceIds))],
  ['usages', ({ service, instanceIds }) => orThrow(collect(service.usages(deploy), { max: instanceIds.length }))],
  ['audit', ({ service }) => orThrow(service.audit())],
  ['deleteMany', ({ service, spare }) => orThrow(service.deleteMany(spare))],
  ['plan', ({ service }) => orThrow(service.plan({ operation: 'rotate', replaced: deploy, ...next }))],
  ['rotate', rotate],
  ['detach', ({ service, instanceIds }) => orThrow(service.detach(next, instanceIds))],
]

const reads: ReadonlySet<string> = new Set(['list', 'bindings', 'usages', 'audit'])

function meanOf(costs: readonly Cost[]): Cost {
  const mean = (measure: keyof Cost): number => costs.reduce((sum, cost) => sum + cost[measure], 0) / costs.length
  return { calls: mean('calls'), bytes: mean('bytes'), cpuMs: mean('cpuMs') }
}

async function rotate({ service, publicKey, checkpoint, clock }: Scenario): Promise<unknown> {
  const file = await checkpointFile(checkpoint)
  const onCheckpoint: typeof file.onCheckpoint = (...written) =>
    standingStill(clock, 'checkpoint', () => file.onCheckpoint(...written))
  return orThrow(service.rotate(deploy, { ...next, publicKey, onCheckpoint }))
}

/** Runs all operations with so many times the usual key pairs and instances, and returns what each took. */
async function measure(
  host: CloudProcess,
  { cloud, status, ...usual }: (typeof clouds)[number],
  times: number,
  publicKey: string,
): Promise<Costs> {
  const instanceIds = Array.from({ length: usual.instances * times }, (_, index) => `i-${index}`)
  const spare = Array.from({ length: usual.keyPairs * times }, (_, index) => ({ name: `spare-${index}` }))
  const access = await host.begin({
    cloud,
    variants: { powerChangeMs: 0 },
    seed: {
      keyPairs: [deploy, ...spare],
      instances: instanceIds.map((id) => ({ id, status })),
    },
  })
  const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-bench-'))
  const checkpoint = join(folder, 'rotation.checkpoint')
  // Waits take no time, so only the work counts.
  const clock = new VirtualClock()
  const counted = countingTransport(clock)
  const driver = driverOf(cloud, access, counted.transport)
  // Time would pass while a first call loads the vendor's code.
  await loadVendor(driverOf(cloud, { ...access, url: 'http://127.0.0.1:1' }, counted.transport))
  await using service = createKeyPairService(driver, { testing: { clock } })
  const costs = new Map<string, Cost>()
  try {
    const scenario = { service, spare, instanceIds, publicKey, checkpoint, clock }
    for (const [name, run] of operations) {
      const spent: Cost[] = []
      // A read may be too short to be measured once.
      for (let time = 0; time < (reads.has(name) ? 5 : 1); time += 1) {
        const before = counted.total()
        const cpu = process.cpuUsage()
        await run(scenario)
        const { user, system } = process.cpuUsage(cpu)
        const { calls, bytes } = counted.total()
        spent.push({ calls: calls - before.calls, bytes: bytes - before.bytes, cpuMs: (user + system) / 1000 })
      }
      costs.set(name, meanOf(spent))
    }
    costs.set('checkpoint', { calls: 0, bytes: (await stat(checkpoint)).size, cpuMs: 0 })
  } finally {
    await counted.transport.close()
    await rm(folder, { recursive: true })
  }
  return costs
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
        const answer = await standingStill(clock, String(calls), () => send(request, signal))
        if (answer.isOk()) bytes += answer.value.text.length
        return answer
      },
    },
  }
}

/**
 * Measures how calls, bytes and processor time of every operation on many grow if there is ten times as much to do: from
 * 200 times `scale` instances to 2,000 times.
 * Fails if one grows more than its limit.
 */
export async function growth(scale: number): Promise<void> {
  const host = startCloudProcess()
  const publicKey = (await generateKeyPair({ bits: 2048 })).publicKey.line
  try {
    for (const one of clouds) {
      const [few, many] = [new Array<Costs>(), new Array<Costs>()]
      // The first runs load and warm the code.
      for (let run = 0; run < 3; run += 1) await measure(host, one, scale, publicKey)
      for (let run = 0; run < rounds; run += 1) {
        for (let part = 0; part < 3; part += 1) few.push(await measure(host, one, scale, publicKey))
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
