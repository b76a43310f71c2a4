import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { inTurns, type Sample } from './in-turns.js'
import type { Report, Row } from './row.js'
import { type CloudAccess, type CloudProcess, startCloudProcess } from './simulated-cloud.js'
import type { ThrottleWork } from './throttle-process.js'

const burst = 5

/** Processes that attach at the same time, through one rate. */
interface Load {
  readonly processes: number
  readonly ratePerSecond: number
  /** The calls of each process. */
  readonly calls: number
  readonly used: number
  readonly refused?: number
}

const loads: readonly Load[] = [
  { processes: 1, ratePerSecond: 20, calls: 600, used: 0.95, refused: 4 },
  { processes: 4, ratePerSecond: 20, calls: 150, used: 0.9, refused: 15 },
  { processes: 4, ratePerSecond: 2, calls: 20, used: 0.85 },
]

type Measure = 'used' | 'refused' | 'failed'

/** Measures how much of a rate that the cloud keeps is used, and how many calls it refuses. */
export async function throttle(rounds: number): Promise<Report> {
  const host = startCloudProcess()
  const rows: Row[] = []
  try {
    for (const load of loads) rows.push(...(await measure(host, load, rounds)))
  } finally {
    host.end()
  }
  return {
    bench: 'throttle',
    title: 'Calls through a rate that the cloud keeps',
    method:
      `Each process attaches through a token bucket with ${burst} tokens, one instance a call. By hand: four calls at a time with ` +
      `the vendor's SDK, and each again after a jittered backoff. Medians of ${rounds} rounds.`,
    rows,
  }
}

async function measure(host: CloudProcess, load: Load, rounds: number): Promise<readonly Row[]> {
  const { processes, ratePerSecond, used, refused } = load
  const measured = await inTurns<ThrottleWork['way'], Measure>(rounds, [
    ['service', () => run(host, load, 'service')],
    ['byHand', () => run(host, load, 'byHand')],
  ])
  const what = `${processes} process${processes === 1 ? '' : 'es'} at ${ratePerSecond}/s`
  const row = (measure: Measure, unit: string, ideal: number, goal: Row['goal']): Row => ({
    what,
    unit,
    service: measured.median('service', measure),
    byHand: measured.median('byHand', measure),
    ideal,
    ...(goal && { goal }),
  })
  return [
    row('used', 'part of the rate', 1, { atLeast: used }),
    row('refused', 'refused of 100', 0, refused === undefined ? undefined : { atMost: refused }),
    row('failed', 'instances failed', 0, { atMost: 0 }),
  ]
}

async function run(host: CloudProcess, load: Load, way: ThrottleWork['way']): Promise<Sample<Measure>> {
  const { processes, ratePerSecond, calls } = load
  const idsOf = (one: number): readonly string[] => Array.from({ length: calls }, (_, index) => `i-${one}-${index}`)
  const all = Array.from({ length: processes }, (_, one) => idsOf(one))
  const access = await host.begin({
    cloud: 'volcengine',
    seed: { keyPairs: [{ name: 'deploy' }], instances: all.flat().map((id) => ({ id, status: 'STOPPED' })) },
  })
  await control(access, 'faults', { kind: 'bucket', action: 'AttachKeyPair', ratePerSecond, burst })
  const children = all.map(() =>
    fork(fileURLToPath(new URL('throttle-process.ts', import.meta.url)), { execArgv: process.execArgv }),
  )
  await Promise.all(children.map((child) => once(child, 'message')))
  const startedAt = performance.now()
  const succeeded = await Promise.all(children.map((child, one) => work(child, { way, access, ids: all[one] ?? [] })))
  const seconds = (performance.now() - startedAt) / 1000
  for (const child of children) child.disconnect()
  const total = processes * calls
  const sent = v
    .parse(sentSchema, await control(access, 'calls'))
    .filter(({ action }) => action === 'AttachKeyPair').length
  const done = succeeded.reduce((sum, one) => sum + one, 0)
  return {
    used: (done - burst) / ratePerSecond / seconds,
    refused: ((sent - done) / done) * 100,
    failed: total - done,
  }
}

const sentSchema = v.array(v.object({ action: v.string() }))

async function work(child: ChildProcess, wanted: ThrottleWork): Promise<number> {
  child.send(wanted)
  const [succeeded] = v.parse(v.looseTuple([v.number()]), await once(child, 'message'))
  return succeeded
}

async function control({ url }: CloudAccess, path: string, body?: object): Promise<unknown> {
  const method = body === undefined ? 'GET' : 'POST'
  const answer = await fetch(`${url}/__simulator/${path}`, { method, ...(body && { body: JSON.stringify(body) }) })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json()
}
