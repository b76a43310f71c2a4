import { describe, expect, it } from 'vitest'
import type { CheckpointInstance } from '../../src/contract/checkpoint.js'
import type { InstanceRecord } from '../../src/contract/key-pair-driver.js'
import { noOutcome } from '../../src/errors/failures.js'
import {
  afterAccepted,
  afterRead,
  hasNoKey,
  type InstanceState,
  type InstanceStates,
  isUp,
  needsRepair,
  newState,
  recordBefore,
  resumedState,
  setAllUnanswered,
  setFailure,
  showsAnotherKey,
} from '../../src/restart/instance-state.js'

const record: InstanceRecord = { id: 'i-1', power: 'running', keyPair: { name: 'old' } }
const vacant: InstanceRecord = { id: 'i-1', power: 'running' }
const blocking = { by: 'name', name: 'old' } as const
const replaces = { replaces: false } as const
const stateWith = (given: Partial<InstanceState> = {}): InstanceState => ({
  ...newState(record, 'running', undefined, replaces),
  ...given,
})
const failure = { code: 'timeout', message: 'late', transient: false } as const

describe('the state of an instance that was just read', () => {
  it('keeps what was bound and how it ran, and has nothing sent', () => {
    const shown: InstanceRecord = { ...record, power: 'stopped', alsoBound: [{ name: 'more' }] }
    expect(newState(shown, 'stopped', blocking, replaces)).toEqual({
      id: 'i-1',
      powerBefore: 'stopped',
      before: { keyPair: { name: 'old' }, alsoBound: [{ name: 'more' }] },
      blocking,
      triesReplace: false,
      resumed: false,
      stop: 'no',
      detach: 'no',
      change: 'no',
      putBack: 'no',
      restart: 'no',
      isUnlisted: false,
      seenDown: false,
      lastSentAt: -Infinity,
      unansweredAt: -Infinity,
      record: shown,
    })
  })

  it.each([
    [true, false],
    [false, false],
    ['undocumented', true],
  ] as const)('tries to replace only if no page says what the cloud does: %s', (given, expected) => {
    expect(newState(record, 'running', blocking, { replaces: given }).triesReplace).toBe(expected)
  })

  it('gives back the record of before, whatever was read since', () => {
    expect(recordBefore(stateWith({ record: { ...vacant, power: 'stopped' } }))).toEqual(record)
  })
})

describe('an accepted call', () => {
  it.each([
    ['stop', 'no', 'no', 'stopping'],
    ['stop', 'accepted', 'accepted', 'stopping'],
    ['reboot', 'seen', 'seen', 'rebooting'],
    ['start', 'no', 'no', 'starting'],
    ['start', 'accepted', 'seen', 'starting'],
    ['start', 'unanswered', 'seen', 'starting'],
    ['attach', 'accepted', 'accepted', 'running'],
    ['detach', 'seen', 'seen', 'running'],
  ] as const)(
    '%s, with the stop %s, leaves the stop %s and the instance %s until the next read',
    (call, stop, ...then) => {
      const after = afterAccepted(stateWith({ stop }), call)
      expect([after.stop, after.record.power]).toEqual(then)
      expect(after.record.keyPair).toEqual({ name: 'old' })
    },
  )
})

describe('the state of an instance that an earlier run had in progress', () => {
  const earlier = (power: 'running' | 'stopped', keyPair: CheckpointInstance['keyPair']): CheckpointInstance => ({
    id: 'i-1',
    power,
    keyPair,
    step: 'in-progress',
  })

  it.each([
    ['running', 'running', 'running'],
    ['running', 'stopped', 'running'],
    ['stopped', 'stopped', 'stopped'],
    ['stopped', 'running', 'running'],
    ['stopped', 'starting', 'running'],
  ] as const)('that was %s and is %s now has to be %s afterwards', (before, power, expected) => {
    const state = resumedState({ ...record, power }, earlier(before, { name: 'old' }), undefined, replaces, 5)
    expect(state).toMatchObject({ powerBefore: expected, resumed: true, lastSentAt: 5, unansweredAt: 5 })
  })

  it('has the key pair of the checkpoint as the one before', () => {
    const state = resumedState(
      { ...record, keyPair: { name: 'new' } },
      earlier('running', { name: 'old' }),
      blocking,
      replaces,
      0,
    )
    expect(state.before).toEqual({ keyPair: { name: 'old' } })
    expect(state.detach).toBe('no')
    expect(resumedState(vacant, earlier('running', null), undefined, replaces, 0)).toMatchObject({
      before: {},
      detach: 'no',
    })
  })

  it('had its key pair detached if none is bound now and one was in the way, as long as nothing else is known', () => {
    const bare = resumedState(vacant, earlier('running', { name: 'old' }), blocking, replaces, 0)
    expect(bare.detach).toBe('unanswered')
    expect(afterRead(bare, record).detach).toBe('no')
    const shown = resumedState(record, earlier('running', { name: 'old' }), blocking, replaces, 0)
    expect(afterRead(shown, vacant).detach).toBe('unanswered')
    expect(afterRead({ ...shown, detach: 'accepted' }, record).detach).toBe('accepted')
    expect(afterRead({ ...bare, change: 'accepted' }, record).detach).toBe('unanswered')
    expect(afterRead({ ...shown, resumed: false }, vacant).detach).toBe('no')
  })
})

