import type { Seen } from './vendor-api.js'
import { bring, pollMs, readInstance, readSteady, refusalIn } from './instance.js'
import { listOf, remove, vacate } from './key-pairs.js'
import type { ProbeContext } from './probe-context.js'
import { run, type Script } from './script.js'
import type { Request } from './wire.js'

/** A thing that could not be cleaned up, and the call that does so. */
export interface Left {
  readonly what: string
  readonly why: string
  readonly call: Request
}

/** The longest delay of an unanswered call until it is carried out, in milliseconds. */
const lateMs = 60_000

/** The number of rounds if something is left. */
const maxRounds = 3

/**
 * The time for which a delete is retried, in milliseconds: the vendors occupy key pairs for up to 20 minutes after a
 * detach.
 */
const busyMs = 25 * 60_000

/**
 * Detaches the probe's key pairs, puts the instance into the state of power that it had, deletes the key pairs, and reads
 * all of it back. What one step can't do keeps no other from its own. Never rejects.
 */
export async function cleanUp(newLab: () => ProbeContext, before: Seen): Promise<readonly Left[]> {
  const { clock, signal } = newLab()
  const until = clock.now() + busyMs
  let left: readonly Left[] = []
  for (let round = 0; round < maxRounds; round += 1) {
    // Each step has its own bounds.
    const vacated = await run(settleAndVacate(newLab()))
    const powered = await run(bring(newLab(), powerOf(before), modeOf(before)))
    const staying = await deleteOwn(newLab(), until)
    const why = [vacated, powered].flatMap((step) => (step.isErr() ? [step.error.why] : [])).join('; ')
    left = await lookBack(newLab(), before, why, staying)
    if (left.length === 0 || signal.aborted) break
  }
  return left
}

/** Waits for the effect of the last calls, and detaches every key pair. */
async function* settleAndVacate(context: ProbeContext): Script<void> {
  yield* context.sleep(context.notes.unanswered.length > 0 ? lateMs : 3 * pollMs)
  yield* readSteady(context)
  yield* vacate(context)
}

/** Deletes the key pairs, and says of those that stay why. */
async function deleteOwn(context: ProbeContext, until: number): Promise<ReadonlyMap<string, string>> {
  const { clock, journal, signal } = context
  const staying = new Map(journal.names().map((name) => [name, '']))
  const startedAt = clock.now()
  for (;;) {
    const late = clock.now() - startedAt >= lateMs
    for (const name of staying.keys()) {
      const why = await run(deleteOne(context, name, late))
      if (why.isOk() && why.value === undefined) staying.delete(name)
      else staying.set(name, why.isOk() ? (why.value ?? '') : why.error.why)
    }
    const passed = clock.now() - startedAt
    if (staying.size === 0 || signal.aborted || (passed > lateMs && clock.now() > until)) return staying
    await clock.sleep(passed < 2 * lateMs ? pollMs : 4 * pollMs, signal)
  }
}

/** Deletes the key pairs of a name. Returns the reason if one may be left. */
async function* deleteOne(context: ProbeContext, name: string, late: boolean): Script<string | undefined> {
  const listed = yield* listOf(context, name)
  let why = 'it may still be made'
  for (const keyPair of listed)
    why = refusalIn(context, yield* remove(context, keyPair)) ?? 'it was deleted and is listed'
  if (listed.length > 0) return why
  if (context.journal.stateOf(name) === 'deleted') return undefined
  // A key pair that was created may exist although no list shows it.
  if (late && context.journal.stateOf(name) === 'made') yield* remove(context, { name })
  return late ? undefined : why
}

async function lookBack(
  context: ProbeContext,
  before: Seen,
  why: string,
  staying: ReadonlyMap<string, string>,
): Promise<readonly Left[]> {
  const { vendorApi, instanceId } = context
  const left: Left[] = []
  const seen = await run(readInstance(context))
  const power = powerOf(before)
  const unread = seen.isErr() ? seen.error.why : ''
  if (seen.isErr() || seen.value.power !== power) {
    const call = power === 'running' ? vendorApi.start(instanceId, '') : vendorApi.stop(instanceId, modeOf(before), '')
    left.push({ what: `instance ${instanceId} may not be ${power}, as it was`, why: why || unread, call })
  }
  const bound = seen.isErr() ? undefined : seen.value.bound
  const own = context.journal.names()
  for (const name of own) {
    if (bound === name) {
      const call = vendorApi.detach({ name }, [instanceId], '')
      left.push({ what: `key pair ${name} is bound to instance ${instanceId}`, why, call })
    }
    const listed = await run(listOf(context, name))
    const gone = listed.isOk() ? listed.value.length === 0 : context.journal.stateOf(name) === 'deleted'
    if (gone) continue
    const call = vendorApi.deleteKeyPair({ name, id: listed.isOk() ? listed.value[0]?.id : undefined }, '')
    const said = listed.isOk() ? 'is there' : 'may be there'
    left.push({ what: `key pair ${name} ${said}`, why: staying.get(name) ?? why, call })
  }
  return left
}

function powerOf({ power }: Seen): 'running' | 'stopped' {
  return power === 'stopped' ? 'stopped' : 'running'
}

/** As it was stopped before; otherwise the mode that keeps its capacity. */
function modeOf({ stoppedMode }: Seen): string {
  return stoppedMode === 'StopCharging' ? stoppedMode : 'KeepCharging'
}
