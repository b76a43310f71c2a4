import type { Seen } from './vendor-api.js'
import type { ProbeContext } from './probe-context.js'
import { halt, type Script } from './script.js'
import type { Reply, Request } from './wire.js'

/** The time between two reads while a change is pending, in milliseconds. */
export const pollMs = 5000

/** The longest time that a stop or a start may take, in milliseconds. */
const powerMs = 15 * 60_000

/** The longest time until a change of key shows, in milliseconds. */
const showsMs = 90_000

/** Reads the instance. */
export async function* readInstance(context: ProbeContext): Script<Seen> {
  const reply = yield* context.call(context.vendorApi.readInstance(context.instanceId))
  if (!reply.taken) return yield* halt(`the instance cannot be read: ${reply.code}`, 'question')
  const seen = context.vendorApi.instances(reply.result)?.find(({ id }) => id === context.instanceId)
  return seen ?? (yield* halt('the instance is not in the answer', 'attempt'))
}

/** Reads the instance until it shows no more transient state. */
export async function* readSteady(context: ProbeContext): Script<Seen> {
  for (const until = context.clock.now() + powerMs; context.clock.now() <= until; yield* context.sleep(pollMs)) {
    const seen = yield* readInstance(context)
    if (seen.power === 'running' || seen.power === 'stopped') return seen
  }
  return yield* halt('the instance does not come to rest', 'question')
}

/** Reads the instance until it has the wanted state. Undefined if it does not within the time, in milliseconds. */
export async function* awaitInstance(
  context: ProbeContext,
  isWanted: (seen: Seen) => boolean,
  ms: number = showsMs,
): Script<Seen | undefined> {
  for (const until = context.clock.now() + ms; ; yield* context.sleep(pollMs)) {
    const seen = yield* readInstance(context)
    if (isWanted(seen)) return seen
    if (context.clock.now() >= until) return undefined
  }
}

/** Stops or starts the instance, unless it is so already, and waits until it is. Stops keep its capacity. */
export async function* bring(context: ProbeContext, power: 'running' | 'stopped', mode = 'KeepCharging'): Script<Seen> {
  let said = ''
  for (let sends = 0; sends < 4; sends += 1) {
    const seen = yield* readSteady(context)
    if (seen.power === power) return seen
    const reply = yield* context.call(powerRequest(context, power, mode))
    const refused = refusalIn(context, reply)
    const reached = refused === undefined ? yield* awaitPower(context, power, reply) : undefined
    if (reached !== undefined) return reached
    said = refused ?? ''
    yield* context.sleep(pollMs)
  }
  return yield* halt(`the instance cannot be ${power === 'running' ? 'started' : 'stopped'} ${said}`.trim(), 'question')
}

/** Waits until a change of power ends, and records its duration. Undefined if it does not end in time. */
export async function* awaitPower(
  context: ProbeContext,
  power: 'running' | 'stopped',
  since: Reply,
): Script<Seen | undefined> {
  let above = 0
  for (const until = since.answeredAt + powerMs; context.clock.now() <= until; yield* context.sleep(pollMs)) {
    const readAt = context.clock.now()
    const seen = yield* readInstance(context)
    if (seen.power === power) {
      const change = power === 'running' ? 'start' : 'stop'
      context.notes.timings.push({ change, above, upTo: context.clock.now() - since.sentAt, reply: since })
      return seen
    }
    // Another state at rest means that the read lags.
    above = readAt - since.answeredAt
  }
  return undefined
}

function powerRequest(
  { vendorApi, instanceId, newToken }: ProbeContext,
  power: 'running' | 'stopped',
  mode: string,
): Request {
  return power === 'running' ? vendorApi.start(instanceId, newToken()) : vendorApi.stop(instanceId, mode, newToken())
}

/** Returns the refusal of the only item of a call. Undefined if it succeeded. */
export function refusalIn({ vendorApi }: ProbeContext, reply: Reply): string | undefined {
  if (!reply.taken) return reply.code || `HTTP ${reply.status}`
  const failed = vendorApi.verdicts(reply.result)?.find(({ ok }) => !ok)
  return failed === undefined ? undefined : failed.code || 'without a code'
}
