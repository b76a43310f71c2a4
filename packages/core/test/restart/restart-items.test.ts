import { describe, expect, it } from 'vitest'
import { attachRules } from '../../src/attachment/attach-rules.js'
import type { TargetKeyPair } from '../../src/attachment/target-key-pair.js'
import type { CheckpointInstance } from '../../src/contract/checkpoint.js'
import type { InstanceRecord } from '../../src/contract/key-pair-driver.js'
import type { BoundKeyPair } from '../../src/contract/key-pair.js'
import { ok } from '../../src/result.js'
import { boundKeyPairs } from '../../src/lookup/instance-record.js'
import { noOutcome } from '../../src/errors/failures.js'
import { type InstanceState, newState } from '../../src/restart/instance-state.js'
import type { Goal } from '../../src/restart/next-step.js'
import { isLeftStopped, itemFromCheckpoint, restartItem } from '../../src/restart/restart-items.js'
import { stubDriver } from '../stub-driver.js'

const { instances } = stubDriver().capabilities
if (instances === false) throw new Error('The stub binds key pairs')

const subject = { provider: 'stub', operation: 'attach', about: '"new"' }
const old = { name: 'old', id: 'kp-0' }
const wanted = { name: 'new', id: 'kp-1' }
const isWanted = ({ id }: BoundKeyPair): boolean => id === wanted.id
const target: TargetKeyPair = {
  handle: { by: 'id', id: wanted.id },
  isBoundTo: (record) => boundKeyPairs(record).some(isWanted),
  othersOn: (record) => boundKeyPairs(record).filter((bound) => !isWanted(bound)),
  clarify: async () => ok(null),
  nameMayBeStale: false,
}
const rules = attachRules(target, instances, false)
const goal: Goal = {
  isReached: (record) => target.isBoundTo(record) === true,
  nameMayBeStale: false,
  instances,
  restartUnchanged: true,
}
const stoppedOnly: Goal = { ...goal, instances: { ...instances, power: ['stopped'] } }
const running: InstanceRecord = { id: 'i-1', power: 'running', keyPair: old }
const stopped: InstanceRecord = { ...running, power: 'stopped' }
const stateWith = (given: Partial<InstanceState> = {}): InstanceState => ({
  ...newState(running, 'running', undefined, instances),
  ...given,
})
const refusal = { code: 'quota-exceeded', message: 'too many', transient: false } as const
const changed = { change: 'accepted', record: { ...running, keyPair: wanted } } as const

/** Returns what the item of a failed instance says. */
function failedAs(given: Partial<InstanceState>, ofGoal: Goal = goal): object {
  const item = restartItem(subject, stateWith(given), ofGoal, rules)
  if (item.status === 'succeeded') return item
  const { code, outcome, hint, message, details } = item.error
  return { status: item.status, code, outcome, hint, message, details }
}

describe('an instance', () => {
  it.each([
    ['nothing was sent', {}, false],
    ['it was stopped and runs again', { stop: 'seen' }, false],
    ['its stop was accepted and its record is old', { stop: 'accepted' }, true],
    ['its stop was seen and it is down', { stop: 'seen', record: stopped }, true],
    ['it is rebooting', { restart: 'accepted', record: { ...running, power: 'rebooting' } }, true],
    ['it was in progress in an earlier run and is down', { resumed: true, record: stopped }, true],
    ['it is down, and nothing was sent', { record: stopped }, false],
    ['it was stopped before', { powerBefore: 'stopped', stop: 'seen', record: stopped }, false],
  ] as const)('is left stopped if %s: %s', (_, given, expected) => {
    expect(isLeftStopped(stateWith(given))).toBe(expected)
  })
})

describe('the item of an instance that was changed', () => {
  it('names what was replaced, and is in effect after a restart', () => {
    expect(restartItem(subject, stateWith({ ...changed, restart: 'accepted' }), goal, rules)).toEqual({
      id: 'i-1',
      status: 'succeeded',
      changed: true,
      effect: 'now',
      replaced: old,
    })
  })

  it.each([
    ['its stop was seen', { ...changed, stop: 'seen' }, goal, 'now'],
    ['its key was changed alone', changed, goal, 'at-next-start'],
    ['only stopped ones are changed, and it runs', changed, stoppedOnly, 'now'],
    ['only stopped ones are changed, and its record is old', { change: 'accepted' }, stoppedOnly, 'at-next-start'],
    [
      'it was stopped before',
      { ...changed, powerBefore: 'stopped', record: { ...stopped, keyPair: wanted } },
      goal,
      'at-next-start',
    ],
  ] as const)('has its effect if %s: %#', (_, given, ofGoal, effect) => {
    expect(restartItem(subject, stateWith(given), ofGoal, rules)).toMatchObject({ status: 'succeeded', effect })
  })

  it('is unchanged if nothing was changed, and changed if an earlier run changed it', () => {
    const had = { before: { keyPair: wanted }, record: { ...running, keyPair: wanted } }
    const unchanged = { id: 'i-1', status: 'succeeded', changed: false, effect: 'at-next-start' }
    expect(restartItem(subject, stateWith(had), goal, rules)).toEqual(unchanged)
    expect(restartItem(subject, stateWith({ ...had, resumed: true }), goal, rules)).toEqual(unchanged)
    const since = { ...had, resumed: true, before: { keyPair: old } }
    expect(restartItem(subject, stateWith(since), goal, rules)).toMatchObject({ changed: true, replaced: old })
    expect(restartItem(subject, stateWith({ ...since, resumed: false }), goal, rules)).toEqual(unchanged)
  })
})

