import { keyChangeCall } from '../attachment/key-change.js'
import type { CallFailure, ItemVerdict, KeyPairHandle } from '../contract/key-pair-driver.js'
import { type BatchCall, type ItemResult, sendInBatches } from '../engine/batch-call.js'
import type { Failure } from '../errors/failures.js'
import { isCutOff } from '../errors/to-error.js'
import type { InstanceOperation, Operation } from '../engine/operation.js'
import { pollMs } from '../engine/time-limits.js'
import type { Result } from '../result.js'
import { mapInSlices } from '../scheduling/map-in-slices.js'
import { type InstanceState, type InstanceStates, afterAccepted, updateState } from './instance-state.js'
import type { Step } from './next-step.js'
import type { RestartSettings } from './restart-settings.js'
import { detachOrPutBackCall, powerCall } from './step-calls.js'

/** The kinds of steps that send calls. */
export type StepKind = Exclude<Step['kind'], 'fail' | 'wait' | 'end'>

/** Performs one step with some instances of a wave, and records its results in their states. */
export async function performStep(
  operation: InstanceOperation,
  settings: RestartSettings,
  states: InstanceStates,
  doing: StepKind,
  chosen: readonly InstanceState[],
): Promise<void> {
  const { target, rules, force, tell } = settings
  const ids = idsOf(chosen)
  const power = (call: 'stop' | 'start' | 'reboot'): BatchCall => powerCall(operation, call, force)
  switch (doing) {
    case 'stop':
      tell('stopping', ids)
      return sendPower(operation, states, ids, { field: 'stop', call: power('stop') })
    case 'reboot':
      tell('rebooting', ids)
      return sendPower(operation, states, ids, { field: 'restart', call: power('reboot') })
    case 'start':
      tell('starting', ids)
      return sendPower(operation, states, ids, { field: 'restart', call: power('start'), isRepair: true })
    case 'change': {
      tell(rules.call === 'attach' ? 'attaching' : 'detaching', ids)
      // Sends instances whose attach may be refused in a separate call, so that a refusal does not affect the others.
      for (const own of [chosen.filter(isTriedOver), chosen.filter((state) => !isTriedOver(state))]) {
        const records = new Map(own.map(({ id, record }) => [id, record]))
        const change = keyChangeCall(operation, target, records, rules)
        await sendStep(operation, states, idsOf(own), { field: 'change', call: change })
      }
      return
    }
    case 'detach':
      tell('detaching', ids)
      for (const [handle, own] of groupByBlocking(chosen)) {
        await sendStep(operation, states, own, {
          field: 'detach',
          call: detachOrPutBackCall(operation, handle, 'detach'),
        })
      }
      return
    case 'put-back':
      tell('putting-back', ids)
      for (const [handle, own] of groupByBlocking(chosen)) {
        const call = detachOrPutBackCall(operation, handle, 'attach')
        await sendStep(operation, states, own, { field: 'putBack', call, isRepair: true })
      }
      return
  }
}

/** The call of a step, and the field of the states that has its status. */
interface StepCall {
  readonly field: 'stop' | 'detach' | 'change' | 'putBack' | 'restart'
  readonly call: BatchCall
  /** True if a failure is one of a repair, which may be sent again. */
  readonly isRepair?: boolean
}

/** Sends a stop, start or reboot, and waits until a read can show it, unless the answer says that it is over. */
async function sendPower(
  operation: Operation,
  states: InstanceStates,
  ids: readonly string[],
  sending: StepCall,
): Promise<void> {
  const allOver = await sendStep(operation, states, ids, sending)
  if (!allOver) await operation.sleep(pollMs)
}

/**
 * Sends one batched call, and records its result in each state. Returns true if all that was sent is over.
 */
async function sendStep(
  operation: Operation,
  states: InstanceStates,
  ids: readonly string[],
  step: StepCall,
): Promise<boolean> {
  const { call } = step
  // The result has the last word on an instance. The cloud may still carry out an earlier send that was not answered,
  // whatever the answer to a later one was.
  const unanswered = new Set<string>()
  const unlisted = new Set<string>()
  const results = await sendInBatches(operation, ids, {
    ...call,
    send: async (sent, context) => {
      const notInDoubt = sent.filter((id) => !unanswered.has(id))
      for (const id of sent) unanswered.add(id)
      const result = await call.send(sent, context)
      for (const id of notInDoubt) {
        if (isAnswered(id, result)) unanswered.delete(id)
        if (omits(id, result)) unlisted.add(id)
      }
      return result
    },
  })
  const now = operation.context.clock.now()
  await mapInSlices(ids, (id) => {
    const answer = { result: results.of(id), isUnanswered: unanswered.has(id), isUnlisted: unlisted.has(id), now }
    updateState(states, id, (state) => afterCall(state, step, answer))
  })
  return ids.every((id) => isOver(results.of(id)))
}

