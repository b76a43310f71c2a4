import { describe, expect, it } from 'vitest'
import type { InstanceRecord } from '../../src/contract/key-pair-driver.js'
import type { PowerState } from '../../src/contract/key-pair.js'
import { type InstanceState, newState } from '../../src/restart/instance-state.js'
import {
  bindsFormer,
  type Goal,
  isChangedByOthers,
  isShown,
  nextRepairStep,
  nextStep,
} from '../../src/restart/next-step.js'
import { stubDriver } from '../stub-driver.js'

const { instances } = stubDriver().capabilities
if (instances === false) throw new Error('The stub binds key pairs')

const bound = (name: string, power: PowerState = 'running'): InstanceRecord => ({ id: 'i-1', power, keyPair: { name } })
const bare = (power: PowerState = 'running'): InstanceRecord => ({ id: 'i-1', power })
const isReached = ({ keyPair }: InstanceRecord): boolean => keyPair?.name === 'new'
const rebooting: Goal = { isReached, nameMayBeStale: false, instances, restartUnchanged: true }
const restarting: Goal = { ...rebooting, instances: { ...instances, restart: 'stop-and-start' } }
const stoppedOnly: Goal = { ...rebooting, instances: { ...instances, restart: 'stop-and-start', power: ['stopped'] } }
const stale: Goal = { ...rebooting, nameMayBeStale: true }
const blocking = { by: 'name', name: 'old' } as const
const stateWith = (given: Partial<InstanceState> = {}): InstanceState => ({
  ...newState(bound('old'), 'running', undefined, instances),
  ...given,
})
const failure = { code: 'timeout', message: '', transient: false } as const
const wait = { kind: 'wait', ms: 3_000 } as const

describe('the next step of an instance that runs', () => {
  it.each([
    ['is changed while it runs', rebooting, {}, 'change'],
    ['is stopped, on a cloud that changes stopped ones alone', stoppedOnly, {}, 'stop'],
    ['is stopped, if its key pair is in the way', rebooting, { blocking }, 'stop'],
    ['is changed, if its key pair may be replaced after all', rebooting, { blocking, triesReplace: true }, 'change'],
    ['is changed, if its key pair was detached', rebooting, { blocking, detach: 'accepted' }, 'change'],
    ['is rebooted, if it has the key pair', rebooting, { record: bound('new') }, 'reboot'],
    ['is stopped, if a reboot gives no key', restarting, { record: bound('new') }, 'stop'],
    [
      'is left, if unchanged instances are not restarted',
      { ...rebooting, restartUnchanged: false },
      { record: bound('new') },
      'end',
    ],
    ['is changed, whatever is not restarted', { ...rebooting, restartUnchanged: false }, {}, 'change'],
    [
      'is rebooted after its change',
      { ...rebooting, restartUnchanged: false },
      { change: 'accepted', record: bound('new') },
      'reboot',
    ],
    [
      'is rebooted after a resume',
      { ...rebooting, restartUnchanged: false },
      { resumed: true, record: bound('new') },
      'reboot',
    ],
    [
      'has started since, if only stopped ones are changed',
      stoppedOnly,
      { change: 'accepted', record: bound('new') },
      'end',
    ],
    ['has started since, if it was stopped and changed', rebooting, { stop: 'seen', change: 'accepted' }, 'end'],
    [
      'is changed, if its name proves nothing',
      stale,
      { before: { keyPair: { name: 'new' } }, record: bound('new') },
      'change',
    ],
    ['is rebooted, if its name is new', stale, { record: bound('new') }, 'reboot'],
  ] as const)('%s', (_, goal, given, kind) => {
    expect(nextStep(stateWith(given), goal, 100_000)).toEqual({ kind })
  })

  it('is waited for after a stop, for ten minutes', () => {
    const stopping = stateWith({ stop: 'accepted', change: 'accepted', lastSentAt: 0, record: bound('new') })
    expect(nextStep(stopping, rebooting, 599_999)).toEqual(wait)
    expect(nextStep(stopping, rebooting, 600_000)).toMatchObject({ kind: 'fail', failure: { code: 'timeout' } })
  })

  it.each([
    ['was stopped for its change', { stop: 'seen' }],
    ['was stopped before', { powerBefore: 'stopped' }],
    ['was stopped before, and is changed', { powerBefore: 'stopped', change: 'accepted' }],
  ] as const)('is a conflict if it %s', (_, given) => {
    expect(nextStep(stateWith(given), rebooting, 0)).toMatchObject({
      kind: 'fail',
      failure: { code: 'conflict', message: 'somebody started the instance meanwhile' },
    })
  })
})

