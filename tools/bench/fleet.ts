import { VirtualClock } from '@cloud-keypair/conformance'
import { standingStill } from '@cloud-keypair/conformance/internals'
import { collect, generateKeyPair, type KeyPairService, orThrow } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import type { HttpTransport } from '@cloud-keypair/core/http'
import { loadVendor } from '../../tests/support/load-vendor.js'
import { inTurns, timed } from './in-turns.js'
import { recordingTransport, type SentCall } from './recording-transport.js'
import type { Report, Row } from './row.js'
import { sdkByHand } from './sdk-by-hand.js'
import { type BenchCloud, type CloudAccess, type CloudProcess, driverOf, startCloudProcess } from './simulated-cloud.js'

/** One operation over a whole fleet, all of which has the key pair `deploy`. */
interface FleetWork {
  readonly cloud: BenchCloud
  readonly what: string
  readonly instances: number
  run(service: KeyPairService, instances: number, publicKey: string): Promise<unknown>
}

const deploy = { name: 'deploy' } as const

const usages: FleetWork['run'] = (service, max) => orThrow(collect(service.usages(deploy), { max }))
const audit: FleetWork['run'] = (service) => orThrow(service.audit())
const rotate: FleetWork['run'] = (service, _, publicKey) =>
  orThrow(service.rotate(deploy, { name: 'deploy-2', publicKey, maxUnavailable: 100 }))

const works: readonly FleetWork[] = [
  { cloud: 'volcengine', what: 'Volcengine: usages over 100,000', instances: 100_000, run: usages },
  { cloud: 'alibaba-ens', what: 'ENS: usages over 100,000', instances: 100_000, run: usages },
  { cloud: 'volcengine', what: 'Volcengine: audit over 100,000', instances: 100_000, run: audit },
  { cloud: 'alibaba-ens', what: 'ENS: audit over 100,000', instances: 100_000, run: audit },
  { cloud: 'volcengine', what: 'Volcengine: rotate 10,000 in waves of 100', instances: 10_000, run: rotate },
]

const running = { volcengine: 'RUNNING', 'alibaba-ecs': 'Running', 'alibaba-ens': 'Running' } as const

/** Measures the processor time of operations over a whole fleet, without waits. */
export async function fleet(rounds: number): Promise<Report> {
  const host = startCloudProcess()
  const publicKey = (await generateKeyPair({ bits: 2048 })).publicKey.line
  const rows: Row[] = []
  try {
    for (const work of works) rows.push(...(await measure(host, work, publicKey, rounds)))
  } finally {
    host.end()
  }
  return {
    bench: 'fleet',
    title: 'Processor time of operations over a whole fleet',
    method:
      "The cloud is in another process, and waits take no time. By hand: the same calls with the vendor's SDK, and nothing " +
      `that is done with their answers. Medians of ${rounds} rounds.`,
    rows,
  }
}

async function measure(
  host: CloudProcess,
  { cloud, what, instances, run }: FleetWork,
  publicKey: string,
  rounds: number,
): Promise<readonly Row[]> {
  const begin = (): Promise<CloudAccess> =>
    host.begin({
      cloud,
      variants: { powerChangeMs: 0 },
      seed: {
        keyPairs: [deploy],
        instances: Array.from({ length: instances }, (_, index) => ({
          id: `i-${index}`,
          status: running[cloud],
          keyPair: deploy.name,
        })),
      },
    })
  let calls: readonly SentCall[] = []
  const service = async (): Promise<{ readonly cpuMs: number }> => {
    const access = await begin()
    const clock = new VirtualClock()
    const { transport, sent } = recordingTransport()
    // Time would pass while a first call loads the vendor's code.
    await loadVendor(driverOf(cloud, { ...access, url: 'http://127.0.0.1:1' }, transport))
    sent.length = 0
    await using made = createKeyPairService(driverOf(cloud, access, standing(transport, clock)), { testing: { clock } })
    const { cpuMs } = await timed(() => run(made, instances, publicKey))
    await transport.close()
    calls = sent
    return { cpuMs }
  }
  const byHand = async (): Promise<{ readonly cpuMs: number }> => {
    const call = sdkByHand(cloud, await begin())
    return timed(async () => {
      for (const one of calls) await call(one)
    })
  }
  const measured = await inTurns(rounds, [
    ['service', service],
    ['byHand', byHand],
  ])
  return [
    {
      what: `${what} (${calls.length.toLocaleString('en')} calls)`,
      unit: 'ms of CPU',
      service: measured.median('service', 'cpuMs'),
      byHand: measured.median('byHand', 'cpuMs'),
      ratio: measured.ratio('service', 'byHand', 'cpuMs'),
    },
  ]
}

/** Makes a transport during whose calls the time of a clock stands still. */
function standing({ send, close }: HttpTransport, clock: VirtualClock): HttpTransport {
  return {
    close,
    send: (request, signal) => standingStill(clock, () => send(request, signal)),
  }
}
