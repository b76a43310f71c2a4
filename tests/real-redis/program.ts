import { subscribe } from 'node:diagnostics_channel'
import { createFleet } from '@cloud-keypair/fleet'
import { Redis } from 'ioredis'
import * as v from 'valibot'
import { callMs, leaseMs, serviceOf } from './clouds.js'
import { plantedFault, plantFault } from './planted-faults.js'

// A process of a trial: a worker, or a submitter. It ends or stops itself at a step that its parent chose by seed.

const taskSchema = v.object({
  url: v.string(),
  reach: v.object({ from: v.number(), urls: v.record(v.string(), v.string()) }),
  mode: v.picklist(['work', 'submit']),
  /** The call after whose answer the process stops itself. */
  stopsAfter: v.optional(v.string()),
  /** The number of the answer to a stop of instances after which the event loop is blocked for longer than a lease. */
  blocksAtStop: v.optional(v.number()),
  /** The number of the step at which the process ends itself or stops. Steps of idle workers do not count. */
  step: v.number(),
  signal: v.picklist(['SIGKILL', 'SIGSTOP']),
  run: v.optional(v.object({ id: v.string(), from: v.string(), to: v.string(), publicKey: v.string() })),
})

const task = v.parse(v.pipe(v.string(), v.parseJson(), taskSchema), process.env['TASK'])
plantFault(process.env[plantedFault])
let steps = 0
const step = (): void => {
  steps += 1
  if (steps === task.step) process.kill(process.pid, task.signal)
  // A process that slept ends later: else the processes of a long trial would all be such that live for ever.
  if (steps === task.step * 2) process.kill(process.pid, 'SIGKILL')
}

let stops = 0
/** Lets nothing of this process run for longer than a lease. */
function block(): void {
  tell('blocked')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, leaseMs * 1.5)
}

/** Tells the parent of a claim or of a changing call. */
const tell = (what: string): void => void process.send?.(what, () => undefined)

const busy = task.mode === 'submit' ? /./ : /local run, place, status = |redis.call\('RPUSH', key, ARGV\[5\]\)/
const { eval: evaluate } = Redis.prototype
Redis.prototype.eval = async function (this: Redis, ...given: readonly unknown[]): Promise<unknown> {
  const isBusy = busy.test(String(given[0]))
  if (isBusy) step()
  const answer: unknown = await Reflect.apply(evaluate, this, given)
  const isClaim = Array.isArray(answer) && answer[0] === 'claimed'
  if (isBusy || isClaim) step()
  if (isClaim) tell('claim')
  return answer
}
for (const name of ['start', 'asyncEnd']) {
  subscribe(`tracing:cloud-keypair:call:${name}`, (event) => {
    if (typeof event !== 'object' || event === null || !('mutating' in event) || event.mutating !== true) return
    step()
    const call = 'call' in event ? String(event.call) : ''
    if (name === 'start') return tell(call)
    if (call === task.stopsAfter) process.kill(process.pid, 'SIGSTOP')
    if (call === 'stop') stops += 1
    if (call === 'stop' && stops === task.blocksAtStop) block()
  })
}

const fleet = createFleet({
  connection: task.url,
  services: (place, { pacer }) => serviceOf(task.reach, place, pacer),
})
if (task.mode === 'work') {
  const worker = (await fleet.work({ placesAtOnce: 2, leaseMs, callMs, maxStarts: 1_000 }))._unsafeUnwrap()
  process.once('SIGTERM', () => void worker.close().then(() => fleet.close()))
} else if (task.run !== undefined) {
  const { id, from, to, publicKey } = task.run
  const places = Object.keys(task.reach.urls).map((account) => ({ provider: 'alibaba-ens', account }))
  const submitted = await fleet.rotate(places, { id, from, to: { name: to, publicKey }, maxUnavailable: 2 })
  process.exitCode = submitted.isOk() ? 0 : 1
  await fleet.close()
}
// Without the trial no process waits for this one. The channel alone must not keep it: a closed worker has to exit.
process.once('disconnect', () => process.exit())
process.channel?.unref()