describe('the next step of an instance that is stopped', () => {
  it.each([
    ['is a change', rebooting, {}, 'change'],
    ['is a detach, if its key pair is in the way', rebooting, { blocking }, 'detach'],
    ['is a change, if its key pair may be replaced', rebooting, { blocking, triesReplace: true }, 'change'],
    ['is none, if it has the key pair', rebooting, { record: bound('new', 'stopped') }, 'end'],
    ['is none, if its accepted change had the time to show', rebooting, { change: 'accepted', lastSentAt: 0 }, 'end'],
  ] as const)('%s', (_, goal, given, kind) => {
    const stopped = stateWith({ stop: 'seen', record: bound('old', 'stopped'), ...given })
    expect(nextStep(stopped, goal, 30_000)).toEqual({ kind })
  })

  it('is a wait while its detached key pair has none in its place', () => {
    const changed = stateWith({
      blocking,
      detach: 'accepted',
      change: 'accepted',
      lastSentAt: 0,
      record: bare('stopped'),
    })
    expect(nextStep(changed, rebooting, 29_999)).toEqual(wait)
    expect(nextStep({ ...changed, blocking: undefined }, rebooting, 0)).toMatchObject({
      kind: 'fail',
      failure: { code: 'conflict', message: 'somebody else changed the key pair of the instance to none' },
    })
  })
})

describe('the next step of an instance whose detach may come late', () => {
  it('is a wait, unless its key pair was attached a minute after the detach', () => {
    const detached = { blocking, stop: 'seen', detach: 'accepted', change: 'accepted', unansweredAt: 0 } as const
    const bindsNew = stateWith({ ...detached, lastSentAt: 59_999, record: bound('new', 'stopped') })
    expect(nextStep(bindsNew, rebooting, 60_000)).toEqual(wait)
    expect(nextStep({ ...bindsNew, lastSentAt: 60_000 }, rebooting, 60_000)).toEqual({ kind: 'end' })
  })
})

describe('the next step of an instance on its way', () => {
  it.each(['stopping', 'starting', 'rebooting'] as const)('is a wait while it is %s, for ten minutes', (power) => {
    expect(nextStep(stateWith({ record: bound('old', power) }), rebooting, 1e9)).toEqual(wait)
    const sent = stateWith({ lastSentAt: 0, record: bound('old', power) })
    expect(nextStep(sent, rebooting, 599_999)).toEqual(wait)
    expect(nextStep(sent, rebooting, 600_000)).toMatchObject({
      kind: 'fail',
      failure: { code: 'timeout', message: 'the cloud did not stop or restart the instance in time' },
    })
  })

  it('is none if it is in another state', () => {
    expect(nextStep(stateWith({ record: bound('old', 'other') }), rebooting, 0)).toMatchObject({
      kind: 'fail',
      failure: { code: 'instance-state', transient: false },
    })
  })
})

