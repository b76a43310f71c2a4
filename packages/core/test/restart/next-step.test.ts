import { expect, test } from 'vitest'
import type { InstanceRecord } from '../../src/contract/key-pair-driver.js'
import {
  afterAccepted,
  afterRead,
  type InstanceState,
  newState,
  resumedState,
} from '../../src/restart/instance-state.js'
import { type Goal, nextStep, nextRepairStep } from '../../src/restart/next-step.js'
import { stubDriver } from '../stub-driver.js'

const { instances } = stubDriver().capabilities
if (instances === false) throw new Error('The stub binds key pairs')

const goal: Goal = {
  isReached: ({ keyPair }) => keyPair?.name === 'new',
  nameMayBeStale: false,
  instances,
  restartUnchanged: true,
}
const old: InstanceRecord = { id: 'i-1', power: 'running', keyPair: { name: 'old' } }
const stateWith = (given: Partial<InstanceState> = {}): InstanceState => ({
  ...newState(old, 'running', undefined, instances),
  ...given,
})

test('an accepted change that reads do not show is waited for, and then taken for done', () => {
  const changed = stateWith({ change: 'accepted', lastSentAt: 0 })
  expect(nextStep(changed, goal, 29_999)).toEqual({ kind: 'wait', ms: 3_000 })
  expect(nextStep(changed, goal, 30_000)).toEqual({ kind: 'reboot' })
})

test('an accepted start is not resent at once', () => {
  const started = stateWith({ record: { ...old, power: 'stopped' }, stop: 'seen', restart: 'accepted', lastSentAt: 0 })
  expect(nextRepairStep(started, goal, 59_999)).toEqual({ kind: 'wait', ms: 3_000 })
  expect(nextRepairStep(started, goal, 60_000)).toEqual({ kind: 'start' })
})

test('no step follows an accepted stop while the record is old', () => {
  const stopping = stateWith({ stop: 'accepted', lastSentAt: 0 })
  expect(nextStep(stopping, goal, 5_000)).toEqual({ kind: 'wait', ms: 3_000 })
  expect(
    nextRepairStep({ ...stopping, failure: { code: 'unknown', message: '', transient: false } }, goal, 5_000),
  ).toEqual({ kind: 'wait', ms: 3_000 })
})

test('an instance that somebody started meanwhile is not stopped again', () => {
  const failed = nextStep(stateWith({ stop: 'seen' }), goal, 0)
  expect(failed).toMatchObject({ kind: 'fail', failure: { code: 'conflict' } })
  expect(nextStep(stateWith({ powerBefore: 'stopped' }), goal, 0)).toMatchObject({ kind: 'fail' })
})

test('a running instance is not rebooted if somebody else removed the key', () => {
  const { keyPair: _, ...vacant } = old
  const changed = stateWith({ change: 'accepted', lastSentAt: 0, record: vacant })
  expect(nextStep(changed, goal, 1_000)).toMatchObject({ kind: 'fail', failure: { code: 'conflict' } })
})

test('pending calls of an earlier run are waited for in one step', () => {
  const resumed = stateWith({ resumed: true, lastSentAt: 0, unansweredAt: 0 })
  expect(nextStep(resumed, goal, 1_000)).toEqual({ kind: 'wait', ms: 59_000 })
  expect(nextStep(resumed, goal, 60_000)).toEqual({ kind: 'change' })
})

test('an unanswered call is waited for in one step, whatever the instance shows', () => {
  for (const power of ['stopped', 'stopping', 'running'] as const) {
    const unanswered = stateWith({ stop: 'unanswered', unansweredAt: 0, record: { ...old, power } })
    expect(nextRepairStep(unanswered, goal, 10_000)).toEqual({ kind: 'wait', ms: 50_000 })
  }
})

test('an earlier key pair that was detached is attached again although the record still shows it', () => {
  const keyPair = { name: 'new' }
  const detached = stateWith({
    before: { keyPair },
    blocking: { by: 'name', name: 'new' },
    detach: 'accepted',
    lastSentAt: 0,
    failure: { code: 'permission-denied', message: '', transient: false },
    record: { ...old, power: 'stopped', keyPair },
  })
  expect(nextRepairStep(detached, { ...goal, nameMayBeStale: true }, 1_000)).toEqual({ kind: 'put-back' })
  expect(nextRepairStep(detached, { ...goal, nameMayBeStale: true }, 60_000)).toEqual({ kind: 'start' })
})

test('a key pair that somebody else attached is distinguished from the earlier one, also if the cloud shows only ids', () => {
  const shown = (id: string): InstanceRecord => ({ id: 'i-1', power: 'running', keyPair: { id } })
  const byId: Goal = { ...goal, isReached: ({ keyPair }) => keyPair?.id === 'kp-new' }
  const changed = (id: string): InstanceState => ({
    ...newState(shown('kp-old'), 'running', undefined, instances),
    change: 'accepted',
    lastSentAt: 0,
    record: shown(id),
  })
  expect(nextStep(changed('kp-other'), byId, 1_000)).toMatchObject({ kind: 'fail', failure: { code: 'conflict' } })
  expect(nextStep(changed('kp-old'), byId, 1_000)).toEqual({ kind: 'wait', ms: 3_000 })
})

