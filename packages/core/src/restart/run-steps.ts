import { notListed } from '../attachment/key-change.js'
import { type Failure, endedFailure } from '../errors/failures.js'
import type { InstanceOperation, Operation } from '../engine/operation.js'
import { repairRetryMs } from '../engine/time-limits.js'
import { readInstances } from '../lookup/find-instances.js'
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
const stepOrder: readonly (StepKind | 'wait')[] = ['stop', 'wait', 'detach', 'change', 'reboot']
const repairOrder: readonly (StepKind | 'wait')[] = ['put-back', 'start', 'wait']

/** Runs steps until each key pair is changed and the instance is restarted, or stopped and ready to start. */
export async function runSteps(
  operation: InstanceOperation,
  settings: RestartSettings,
  states: InstanceStates,
): Promise<void> {
  const { goal } = settings
  for (;;) {
    const steps = stepsOf(states, (state) => nextStep(state, goal, operation.context.clock.now()))
    const stop = operation.ended()
    if (stop !== undefined) return interrupt(states, steps, stop)
    const doing = stepOrder.find((kind) => kindsOf(steps).includes(kind))
    if (doing === undefined) return
    const under = [...states.values()].filter(({ id }) => steps.get(id)?.kind !== 'end')
    if (doing === 'wait') await waitForSteps(operation, steps)
    else await performStep(operation, settings, states, doing, idsAt(steps, doing))
    const read = await readInstances(operation, idsOf(under))
    if (read.isErr() && operation.ended() !== undefined) continue
    for (const { id } of under) {
      const record = read.isOk() ? read.value.get(id) : undefined
      if (record !== undefined) {
        updateState(states, id, (state) => afterRead(state, record))
        const end = states.get(id)?.change === 'no' ? settings.rules.resultWithoutCall(record) : undefined
        if (end?.kind === 'failed') setFailure(states, id, end.failure)
      } else setFailure(states, id, read.isErr() ? read.error : notListed.failure)
    }
  }
}

/**
 * Starts the instances that this operation stopped, and attaches removed key pairs again. Has its own deadline; the
 * caller's signal does not end it.
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
      updateState(states, id, (state) => (read.isErr() ? markUnread(state) : afterRead(state, record ?? state.record)))
      if (record !== undefined) updateState(states, id, (state) => markUnchanged(state, operation.context.clock.now()))
    }
    const steps = stepsOf(states, (state) => nextRepairStep(state, goal, operation.context.clock.now()))
    const doing = repairOrder.find((kind) => kindsOf(steps).includes(kind))
    if (doing === undefined) return
    if (doing === 'wait') {
      await waitForSteps(operation, steps)
      continue
    }
    const ids = idsAt(steps, doing)
    for (const id of ids) {
      if (doing === 'put-back') setFailure(states, id, attachUndone)
      if (doing !== 'start') continue
      updateState(states, id, (state) =>
        state.failure === undefined && isChangedByOthers(state, goal)
          ? { ...state, failure: changedByOthers(state.record) }
          : state,
      )
    }
    await performStep(operation, settings, states, doing, ids)
    if (ids.some((id) => isClosed(states.get(id)?.repairFailure))) return
    if (ids.some((id) => hasFailed(states.get(id), doing))) await operation.sleep(repairRetryMs)
  }
  if (operation.gate?.closed.aborted !== true) return
  for (const id of states.keys()) {
    updateState(states, id, markUnwatched)
    const state = states.get(id)
    if (state !== undefined && !isUp(state)) setFailure(states, id, endedFailure('not-allowed', 'none'))
  }
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

type Steps = ReadonlyMap<string, Exclude<Step, { readonly kind: 'fail' }>>

function stepsOf(states: InstanceStates, next: (state: InstanceState) => Step): Steps {
  const steps = new Map<string, Exclude<Step, { readonly kind: 'fail' }>>()
  for (const state of states.values()) {
    const step = next(state)
    if (step.kind === 'fail') setFailure(states, state.id, step.failure)
    steps.set(state.id, step.kind === 'fail' ? { kind: 'end' } : step)
  }
  return steps
}

/** Waits until the first waiting instance may have changed. */
async function waitForSteps(operation: Operation, steps: Steps): Promise<void> {
  const waits = [...steps.values()].flatMap((step) => (step.kind === 'wait' ? [step.ms] : []))
  operation.expectCalls(1)
  await operation.sleep(Math.min(...waits))
}

/** Marks unfinished instances as failed when the operation ends, except those that only wait for their start. */
function interrupt(states: InstanceStates, steps: Steps, stop: NonNullable<ReturnType<Operation['ended']>>): void {
  for (const state of states.values()) {
    const isReady = state.change === 'accepted' && state.record.power === 'stopped'
    if (steps.get(state.id)?.kind !== 'end' && !isReady) setFailure(states, state.id, endedFailure(stop, 'none'))
  }
}

/** Takes an instance that was told to stop for stopped if it cannot be read: a start does no harm. */
function markUnread(state: InstanceState): InstanceState {
  const isDown = state.stop !== 'no' && state.restart !== 'accepted'
  return isDown ? { ...state, record: { ...state.record, power: 'stopped' } } : state
}

/** Takes an instance with an unanswered stop for stopped: this process may not wait to see if the stop is carried out. */
function markUnwatched(state: InstanceState): InstanceState {
  return state.stop === 'unanswered' ? { ...state, record: { ...state.record, power: 'stopped' } } : state
}

/**
 * Takes a detach for not carried out if the earlier key pair is still bound long after it, and an unanswered put-back for
 * carried out if that key pair is bound again.
 */
function markUnchanged(state: InstanceState, now: number): InstanceState {
  if (hasNoKey(state)) return showsFormer(state, now) ? { ...state, detach: 'no' } : state
  const isBack = state.putBack === 'unanswered' && state.change === 'accepted' && bindsFormer(state)
  return isBack ? { ...state, putBack: 'accepted', change: 'no' } : state
}

function hasFailed(state: InstanceState | undefined, doing: StepKind): boolean {
  const isOver = state?.restart === 'accepted' || state?.restart === 'refused'
  return (doing === 'start' && !isOver) || (doing === 'put-back' && state?.putBack !== 'accepted')
}

function kindsOf(steps: Steps): readonly Step['kind'][] {
  return [...steps.values()].map(({ kind }) => kind)
}

function idsAt(steps: Steps, doing: StepKind): string[] {
  return [...steps].filter(([, { kind }]) => kind === doing).map(([id]) => id)
}

function idsOf(states: readonly InstanceState[]): string[] {
  return states.map(({ id }) => id)
}