describe('an accepted restart', () => {
  const restarted = stateWith({ restart: 'accepted', lastSentAt: 0, record: bound('new') })

  it('is over when the instance was seen down, or must have been', () => {
    expect(nextStep(restarted, rebooting, 29_999)).toEqual(wait)
    expect(nextStep(restarted, rebooting, 30_000)).toEqual({ kind: 'end' })
    expect(nextStep({ ...restarted, seenDown: true }, rebooting, 0)).toEqual({ kind: 'end' })
    expect(nextStep({ ...restarted, seenDown: true, record: bound('new', 'starting') }, rebooting, 0)).toEqual(wait)
  })

  it('is over only when no record can begin to show an unanswered call', () => {
    const resent = { ...restarted, seenDown: true, unansweredAt: 0 }
    expect(nextStep(resent, rebooting, 89_999)).toEqual(wait)
    expect(nextStep(resent, rebooting, 90_000)).toEqual({ kind: 'end' })
  })

  it('that the answer did not list has to be seen', () => {
    const unlisted = { ...restarted, isUnlisted: true }
    expect(nextStep(unlisted, rebooting, 30_000)).toMatchObject({ kind: 'fail', failure: { code: 'invalid-response' } })
    expect(nextStep({ ...unlisted, seenDown: true }, rebooting, 30_000)).toEqual({ kind: 'end' })
  })
})

describe('the step after a failure', () => {
  it('is none, unless a restart was not answered', () => {
    for (const restart of ['no', 'accepted', 'refused'] as const)
      expect(nextStep(stateWith({ failure, restart, record: bound('old', 'rebooting') }), rebooting, 0)).toEqual({
        kind: 'end',
      })
  })

  it('is a wait until the restart can no longer come', () => {
    const unanswered = stateWith({ failure, restart: 'unanswered', lastSentAt: 0, unansweredAt: 0 })
    expect(nextStep(unanswered, rebooting, 20_000)).toEqual({ kind: 'wait', ms: 40_000 })
    expect(nextStep({ ...unanswered, record: bound('old', 'stopped') }, rebooting, 60_000)).toEqual({ kind: 'end' })
  })
})

describe('what a record shows', () => {
  it.each([
    ['the goal', {}, bound('new'), false, true],
    ['another key pair', {}, bound('old'), false, false],
    ['a name that was there before', { before: { keyPair: { name: 'new' } } }, bound('new'), true, false],
    ['that name, on a cloud whose names are true', { before: { keyPair: { name: 'new' } } }, bound('new'), false, true],
    [
      'that name after an accepted change',
      { before: { keyPair: { name: 'new' } }, change: 'accepted' },
      bound('new'),
      true,
      true,
    ],
  ] as const)('%s', (_, given, record, nameMayBeStale, expected) => {
    expect(isShown(stateWith({ ...given, record }), { ...rebooting, nameMayBeStale })).toBe(expected)
  })

  it.each([
    ['the key pair before', 'accepted', bound('old'), undefined, false],
    ['the wanted one', 'accepted', bound('new'), undefined, false],
    ['a third one', 'accepted', bound('other'), undefined, true],
    ['a third one before the change', 'no', bound('other'), undefined, false],
    ['none', 'accepted', bare(), undefined, true],
    ['none after a detach', 'accepted', bare(), blocking, false],
    ['a third one after a detach', 'accepted', bound('other'), blocking, true],
  ] as const)('%s, with the change %s', (_, change, record, way, expected) => {
    expect(isChangedByOthers(stateWith({ change, record, blocking: way }), rebooting)).toBe(expected)
  })
})

