import type { Seen } from './dialect.js'
import type { Lab } from './lab.js'
import { halt, type Script } from './script.js'
import type { Reply, Request } from './wire.js'

/** How often the cloud is asked whether a change is over, in milliseconds. */
export const pollMs = 5000

/** The longest time that a stop or a start may take, in milliseconds. */
const powerMs = 15 * 60_000

/** The longest time until a change of key shows, in milliseconds. */
const showsMs = 90_000

/** Reads the instance. */
export async function* readInstance(lab: Lab): Script<Seen> {
  const reply = yield* lab.call(lab.dialect.readInstance(lab.instanceId))
  if (!reply.taken) return yield* halt(`the instance cannot be read: ${reply.code}`, 'question')
  const seen = lab.dialect.instances(reply.result)?.find(({ id }) => id === lab.instanceId)
  return seen ?? (yield* halt('the instance is not in the answer', 'attempt'))
}

/** Reads the instance until it shows no more transient state. */
export async function* readSteady(lab: Lab): Script<Seen> {
  for (const until = lab.clock.now() + powerMs; lab.clock.now() <= until; yield* lab.sleep(pollMs)) {
    const seen = yield* readInstance(lab)
    if (seen.power === 'running' || seen.power === 'stopped') return seen
  }
  return yield* halt('the instance does not come to rest', 'question')
}

/** Reads the instance until it is as wanted; undefined where it is not within the time, in milliseconds. */
export async function* awaitInstance(
  lab: Lab,
  isWanted: (seen: Seen) => boolean,
  ms: number = showsMs,
): Script<Seen | undefined> {
  for (const until = lab.clock.now() + ms; ; yield* lab.sleep(pollMs)) {
    const seen = yield* readInstance(lab)
    if (isWanted(seen)) return seen
    if (lab.clock.now() >= until) return undefined
  }
}

/** Stops or starts the instance, unless it is so already, and waits until it is. Stops keep its capacity. */
export async function* bring(lab: Lab, power: 'running' | 'stopped', mode = 'KeepCharging'): Script<Seen> {
  let said = ''
  for (let sends = 0; sends < 4; sends += 1) {
    const seen = yield* readSteady(lab)
    if (seen.power === power) return seen
    const reply = yield* lab.call(powerRequest(lab, power, mode))
    const refused = refusalIn(lab, reply)
    const reached = refused === undefined ? yield* awaitPower(lab, power, reply) : undefined
    if (reached !== undefined) return reached
    said = refused ?? ''
    yield* lab.sleep(pollMs)
  }
  return yield* halt(`the instance cannot be ${power === 'running' ? 'started' : 'stopped'} ${said}`.trim(), 'question')
}

/** Waits until a change of power is over, and notes how long it took. Undefined where it isn't, in time. */
export async function* awaitPower(lab: Lab, power: 'running' | 'stopped', since: Reply): Script<Seen | undefined> {
  let above = 0
  for (const until = since.answeredAt + powerMs; lab.clock.now() <= until; yield* lab.sleep(pollMs)) {
    const readAt = lab.clock.now()
    const seen = yield* readInstance(lab)
    if (seen.power === power) {
      const change = power === 'running' ? 'start' : 'stop'
      lab.notes.timings.push({ change, above, upTo: lab.clock.now() - since.sentAt, reply: since })
      return seen
    }
    // Not even begun, where the cloud says that it is at rest in the other state: a read that lags.
    above = readAt - since.answeredAt
  }
  return undefined
}

function powerRequest({ dialect, instanceId, newToken }: Lab, power: 'running' | 'stopped', mode: string): Request {
  return power === 'running' ? dialect.start(instanceId, newToken()) : dialect.stop(instanceId, mode, newToken())
}

/** Why the one item of a call was not done; undefined where it was. */
export function refusalIn({ dialect }: Lab, reply: Reply): string | undefined {
  if (!reply.taken) return reply.code || `HTTP ${reply.status}`
  const failed = dialect.verdicts(reply.result)?.find(({ ok }) => !ok)
  return failed === undefined ? undefined : failed.code || 'without a code'
}