test('a pending restart is waited for after a failure', () => {
  const failure = { code: 'timeout', message: '', transient: false } as const
  for (const power of ['rebooting', 'stopping', 'starting'] as const) {
    const unanswered = stateWith({
      failure,
      restart: 'unanswered',
      lastSentAt: 0,
      unansweredAt: 0,
      record: { ...old, power },
    })
    expect(nextStep(unanswered, goal, 60_000)).toEqual({ kind: 'wait', ms: 3_000 })
  }
  const back = stateWith({ failure, restart: 'unanswered', lastSentAt: 0, unansweredAt: 0 })
  expect(nextStep(back, goal, 60_000)).toEqual({ kind: 'end' })
})

test('a stopped instance is started only after its record shows the change, or had the time to', () => {
  const changed = stateWith({ stop: 'seen', change: 'accepted', lastSentAt: 0, record: { ...old, power: 'stopped' } })
  expect(nextStep(changed, goal, 29_999)).toEqual({ kind: 'wait', ms: 3_000 })
  expect(nextStep(changed, goal, 30_000)).toEqual({ kind: 'end' })
  const another = { ...changed, record: { ...changed.record, keyPair: { name: 'other' } } }
  expect(nextStep(another, goal, 1_000)).toMatchObject({ kind: 'fail', failure: { code: 'conflict' } })
})

const read = (state: InstanceState, power: InstanceRecord['power'], name = 'old'): InstanceState =>
  afterRead(state, { id: 'i-1', power, keyPair: { name } })
const kindsOf = (rows: readonly (readonly [seconds: number, state: InstanceState])[], of: Goal): readonly string[] =>
  rows.map(([seconds, state]) => nextStep(state, of, seconds * 1_000).kind)

test('the worked example is as it is written, on a cloud that changes stopped instances only', () => {
  const stoppedOnly: Goal = { ...goal, instances: { ...instances, power: ['stopped'], restart: 'stop-and-start' } }
  const up = stateWith()
  const told: InstanceState = { ...up, ...afterAccepted(up, 'stop'), stop: 'accepted', lastSentAt: 0 }
  const stopping = read(told, 'running')
  const down = read(read(told, 'stopping'), 'stopped')
  const changed: InstanceState = { ...down, change: 'accepted', lastSentAt: 9_000 }
  const shown = read(changed, 'stopped', 'new')
  const rows = [
    [0, up],
    [3, stopping],
    [6, read(told, 'stopping')],
    [9, down],
    [9, read(changed, 'stopped')],
    [12, shown],
  ] as const
  expect(kindsOf(rows, stoppedOnly)).toEqual(['stop', 'wait', 'wait', 'change', 'wait', 'end'])

  const started: InstanceState = { ...shown, ...afterAccepted(shown, 'start'), restart: 'accepted', lastSentAt: 12_000 }
  const repairs = [
    [12, shown],
    [15, read(started, 'starting', 'new')],
    [18, read(started, 'running', 'new')],
  ] as const
  const kinds = repairs.map(([seconds, state]) => nextRepairStep(state, stoppedOnly, seconds * 1_000).kind)
  expect(kinds).toEqual(['start', 'wait', 'end'])
})

test('the worked example is as it is written, on a cloud that changes running instances, and reboots', () => {
  const up = stateWith()
  const changed: InstanceState = { ...up, change: 'accepted', lastSentAt: 0 }
  const shown = read(changed, 'running', 'new')
  const told: InstanceState = { ...shown, ...afterAccepted(shown, 'reboot'), restart: 'accepted', lastSentAt: 3_000 }
  const rows = [
    [0, up],
    [0, read(changed, 'running')],
    [3, shown],
    [6, read(told, 'running', 'new')],
    [9, read(told, 'rebooting', 'new')],
    [12, read(read(told, 'rebooting', 'new'), 'running', 'new')],
  ] as const
  expect(kindsOf(rows, goal)).toEqual(['change', 'wait', 'reboot', 'wait', 'wait', 'end'])
})

test('the worked example of a resume is as it is written', () => {
  const stoppedOnly: Goal = { ...goal, instances: { ...instances, power: ['stopped'], restart: 'stop-and-start' } }
  const before = { id: 'i-1', power: 'running', keyPair: { name: 'old' }, step: 'in-progress' } as const
  const found = resumedState({ ...old, power: 'stopped' }, before, undefined, instances, 0)
  const changed: InstanceState = { ...found, change: 'accepted', lastSentAt: 60_000 }
  const shown = read(changed, 'stopped', 'new')
  const rows = [
    [0, found],
    [60, found],
    [60, read(changed, 'stopped')],
    [63, shown],
  ] as const
  expect(kindsOf(rows, stoppedOnly)).toEqual(['wait', 'change', 'wait', 'end'])

  const started: InstanceState = { ...shown, ...afterAccepted(shown, 'start'), restart: 'accepted', lastSentAt: 63_000 }
  const repairs = [
    [63, shown],
    [66, read(started, 'starting', 'new')],
    [89, read(started, 'running', 'new')],
    [90, read(started, 'running', 'new')],
  ] as const
  const kinds = repairs.map(([seconds, state]) => nextRepairStep(state, stoppedOnly, seconds * 1_000).kind)
  expect(kinds).toEqual(['start', 'wait', 'wait', 'end'])
})