describe('the next step of a repair', () => {
  const down = { stop: 'seen', record: bound('old', 'stopped') } as const

  it.each([
    ['none in another state', { record: bound('old', 'other'), unansweredAt: 99_000 }, 'end'],
    ['none if it runs', {}, 'end'],
    ['a start if it is down', down, 'start'],
    ['none if it was stopped before', { ...down, powerBefore: 'stopped' }, 'end'],
    ['none if its start is refused for good', { ...down, restart: 'refused' }, 'end'],
    ['a key if it has none', { ...down, detach: 'accepted', lastSentAt: 50_000 }, 'put-back'],
    [
      'a key if it has none, and was stopped',
      { ...down, powerBefore: 'stopped', detach: 'accepted', lastSentAt: 50_000 },
      'put-back',
    ],
    ['a start if somebody gave it a key', { ...down, detach: 'accepted', record: bound('other', 'stopped') }, 'start'],
    [
      'a start if its change shows',
      { ...down, detach: 'accepted', record: bound('new', 'stopped'), before: { keyPair: { name: 'new' } } },
      'start',
    ],
    [
      'a start if its earlier key pair is bound after all',
      { ...down, detach: 'accepted', lastSentAt: 40_000 },
      'start',
    ],
    [
      'a key if the record of its earlier key pair may be old',
      { ...down, detach: 'accepted', lastSentAt: 40_001 },
      'put-back',
    ],
    [
      'a start if its key was put back',
      { ...down, detach: 'accepted', putBack: 'accepted', lastSentAt: 90_000 },
      'start',
    ],
  ] as const)('is %s', (_, given, kind) => {
    expect(nextRepairStep(stateWith(given), rebooting, 100_000)).toEqual({ kind })
  })

  it('is a key for an instance that lost it to a detach that came late', () => {
    const late = stateWith({
      stop: 'seen',
      detach: 'unanswered',
      change: 'accepted',
      unansweredAt: 0,
      lastSentAt: 60_000,
      record: bare('stopped'),
    })
    expect(nextRepairStep(late, rebooting, 90_000)).toEqual({ kind: 'put-back' })
    expect(nextRepairStep(late, rebooting, 89_999)).toEqual(wait)
    expect(nextRepairStep({ ...late, powerBefore: 'stopped' }, rebooting, 89_999)).toEqual(wait)
    expect(nextRepairStep({ ...late, putBack: 'accepted' }, rebooting, 89_999)).toEqual({ kind: 'start' })
    expect(nextRepairStep({ ...late, detach: 'no' }, rebooting, 90_000)).toEqual({ kind: 'start' })
    expect(nextRepairStep({ ...late, unansweredAt: -Infinity }, rebooting, 90_000)).toEqual({ kind: 'start' })
    expect(nextRepairStep({ ...late, record: bound('new', 'stopped') }, rebooting, 90_000)).toEqual({ kind: 'start' })
  })

  it('is a wait while the earlier key pair is bound, and an unanswered detach may show late', () => {
    const unanswered = stateWith({
      stop: 'seen',
      detach: 'unanswered',
      unansweredAt: 0,
      lastSentAt: 0,
      record: bound('old', 'stopped'),
    })
    expect(nextRepairStep(unanswered, rebooting, 89_999)).toEqual(wait)
    expect(nextRepairStep(unanswered, rebooting, 90_000)).toEqual({ kind: 'start' })
    expect(nextRepairStep({ ...unanswered, lastSentAt: -1_000 }, rebooting, 89_999)).toEqual(wait)
    expect(nextRepairStep({ ...unanswered, unansweredAt: -Infinity }, rebooting, 89_999)).toEqual(wait)
    expect(nextRepairStep({ ...unanswered, record: bare('stopped') }, rebooting, 60_000)).toEqual({ kind: 'put-back' })
  })

  it('is a wait while an unanswered stop may show late', () => {
    const unanswered = stateWith({ stop: 'unanswered', unansweredAt: 0 })
    expect(nextRepairStep(unanswered, rebooting, 59_999)).toEqual({ kind: 'wait', ms: 1 })
    expect(nextRepairStep(unanswered, rebooting, 89_999)).toEqual(wait)
    expect(nextRepairStep(unanswered, rebooting, 90_000)).toEqual({ kind: 'end' })
    expect(nextRepairStep({ ...unanswered, record: bound('old', 'stopping') }, rebooting, 90_000)).toEqual(wait)
  })

  it('is a wait for an accepted start, for a minute', () => {
    const started = stateWith({ stop: 'seen', restart: 'accepted', lastSentAt: 0, record: bound('new', 'stopped') })
    expect(nextRepairStep(started, rebooting, 59_999)).toEqual(wait)
    expect(nextRepairStep(started, rebooting, 60_000)).toEqual({ kind: 'start' })
  })
})

