import { setTimeout } from 'node:timers/promises'
import { type KeyPairService, orThrow } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { inTurns, timed } from './in-turns.js'
import { recordingTransport, type SentCall } from './recording-transport.js'
import type { Report, Row } from './row.js'
import { sdkByHand } from './sdk-by-hand.js'
import { type BenchCloud, type CloudAccess, type CloudProcess, driverOf, startCloudProcess } from './simulated-cloud.js'

const answerMs = 50
// Core has as many calls of one action open, at most.
const atOnce = 64
// The loops over the SDK make so many of their calls: all others take as long.
const sampleCalls = 40

/** One operation on many, whose answers come from far away. */
interface BulkWork {
  readonly cloud: BenchCloud
  readonly what: string
  readonly instances: number
  readonly keyPairs: number
  /** The calls of each step. No step can begin before the one before it ends. */
  readonly steps: readonly number[]
  run(service: KeyPairService, names: Names): Promise<unknown>
  /** The calls that a program makes for one instance or key pair by itself, such as a Terraform provider. */
  single(index: number): readonly SentCall[]
}

interface Names {
  readonly instanceIds: readonly string[]
  readonly keyPairs: readonly { readonly name: string }[]
}

const deploy = { name: 'deploy' } as const
const idOf = (index: number): string => `i-${String(index).padStart(20, '0')}`
const nameOf = (index: number): string => `spare-${index}`

const attach: BulkWork['run'] = (service, { instanceIds }) => orThrow(service.attach(deploy, instanceIds))
const deleteMany: BulkWork['run'] = (service, { keyPairs }) => orThrow(service.deleteMany(keyPairs))

/** Attaches one, and reads it to see that it is attached. */
function attachSingle(cloud: BenchCloud, region: Readonly<Record<string, string>>): BulkWork['single'] {
  return (index) => {
    const ids: Readonly<Record<string, string>> =
      cloud === 'volcengine' ? { 'InstanceIds.1': idOf(index) } : { InstanceIds: JSON.stringify([idOf(index)]) }
    return [
      { action: 'AttachKeyPair', parameters: { ...region, KeyPairName: deploy.name, ...ids } },
      { action: 'DescribeInstances', parameters: { ...region, ...ids } },
    ]
  }
}

const volcengineDelete: BulkWork['single'] = (index) => [
  { action: 'DescribeKeyPairs', parameters: { 'KeyPairNames.1': nameOf(index) } },
  { action: 'DeleteKeyPairs', parameters: { 'KeyPairNames.1': nameOf(index) } },
]

/** Reads all instances before each delete: ENS itself does not refuse to delete a key pair that is in use. */
const ensDelete: BulkWork['single'] = (index) => [
  { action: 'DescribeKeyPairs', parameters: { KeyPairName: nameOf(index) } },
  ...Array.from({ length: 100 }, (_, page) => ({
    action: 'DescribeInstances',
    parameters: { PageNumber: String(page + 1), PageSize: '100' },
  })),
  { action: 'DeleteKeyPairs', parameters: { KeyPairName: nameOf(index) } },
]

function attachWork(cloud: BenchCloud, name: string, instances: number, limit: number): BulkWork {
  const region = cloud === 'alibaba-ecs' ? { RegionId: 'cn-hangzhou' } : {}
  return {
    cloud,
    what: `${name}: attach ${instances.toLocaleString('en')}`,
    instances,
    keyPairs: 0,
    steps: [1, Math.ceil(instances / 100), Math.ceil(instances / limit)],
    run: attach,
    single: attachSingle(cloud, region),
  }
}

const works: readonly BulkWork[] = [
  attachWork('volcengine', 'Volcengine', 10_000, 100),
  attachWork('volcengine', 'Volcengine', 100_000, 100),
  attachWork('alibaba-ecs', 'ECS', 10_000, 50),
  attachWork('alibaba-ens', 'ENS', 10_000, 30),
  {
    cloud: 'volcengine',
    what: 'Volcengine: delete 10,000',
    instances: 0,
    keyPairs: 10_000,
    steps: [100, 100],
    run: deleteMany,
    single: volcengineDelete,
  },
  {
    cloud: 'alibaba-ens',
    what: 'ENS: delete 1,000 beside 10,000 instances',
    instances: 10_000,
    keyPairs: 1_000,
    // The first page of the instances alone tells where the others begin, of which four are read at a time.
    steps: [1_000, 1, ...Array.from({ length: 25 }, () => 4), 1_000],
    run: deleteMany,
    single: ensDelete,
  },
]