describe('a read', () => {
  it.each([
    ['accepted', 'rebooting', true],
    ['accepted', 'starting', true],
    ['accepted', 'running', false],
    ['no', 'stopped', false],
  ] as const)('with the restart %s, of an instance that is %s, was seen down: %s', (restart, power, expected) => {
    const seen = afterRead(stateWith({ restart }), { ...record, power })
    expect(seen).toMatchObject({ seenDown: expected, record: { power } })
    expect(afterRead({ ...seen, seenDown: true }, record).seenDown).toBe(true)
  })

  it.each([
    ['accepted', 'stopping', 'seen'],
    ['unanswered', 'stopped', 'seen'],
    ['accepted', 'starting', 'seen'],
    ['accepted', 'running', 'accepted'],
    ['accepted', 'rebooting', 'accepted'],
    ['no', 'stopped', 'no'],
  ] as const)('with the stop %s, of an instance that is %s, makes the stop %s', (stop, power, expected) => {
    expect(afterRead(stateWith({ stop }), { ...record, power }).stop).toBe(expected)
  })
})

describe('an instance', () => {
  it.each([
    ['nothing was sent', {}, false],
    ['it is up after its stop', { stop: 'seen' }, false],
    ['its stop was not answered', { stop: 'unanswered' }, true],
    ['its stop was accepted and the record is old', { stop: 'accepted' }, true],
    ['it is down', { stop: 'seen', record: { ...record, power: 'stopped' } }, true],
    ['it was stopped before', { powerBefore: 'stopped', stop: 'seen', record: { ...record, power: 'stopped' } }, false],
    ['it was in progress and is down', { resumed: true, record: { ...record, power: 'stopped' } }, true],
    ['it was in progress and runs', { resumed: true }, false],
    ['its reboot ended in a stop', { restart: 'accepted', record: { ...record, power: 'stopped' } }, true],
    ['its reboot goes on', { restart: 'accepted', record: { ...record, power: 'rebooting' } }, false],
    ['it has no key', { detach: 'accepted' }, true],
    ['it has no key, and was stopped', { powerBefore: 'stopped', detach: 'unanswered' }, true],
    [
      'it was stopped, and its key was changed',
      { powerBefore: 'stopped', detach: 'accepted', change: 'accepted' },
      false,
    ],
    [
      'it was stopped, and a detach before its change was not answered at first',
      { powerBefore: 'stopped', detach: 'accepted', change: 'accepted', unansweredAt: 0 },
      true,
    ],
    [
      'it was stopped, and nothing was detached',
      { powerBefore: 'stopped', change: 'accepted', unansweredAt: 0 },
      false,
    ],
  ] as const)('for which %s needs repair: %s', (_, given, expected) => {
    expect(needsRepair(stateWith(given))).toBe(expected)
  })

  it.each([
    [{}, false],
    [{ detach: 'accepted' }, true],
    [{ detach: 'unanswered', change: 'unanswered' }, true],
    [{ detach: 'accepted', change: 'accepted' }, false],
    [{ detach: 'accepted', putBack: 'accepted' }, false],
    [{ detach: 'accepted', putBack: 'unanswered' }, true],
  ] as const)('with %j has no key: %s', (given, expected) => {
    expect(hasNoKey(stateWith(given))).toBe(expected)
  })

  it('shows another key only if it shows one that was not bound before', () => {
    expect(showsAnotherKey(stateWith())).toBe(false)
    expect(showsAnotherKey(stateWith({ record: vacant }))).toBe(false)
    expect(showsAnotherKey(stateWith({ record: { ...record, keyPair: { name: 'new' } } }))).toBe(true)
    expect(showsAnotherKey(stateWith({ before: {} }))).toBe(true)
  })

  it.each([
    ['no', 'running', true],
    ['seen', 'running', true],
    ['accepted', 'running', false],
    ['seen', 'starting', false],
  ] as const)('with the stop %s that is read as %s is up: %s', (stop, power, expected) => {
    expect(isUp(stateWith({ stop, record: { ...record, power } }))).toBe(expected)
  })
})

describe('after a defect', () => {
  it('everything that may have been sent counts as unanswered', () => {
    const states: InstanceStates = new Map([
      ['new', stateWith({ blocking })],
      ['plain', stateWith()],
      ['stopped', stateWith({ powerBefore: 'stopped', record: { ...record, power: 'stopped' } })],
      ['far', stateWith({ blocking, stop: 'seen', detach: 'accepted', change: 'accepted', failure })],
    ])
    setAllUnanswered(states, 7)
    const all = { failure: noOutcome, unansweredAt: 7 }
    expect(states.get('new')).toMatchObject({ ...all, stop: 'unanswered', detach: 'unanswered', change: 'unanswered' })
    expect(states.get('plain')).toMatchObject({ ...all, stop: 'unanswered', detach: 'no', change: 'unanswered' })
    expect(states.get('stopped')).toMatchObject({ ...all, stop: 'no', change: 'unanswered' })
    expect(states.get('far')).toMatchObject({
      failure,
      stop: 'seen',
      detach: 'accepted',
      change: 'accepted',
      unansweredAt: 7,
    })
  })

  it('the first failure stays', () => {
    const states: InstanceStates = new Map([['i-1', stateWith()]])
    setFailure(states, 'i-1', failure)
    setFailure(states, 'i-1', noOutcome)
    setFailure(states, 'i-2', noOutcome)
    expect([...states].map(([id, state]) => [id, state.failure])).toEqual([['i-1', failure]])
  })
})
