import { type KeyPairService, orThrow } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createHttpTransport } from '@cloud-keypair/core/http'
import { inTurns, timed } from './in-turns.js'
import { recordingTransport } from './recording-transport.js'
import type { Report, Row } from './row.js'
import { sdkByHand } from './sdk-by-hand.js'
import { type BenchCloud, type CloudProcess, driverOf, startCloudProcess } from './simulated-cloud.js'

/** One operation that is repeated. It is done twice for each repetition, with two key pairs in turn. */
interface WarmWork {
  readonly cloud: BenchCloud
  readonly what: string
  readonly repeats: number
  readonly atMost?: number
  run(service: KeyPairService, keyPair: { readonly name: string }, ids: readonly string[]): Promise<unknown>
  readonly instances: number
}

const get: WarmWork['run'] = (service, keyPair) => orThrow(service.get(keyPair))
const attach: WarmWork['run'] = (service, keyPair, ids) => orThrow(service.attach(keyPair, ids))

const works: readonly WarmWork[] = [
  { cloud: 'volcengine', what: 'Volcengine: get', repeats: 80, instances: 0, run: get },
  { cloud: 'volcengine', what: 'Volcengine: attach 1', repeats: 30, instances: 1, run: attach },
  { cloud: 'volcengine', what: 'Volcengine: attach 100', repeats: 15, instances: 100, run: attach, atMost: 1.1 },
  { cloud: 'alibaba-ecs', what: 'ECS: get', repeats: 80, instances: 0, run: get, atMost: 1.4 },
  { cloud: 'alibaba-ecs', what: 'ECS: attach 1', repeats: 30, instances: 1, run: attach },
  { cloud: 'alibaba-ecs', what: 'ECS: attach 50', repeats: 15, instances: 50, run: attach },
  { cloud: 'alibaba-ens', what: 'ENS: get', repeats: 80, instances: 0, run: get },
  { cloud: 'alibaba-ens', what: 'ENS: attach 1', repeats: 30, instances: 1, run: attach, atMost: 1.3 },
  { cloud: 'alibaba-ens', what: 'ENS: attach 30', repeats: 15, instances: 30, run: attach, atMost: 1.3 },
]

const stopped = { volcengine: 'STOPPED', 'alibaba-ecs': 'Stopped', 'alibaba-ens': 'Stopped' } as const
const keyPairs = [{ name: 'deploy' }, { name: 'deploy-2' }] as const

/** Measures the processor time of operations in a warm process, beside the same calls made with the vendor's SDK. */
export async function warm(rounds: number): Promise<Report> {
  const host = startCloudProcess()
  const rows: Row[] = []
  try {
    for (const work of works) rows.push(await measure(host, work, rounds))
  } finally {
    host.end()
  }
  return {
    bench: 'warm',
    title: 'Processor time of one operation in a warm process',
    method: `The cloud is in another process. By hand: the same calls with the vendor's SDK. Medians of ${rounds} rounds.`,
    rows,
  }
}

async function measure(
  host: CloudProcess,
  { cloud, what, repeats, instances, run, atMost }: WarmWork,
  rounds: number,
): Promise<Row> {
  const ids = Array.from({ length: instances }, (_, index) => `i-${String(index).padStart(20, '0')}`)
  const access = await host.begin({
    cloud,
    seed: { keyPairs, instances: ids.map((id) => ({ id, status: stopped[cloud] })) },
  })
  const recording = recordingTransport()
  const calls = recording.sent
  const recorded = createKeyPairService(driverOf(cloud, access, recording.transport))
  const both = async (service: KeyPairService): Promise<void> => {
    for (const keyPair of keyPairs) await run(service, keyPair, ids)
  }
  await both(recorded)
  calls.length = 0
  await both(recorded)
  await recording.transport.close()
  const transport = createHttpTransport({ proxy: 'none' })
  await using service = createKeyPairService(driverOf(cloud, access, transport))
  const byHand = sdkByHand(cloud, access)
  const measured = await inTurns(rounds, [
    [
      'service',
      () =>
        timed(async () => {
          for (let time = 0; time < repeats; time += 1) await both(service)
        }),
    ],
    [
      'byHand',
      () =>
        timed(async () => {
          for (let time = 0; time < repeats; time += 1) for (const call of calls) await byHand(call)
        }),
    ],
  ])
  await transport.close()
  const each = (way: 'service' | 'byHand'): number => measured.median(way, 'cpuMs') / repeats / keyPairs.length
  return {
    what: `${what} (${calls.length / keyPairs.length} calls)`,
    unit: 'ms of CPU',
    service: each('service'),
    byHand: each('byHand'),
    ratio: measured.ratio('service', 'byHand', 'cpuMs'),
    ...(atMost !== undefined && { goal: { atMost } }),
  }
}