const stopped = { volcengine: 'STOPPED', 'alibaba-ecs': 'Stopped', 'alibaba-ens': 'Stopped' } as const

/** Measures operations on many, each answer of which takes a while. */
export async function bulk(rounds: number): Promise<Report> {
  const host = startCloudProcess()
  const rows: Row[] = []
  try {
    for (const work of works) rows.push(...(await measure(host, work, rounds)))
  } finally {
    host.end()
  }
  return {
    bench: 'bulk',
    title: `Operations on many, with answers after ${answerMs} ms`,
    method:
      `By hand: ${sampleCalls} of the same calls with the vendor's SDK, one after another, times their number. One by one: ` +
      `so many of the calls of each by itself. Ideal: ${atOnce} calls at a time from the first. Medians of ${rounds} rounds.`,
    rows,
  }
}

async function measure(host: CloudProcess, work: BulkWork, rounds: number): Promise<readonly Row[]> {
  const { cloud, what } = work
  const items = work.keyPairs > 0 ? work.keyPairs : work.instances
  const single = Array.from({ length: sampleCalls }, (_, index) => work.single(index))
  const callsEach = single[0]?.length ?? 0
  let calls: readonly SentCall[] = []
  const service = async (): Promise<{ readonly ms: number }> => {
    const access = await begin(host, work)
    const { transport, sent } = recordingTransport(answerMs)
    await using made = createKeyPairService(driverOf(cloud, access, transport))
    const took = await timed(() => work.run(made, namesOf(work)))
    await transport.close()
    calls = sent
    return { ms: took.ms }
  }
  const loop = (list: () => readonly SentCall[], count: () => number) => async (): Promise<{ readonly ms: number }> => {
    const call = sdkByHand(cloud, await begin(host, work))
    const some = list().slice(0, sampleCalls)
    const { ms } = await timed(async () => {
      for (const one of some) {
        await setTimeout(answerMs)
        await call(one)
      }
    })
    return { ms: (ms / some.length) * count() }
  }
  const measured = await inTurns(rounds, [
    ['service', service],
    [
      'byHand',
      loop(
        () => calls,
        () => calls.length,
      ),
    ],
    [
      'oneByOne',
      loop(
        () => single.flat(),
        () => callsEach * items,
      ),
    ],
  ])
  const seconds = (way: 'service' | 'byHand' | 'oneByOne'): number => measured.median(way, 'ms') / 1000
  const idealCalls = work.steps.reduce((sum, step) => sum + step, 0)
  return [
    {
      what,
      unit: 's',
      service: seconds('service'),
      byHand: seconds('byHand'),
      oneByOne: seconds('oneByOne'),
      ideal: (work.steps.reduce((sum, step) => sum + Math.ceil(step / atOnce), 0) * answerMs) / 1000,
      ratio: measured.ratio('service', 'byHand', 'ms'),
    },
    {
      what,
      unit: 'calls',
      service: calls.length,
      oneByOne: callsEach * items,
      ideal: idealCalls,
    },
  ]
}

function namesOf({ instances, keyPairs }: BulkWork): Names {
  return {
    instanceIds: Array.from({ length: instances }, (_, index) => idOf(index)),
    keyPairs: Array.from({ length: keyPairs }, (_, index) => ({ name: nameOf(index) })),
  }
}

function begin(host: CloudProcess, work: BulkWork): Promise<CloudAccess> {
  const { instanceIds, keyPairs } = namesOf(work)
  return host.begin({
    cloud: work.cloud,
    seed: {
      keyPairs: [deploy, ...keyPairs],
      instances: instanceIds.map((id) => ({ id, status: stopped[work.cloud] })),
    },
  })
}