/** The outcome of a call for one instance. */
interface StepAnswer {
  readonly result: ItemResult
  /** True if a send of the call was not definitely answered for the instance. */
  readonly isUnanswered: boolean
  /** True if an answer did not list the instance. */
  readonly isUnlisted: boolean
  readonly now: number
}

/** Returns the state of an instance after a call. */
function afterCall(
  state: InstanceState,
  { field, call: { call }, isRepair = false }: StepCall,
  { result, isUnanswered, isUnlisted, now }: StepAnswer,
): InstanceState {
  // An answer that omits the instance is no word on it: reads decide.
  const wasOmitted = isUnlisted && (result.kind === 'done' || call === 'reboot')
  const mayComeLate = field === 'stop' || field === 'detach' || call === 'reboot'
  const noted = isUnanswered && !wasOmitted && mayComeLate ? { ...state, unansweredAt: now } : state
  if (wasOmitted && result.kind === 'unknown') {
    return { ...noted, [field]: 'accepted', isUnlisted: true, lastSentAt: now }
  }
  if (result.kind === 'done') {
    // A key pair that is put back takes the place of the change.
    const undone = field === 'putBack' ? ({ change: 'no' } as const) : {}
    // A reboot that is over, or that was seen in a read back, is not seen again.
    const seenDown = noted.seenDown || (call === 'reboot' && (result.isOver === true || wasOmitted))
    const next = { ...noted, ...afterAccepted(noted, call), ...undone, seenDown }
    return { ...next, [field]: 'accepted', lastSentAt: now, task: result.task }
  }
  const { failure } = result
  if (field === 'change' && isRefusedOver(state, failure)) return { ...noted, triesReplace: false }
  if (isRepair) {
    // The status of the call stays as it was, so that the next look at the states sends the step again.
    const isRefused = call === 'start' && result.kind === 'failed' && cannotPass.includes(failure.code)
    const isPutBackLost = field === 'putBack' && result.kind === 'unknown'
    return {
      ...noted,
      // The end of the repair does not hide what the cloud said before.
      repairFailure: isCutOff(failure) ? (state.repairFailure ?? failure) : failure,
      ...(isRefused && { restart: 'refused' }),
      ...(isPutBackLost && { putBack: 'unanswered' }),
    }
  }
  return { ...noted, failure, ...(result.kind === 'unknown' && { [field]: 'unanswered', lastSentAt: now }) }
}

/** The refusals of a start that do not pass with time. All others may pass before the deadline of a repair. */
const cannotPass: readonly Failure['code'][] = ['not-found', 'instance-unsupported', 'permission-denied']

/** True if the cloud took the call, and its answer does not list the item: some clouds list the failures only. */
function omits(id: string, result: Result<readonly ItemVerdict[], CallFailure>): boolean {
  return result.isOk() && result.value.every((verdict) => verdict.id !== id)
}

/** True if a send was definitely answered for an item. Verdicts that contradict each other are no answer. */
function isAnswered(id: string, result: Result<readonly ItemVerdict[], CallFailure>): boolean {
  return result.match(
    (verdicts) => {
      const own = verdicts.filter((verdict) => verdict.id === id)
      const [first] = own
      return (
        first !== undefined &&
        own.every((verdict) => verdict.ok === first.ok && (verdict.ok || verdict.failure.outcome !== 'unknown'))
      )
    },
    ({ outcome }) => outcome === 'none',
  )
}

function isOver(result: ItemResult): boolean {
  return result.kind === 'done' && result.isOver === true
}

function isTriedOver({ blocking, triesReplace, detach }: InstanceState): boolean {
  return blocking !== undefined && triesReplace && detach === 'no'
}

/**
 * True if an attach over another key pair was refused, by a code that may mean just that. If it is not sure that it was
 * refused, a second try, after the detach, does no harm.
 */
function isRefusedOver(state: InstanceState, { code }: Failure): boolean {
  return isTriedOver(state) && (code === 'conflict' || code === 'unknown')
}

function groupByBlocking(chosen: readonly InstanceState[]): ReadonlyMap<KeyPairHandle, readonly string[]> {
  const groups = new Map<string, [KeyPairHandle, string[]]>()
  for (const { id, blocking } of chosen) {
    if (blocking === undefined) continue
    const key = JSON.stringify(blocking)
    const group = groups.get(key) ?? [blocking, []]
    group[1].push(id)
    groups.set(key, group)
  }
  return new Map(groups.values())
}

function idsOf(states: readonly InstanceState[]): readonly string[] {
  return states.map(({ id }) => id)
}
