import { notListed } from '../attachment/key-change.js'
import { type Failure, endedFailure } from '../errors/failures.js'
import type { InstanceOperation, Operation } from '../engine/operation.js'
import { pollMs, repairRetryMs } from '../engine/time-limits.js'
import { readInstances } from '../lookup/find-instances.js'
import { mapInSlices } from '../scheduling/map-in-slices.js'
import {
  type InstanceState,
  type InstanceStates,
  isUp,
  hasNoKey,
  setFailure,
  afterRead,
  updateState,
} from './instance-state.js'
import {
  bindsFormer,
  isChangedByOthers,
  changedByOthers,
  nextStep,
  nextRepairStep,
  showsFormer,
  type Step,
} from './next-step.js'
import { type StepKind, performStep } from './perform-step.js'
import type { RestartSettings } from './restart-settings.js'

// Earlier kinds go first, for all instances: so a wave takes as few calls as the limits allow.
// No start is among them: a repair starts each instance that was stopped, also if nothing failed, so that neither the
// deadline nor the signal of the operation leaves the instance down.
const stepOrder: readonly (StepKind | 'wait')[] = ['stop', 'wait', 'detach', 'change', 'reboot']
const repairOrder = ['put-back', 'start', 'wait'] as const

/** Runs steps until each key pair is changed and the instance is restarted, or stopped and ready to start. */
export async function runSteps(
  operation: InstanceOperation,
  settings: RestartSettings,
  states: InstanceStates,
): Promise<void> {
  const { goal } = settings
  for (;;) {
    const steps = await stepsOf(states, (state) => nextStep(state, goal, operation.context.clock.now()))
    const endReason = operation.ended()
    if (endReason !== undefined) return interrupt(states, steps, endReason)
    const doing = firstOf(stepOrder, steps)
    if (doing === undefined) return
    if (doing === 'wait') await waitForSteps(operation, settings, states, steps)
    else await performStep(operation, settings, states, doing, statesAt(steps, doing))
    const ids = steps.filter(({ step }) => step.kind !== 'end').map(({ state }) => state.id)
    const read = await readInstances(operation, ids)
    if (read.isErr() && operation.ended() !== undefined) continue
    await mapInSlices(ids, (id) => {
      const record = read.isOk() ? read.value.get(id) : undefined
      if (record !== undefined) updateState(states, id, (state) => afterStep(afterRead(state, record), settings))
      else setFailure(states, id, read.isErr() ? read.error : notListed.failure)
    })
  }
}

/**
 * Starts the instances that this operation stopped, after a success as after a failure, and attaches removed key pairs
 * again. Has its own deadline; the caller's signal does not end it.
 */
export async function repair(
  operation: InstanceOperation,
  settings: RestartSettings,
  states: InstanceStates,
): Promise<void> {
  const { goal } = settings
  while (operation.gate?.isOpen() !== false && operation.ended() === undefined) {
    operation.expectCalls(states.size)
    const read = await readInstances(operation, [...states.keys()])
    if (read.isErr() && isClosed(read.error)) return
    for (const id of states.keys()) {
      const record = read.isOk() ? read.value.get(id) : undefined
      updateState(states, id, (state) =>
        read.isErr() ? assumeDownIfStopped(state) : afterRead(state, record ?? state.record),
      )
      if (record !== undefined) updateState(states, id, (state) => assumeNotLost(state, operation.context.clock.now()))
    }
    const steps = await stepsOf(states, (state) => nextRepairStep(state, goal, operation.context.clock.now()))
    const doing = firstOf(repairOrder, steps)
    if (doing === undefined) return
    if (doing === 'wait') {
      await waitForSteps(operation, settings, states, steps)
      continue
    }
    const chosen = statesAt(steps, doing)
    for (const state of chosen) {
      if (doing === 'put-back') setFailure(states, state.id, attachUndone)
      else if (isChangedByOthers(state, goal)) setFailure(states, state.id, changedByOthers(state.record))
    }
    await performStep(operation, settings, states, doing, chosen)
    const after = chosen.flatMap(({ id }) => states.get(id) ?? [])
    if (after.some(({ repairFailure }) => isClosed(repairFailure))) return
    if (after.some((state) => isToBeRepeated(state, doing))) await operation.sleep(repairRetryMs)
  }
  if (operation.gate?.closed.aborted !== true) return
  for (const id of states.keys()) updateState(states, id, assumeDownIfUnanswered)
  for (const state of states.values()) {
    if (!isUp(state)) setFailure(states, state.id, endedFailure('not-allowed', 'none'))
  }
}