describe('the item of an instance that is not as it was', () => {
  it.each([
    ['a running one is down', { stop: 'seen', record: stopped }],
    ['a stopped one runs', { powerBefore: 'stopped' }],
    ['its start was refused', { stop: 'seen', record: stopped, repairFailure: refusal }],
  ] as const)('failed: %s', (_, given) => {
    const code = 'repairFailure' in given ? 'quota-exceeded' : 'timeout'
    expect(failedAs(given)).toMatchObject({ status: 'failed', code })
  })

  it('fails with the first failure, and not with that of its repair', () => {
    const failure = { code: 'permission-denied', message: 'no', transient: false } as const
    expect(failedAs({ failure, repairFailure: refusal })).toMatchObject({ code: 'permission-denied' })
  })
})

describe('the outcome of a failed instance', () => {
  it.each([
    ['none, if nothing was sent', {}, 'failed', 'none'],
    ['partial, if its key was changed', changed, 'failed', 'partial'],
    ['partial, if its restart was not answered', { restart: 'unanswered' }, 'failed', 'partial'],
    ['partial, if it is down', { stop: 'seen', record: stopped }, 'failed', 'partial'],
    ['partial, if it has no key', { detach: 'accepted', record: { id: 'i-1', power: 'running' } }, 'failed', 'partial'],
    ['unknown, if its change was not answered', { change: 'unanswered' }, 'unknown', 'unknown'],
    ['partial, if its unanswered change shows', { ...changed, change: 'unanswered' }, 'failed', 'partial'],
    ['unknown, if its stop was not answered', { stop: 'unanswered' }, 'unknown', 'unknown'],
  ] as const)('is %s', (_, given, status, outcome) => {
    expect(failedAs({ failure: refusal, ...given })).toMatchObject({ status, outcome, code: 'quota-exceeded' })
  })

  it('is unknown if a defect lost it', () => {
    expect(failedAs({ failure: noOutcome })).toMatchObject({ status: 'unknown', outcome: 'unknown' })
  })
})

describe('the advice for a failed instance', () => {
  const again = 'The change may have happened, or may still happen. The same call may be made again.'
  const bare: InstanceRecord = { id: 'i-1', power: 'running' }

  it.each([
    ['none, if nothing was sent', {}, undefined],
    ['to attach a key pair, if it has none', { detach: 'accepted', record: bare }, /^No key pair is bound/],
    [
      'that somebody attached another one',
      { detach: 'accepted', record: { ...running, keyPair: wanted } },
      /^Somebody attached another key pair/,
    ],
    ['to start it, if it is down', { stop: 'seen', record: stopped }, /start it\.$/],
    [
      'to check that it runs, if its reboot hangs',
      { restart: 'accepted', record: { ...running, power: 'rebooting' } },
      /^The instance was running, and its reboot was not seen to end/,
    ],
    ['to restart it, if its key was changed', changed, /restart the instance\.$/],
    [
      'to restart it, if its unanswered change shows',
      { detach: 'accepted', change: 'unanswered', record: { ...running, keyPair: wanted } },
      /^The key pair was changed/,
    ],
    ['to make the call again, if it was not answered', { change: 'unanswered' }, again],
    [
      'to check that it runs, if its stop was not answered',
      { stop: 'unanswered' },
      `A stop was sent and never answered: check that the instance runs. ${again}`,
    ],
    ['to make the call again, after a defect', { failure: noOutcome }, again],
    [
      'to start it, after a defect',
      { failure: noOutcome, stop: 'seen', record: stopped },
      `The instance was running, and was not seen running again: start it. ${again}`,
    ],
  ] as const)('is %s', (_, given, hint) => {
    const said = failedAs({ failure: refusal, ...given })
    if (hint instanceof RegExp) expect(said).toHaveProperty('hint', expect.stringMatching(hint))
    else expect(said).toHaveProperty('hint', hint)
  })

  it('is with the power and the key pair that the record shows', () => {
    const state = { code: 'instance-state', message: 'busy', transient: false } as const
    expect(failedAs({ failure: state, record: stopped })).toMatchObject({
      details: { power: 'stopped', allowed: ['running', 'stopped'] },
    })
    const taken = { code: 'conflict', message: 'taken', transient: false } as const
    expect(failedAs({ failure: taken })).toMatchObject({ details: { actual: 'old' } })
    expect(failedAs({ failure: taken })).toHaveProperty('message', expect.stringContaining('on i-1'))
  })
})

describe('the item of an instance that an earlier run finished', () => {
  const earlier: CheckpointInstance = { id: 'i-1', power: 'running', keyPair: old, step: 'done' }

  it.each([
    ['running', 'running', 'now'],
    ['running', undefined, 'now'],
    ['stopped', 'running', 'now'],
    ['stopped', 'stopped', 'at-next-start'],
    ['stopped', undefined, 'at-next-start'],
  ] as const)('that was %s and is %s now has the effect %s', (power, powerNow, effect) => {
    expect(itemFromCheckpoint({ ...earlier, power }, powerNow, goal, rules)).toEqual({
      id: 'i-1',
      status: 'succeeded',
      changed: true,
      effect,
      replaced: old,
    })
  })

  it('is unchanged if it had the key pair before', () => {
    expect(itemFromCheckpoint({ ...earlier, keyPair: wanted }, 'running', goal, rules)).toEqual({
      id: 'i-1',
      status: 'succeeded',
      changed: false,
      effect: 'now',
    })
  })
})