describe('a key pair that a late detach may take', () => {
  const stopped = { stop: 'seen', record: bound('new', 'stopped') } as const
  const detached = { detach: 'accepted', change: 'accepted', unansweredAt: 0, lastSentAt: 20_000 } as const
  const begun = { resumed: true, blocking, unansweredAt: 0, lastSentAt: 0 } as const

  it.each([
    ['of this run', detached],
    ['of this run, without an answer to the attach', { ...detached, detach: 'unanswered', change: 'unanswered' }],
    ['of an earlier run', begun],
  ] as const)('%s is believed once records show such a detach', (_, given) => {
    const down = stateWith({ ...stopped, ...given })
    expect(nextStep(down, stoppedOnly, 89_999)).toMatchObject({ kind: 'wait' })
    expect(nextStep(down, stoppedOnly, 90_000)).toEqual({ kind: 'end' })
    expect(nextRepairStep(down, stoppedOnly, 89_999)).toEqual(wait)
    expect(nextRepairStep(down, stoppedOnly, 90_000)).toEqual({ kind: 'start' })
    expect(nextRepairStep({ ...down, powerBefore: 'stopped' }, stoppedOnly, 89_999)).toEqual(wait)
  })

  it.each([
    ['it was attached after every late detach', { ...detached, lastSentAt: 60_000 }],
    ['each detach was answered', { ...detached, unansweredAt: -Infinity }],
    ['no key pair was in the way of the earlier run', { ...begun, blocking: undefined }],
    ['nothing was detached', { ...begun, resumed: false }],
  ] as const)('is believed at once if %s', (_, given) => {
    const down = stateWith({ ...stopped, ...given })
    expect(nextStep(down, stoppedOnly, 60_000)).toEqual({ kind: 'end' })
    expect(nextRepairStep(down, stoppedOnly, 60_000)).toEqual({ kind: 'start' })
  })

  it('is believed before a running instance is rebooted for it', () => {
    const up = stateWith({ ...begun, record: bound('new') })
    expect(nextStep(up, rebooting, 60_000)).toEqual(wait)
    expect(nextStep(up, rebooting, 90_000)).toEqual({ kind: 'reboot' })
  })
})

describe('a failed instance', () => {
  it('of an earlier run needs no wait: its repair waits', () => {
    const failed = stateWith({ failure, resumed: true, unansweredAt: 0, lastSentAt: 0 })
    expect(nextStep(failed, rebooting, 1_000)).toEqual({ kind: 'end' })
  })

  it('needs no wait for a stop that was not answered: its repair waits', () => {
    expect(nextStep(stateWith({ failure, stop: 'unanswered', unansweredAt: 0 }), rebooting, 1_000)).toEqual({
      kind: 'end',
    })
  })
})

it('an accepted start is waited for from the time that it was sent', () => {
  const started = stateWith({ stop: 'seen', restart: 'accepted', lastSentAt: 50_000, record: bound('new', 'stopped') })
  expect(nextRepairStep(started, rebooting, 109_999)).toEqual(wait)
  expect(nextRepairStep(started, rebooting, 110_000)).toEqual({ kind: 'start' })
})

it.each([
  ['the earlier key pair', { before: { keyPair: { name: 'old' } } }, bound('old'), true],
  ['another key pair', { before: { keyPair: { name: 'old' } } }, bound('other'), false],
  ['a key pair where none was', { before: {} }, bound('other'), false],
  ['none where none was', { before: {} }, bare(), false],
] as const)('a record with %s shows the earlier one or not', (_, given, record, expected) => {
  expect(bindsFormer(stateWith({ ...given, record }))).toBe(expected)
})