/** Fails an instance that the latest record shows may not be changed, unless it is changed already. */
function afterStep(state: InstanceState, { rules }: RestartSettings): InstanceState {
  const end = state.change === 'no' ? rules.resultWithoutCall(state.record) : undefined
  return end?.kind === 'failed' ? { ...state, failure: state.failure ?? end.failure } : state
}

/** True if the driver was closed. Every other failure may pass before the deadline of a repair. */
function isClosed(failure: Failure | undefined): boolean {
  return failure?.closed === true
}

const attachUndone: Failure = {
  code: 'conflict',
  message: 'an unanswered detach was carried out after the attach',
  transient: false,
  hint: 'Run the operation again.',
}

/** The next step of each instance, and the state that the step is taken in. */
type Steps = readonly { readonly state: InstanceState; readonly step: Exclude<Step, { readonly kind: 'fail' }> }[]

function stepsOf(states: InstanceStates, next: (state: InstanceState) => Step): Promise<Steps> {
  return mapInSlices([...states.values()], (state) => {
    const step = next(state)
    if (step.kind !== 'fail') return { state, step }
    setFailure(states, state.id, step.failure)
    return { state, step: { kind: 'end' } }
  })
}

/** Waits until the first waiting instance may have changed. */
async function waitForSteps(
  operation: Operation,
  settings: RestartSettings,
  states: InstanceStates,
  steps: Steps,
): Promise<void> {
  const waits = steps.flatMap(({ state, step }) => (step.kind === 'wait' ? [{ state, ms: step.ms }] : []))
  operation.expectCalls(1)
  tellWaits(settings, states, waits)
  await operation.sleep(Math.min(...waits.map(({ ms }) => ms)))
}

/** Reports each wait for an unanswered call once. A wait for the next read is not reported. */
function tellWaits(
  { tell }: RestartSettings,
  states: InstanceStates,
  waits: readonly { readonly state: InstanceState; readonly ms: number }[],
): void {
  const untold = waits.filter(({ state, ms }) => ms > pollMs && state.toldWaitSince !== state.unansweredAt)
  if (untold.length === 0) return
  const ids = untold.map(({ state }) => state.id)
  for (const id of ids) updateState(states, id, (state) => ({ ...state, toldWaitSince: state.unansweredAt }))
  tell('settling', ids, Math.max(...untold.map(({ ms }) => ms)))
}

/** Marks unfinished instances as failed when the operation ends, except those that only wait for their start. */
function interrupt(states: InstanceStates, steps: Steps, stop: NonNullable<ReturnType<Operation['ended']>>): void {
  for (const { state, step } of steps) {
    const isReady = state.change === 'accepted' && state.record.power === 'stopped'
    if (step.kind !== 'end' && !isReady) setFailure(states, state.id, endedFailure(stop, 'none'))
  }
}

/** Assumes that an instance that cannot be read is stopped, if a stop was sent: a start does no harm. */
function assumeDownIfStopped(state: InstanceState): InstanceState {
  const isDown = state.stop !== 'no' && state.restart !== 'accepted'
  return isDown ? { ...state, record: { ...state.record, power: 'stopped' } } : state
}

/** Assumes that an unanswered stop is carried out: this process may not wait to see the result. */
function assumeDownIfUnanswered(state: InstanceState): InstanceState {
  return state.stop === 'unanswered' ? { ...state, record: { ...state.record, power: 'stopped' } } : state
}

/**
 * Assumes that a detach was not carried out if the earlier key pair is still bound long after the detach, and that an
 * unanswered put-back was carried out if that key pair is bound again.
 */
function assumeNotLost(state: InstanceState, now: number): InstanceState {
  if (hasNoKey(state)) return showsFormer(state, now) ? { ...state, detach: 'no' } : state
  const isBack = state.putBack === 'unanswered' && state.change === 'accepted' && bindsFormer(state)
  return isBack ? { ...state, putBack: 'accepted', change: 'no' } : state
}

/** True if the step is still to be done, and is therefore sent again. */
function isToBeRepeated({ restart, putBack }: InstanceState, doing: 'put-back' | 'start'): boolean {
  if (doing === 'put-back') return putBack !== 'accepted'
  return restart !== 'accepted' && restart !== 'refused'
}

/** Returns the first of these kinds that an instance is at. */
function firstOf<Kind extends Step['kind']>(kinds: readonly Kind[], steps: Steps): Kind | undefined {
  return kinds.find((kind) => statesAt(steps, kind).length > 0)
}

function statesAt(steps: Steps, kind: Step['kind']): readonly InstanceState[] {
  return steps.filter(({ step }) => step.kind === kind).map(({ state }) => state)
}
