import { describe, expect, it, vi } from 'vitest'
import { err, ok } from '../../src/result.js'
import { batchOf, fates, resumeOf, shown, type smallCloud } from '../small-cloud.js'
import { denied } from '../stub-driver.js'
import {
  type Answer,
  edit,
  halfStopped,
  later,
  refusal,
  type Script,
  type Scripted,
  scripted,
  taken,
  unanswered,
} from './scripted-cloud.js'

const now = { takeEffect: 'now' } as const
const deploy = { name: 'new' } as const
const old = { keyPair: shown('old') } as const
const two = { 'i-1': old, 'i-2': old }
const stoppedOnly = { power: ['stopped'] } as const
const refusing = { ...stoppedOnly, replaces: false } as const
const unsure = { ...stoppedOnly, replaces: 'undocumented' } as const

describe('a cloud whose reads take a second', () => {
  const slow = (
    seeds: Parameters<typeof smallCloud>[0],
    traits: Script['traits'],
    answer?: Script['answer'],
  ): Scripted =>
    scripted(seeds, {
      ...(traits && { traits }),
      ...(answer && { answer }),
      read: async (ids, { clock, instances }) => {
        await clock.sleep(1_000, new AbortController().signal)
        return ok({ items: ids.flatMap((id) => instances.get(id) ?? []) })
      },
    })
  const options = { ...now, deadlineMs: 30_000, repairDeadlineMs: 30_000, maxUnavailable: 2 }

  it.each([
    ['changes running ones', {}, ['2 attach kp-new i-1 i-2', '3 reboot i-1 i-2']],
    ['changes stopped ones', stoppedOnly, ['2 stop i-1 i-2', '3 attach kp-new i-1 i-2', '5 start i-1 i-2']],
    [
      'refuses an attach over another key pair',
      refusing,
      ['2 stop i-1 i-2', '3 detach i-1 i-2', '4 attach kp-new i-1 i-2', '6 start i-1 i-2'],
    ],
  ] as const)('and that %s gets each call once', async (_, traits, expected) => {
    const cloud = slow(two, traits)
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], options))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 changed now'])
    expect(cloud.log).toEqual(expected)
  })

  it('and that may refuse an attach over another key pair gets that one apart, and a detach if it is refused', async () => {
    const cloud = slow({ 'i-1': old, 'i-2': {} }, unsure, ({ text, count }) =>
      text === 'attach kp-new i-1' && count < 3
        ? Promise.resolve(ok([{ id: 'i-1', ok: false, failure: refusal('unknown') }]))
        : undefined,
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], options))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 changed now'])
    expect(cloud.log).toEqual([
      '2 stop i-1 i-2',
      '3 attach kp-new i-1',
      '3 attach kp-new i-2',
      '4 detach i-1',
      '5 attach kp-new i-1',
      '7 start i-1 i-2',
    ])
  })

  it('gets the earlier key pair back, and a start, if the attach is refused', async () => {
    const cloud = slow(two, refusing, ({ text }) =>
      text === 'attach kp-new i-1 i-2'
        ? Promise.resolve(
            ok(['i-1', 'i-2'].map((id) => ({ id, ok: false, failure: refusal('quota-exceeded') }) as const)),
          )
        : undefined,
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], options))
    expect(fates(batch)).toEqual(['i-1 failed none quota-exceeded', 'i-2 failed none quota-exceeded'])
    expect(cloud.log.slice(3)).toEqual(['6 attach kp-old i-1 i-2', '7 start i-1 i-2'])
  })

  it('that stops too late ends at its deadline, and starts', async () => {
    const cloud = slow({ 'i-1': old }, stoppedOnly, ({ text }) => (text === 'stop i-1' ? taken('i-1') : undefined))
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], options))
    expect(batch.failed[0]?.error.code).toBe('timeout')
    expect(cloud.log).toEqual(['2 stop i-1'])
    expect(cloud.seconds()).toBeLessThan(65)
  })
})

describe('an instance of a wave', () => {
  it('is not read again once its steps are over', async () => {
    const cloud = scripted(two, {
      answer: ({ text, carryOut }, all) => {
        if (!text.startsWith('reboot')) return undefined
        later(all, 10, () => edit(all, 'i-2', { power: 'running' }))
        return carryOut().then((done) => {
          edit(all, 'i-2', { power: 'rebooting' })
          return done
        })
      },
    })
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2 }))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 changed now'])
    expect(cloud.reads.filter((read) => read.endsWith(' i-1 i-2'))).toHaveLength(4)
    expect(cloud.reads.filter((read) => read.endsWith(' i-2')).at(-1)).toBe('12 i-2')
  })

  it('is not read again once it failed', async () => {
    const cloud = scripted(two, {
      answer: ({ text, carryOut }, all) => {
        if (!text.startsWith('attach')) return undefined
        return carryOut().then((done) => {
          edit(all, 'i-1', { keyPair: shown('other') })
          return done
        })
      },
    })
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2 }))
    expect(fates(batch)).toEqual(['i-1 failed partial conflict', 'i-2 changed now'])
    expect(cloud.reads.slice(-1)).toEqual(['0 i-2'])
  })

  it('that somebody gave another key pair after its detach fails with that reason', async () => {
    const cloud = scripted(
      { 'i-1': { keyPair: shown('new') } },
      {
        answer: ({ text, carryOut }, all) => {
          if (!text.startsWith('detach')) return undefined
          return carryOut().then((done) => {
            edit(all, 'i-1', { keyPair: shown('other') })
            return done
          })
        },
      },
    )
    const batch = batchOf(await cloud.service.detach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 failed partial conflict'])
    expect(batch.failed[0]?.error.message).toContain('somebody else changed the key pair of the instance to "other"')
  })

  it('that somebody stopped is not started, if only its attach failed later', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        answer: ({ text }, all) => {
          if (!text.startsWith('attach')) return undefined
          edit(all, 'i-1', { power: 'stopped', failedTask: { id: 't-1', failure: refusal('quota-exceeded') } })
          return Promise.resolve(ok([{ id: 'i-1', ok: true, task: 't-1' }]))
        },
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 failed partial quota-exceeded'])
    expect(cloud.log).toEqual(['0 attach kp-new i-1'])
  })

  it('that was stopped for an attach that failed later is started again', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: stoppedOnly,
        answer: ({ text }, all) => {
          if (!text.startsWith('attach')) return undefined
          edit(all, 'i-1', { failedTask: { id: 't-1', failure: refusal('quota-exceeded') } })
          return Promise.resolve(ok([{ id: 'i-1', ok: true, task: 't-1' }]))
        },
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 failed partial quota-exceeded'])
    expect(cloud.log).toEqual(['0 stop i-1', '0 attach kp-new i-1', '0 start i-1'])
    expect(batch.leftStopped).toEqual([])
  })
})

describe('the first read after a stop', () => {
  it.each([
    ['is made at once if the answer says that it is over', [true, true], 0],
    ['is made after three seconds if it is over for one alone', [true, false], 3],
    ['is made after three seconds if it is not over', [false, false], 3],
  ] as const)('%s', async (_, over, second) => {
    const cloud = scripted(two, {
      traits: stoppedOnly,
      answer: ({ text, carryOut }) => {
        if (!text.startsWith('stop')) return undefined
        return carryOut().then((done) =>
          done.map((verdicts) =>
            verdicts.map(({ id }, index) => ({ id, ok: true, isOver: over[index] === true }) as const),
          ),
        )
      },
    })
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2 }))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 changed now'])
    expect(cloud.reads.slice(0, 3)).toEqual(['0 i-1 i-2', '0 i-1 i-2', `${second} i-1 i-2`])
  })

  it('is made after three seconds if it was refused for one', async () => {
    const cloud = scripted(two, {
      traits: stoppedOnly,
      answer: ({ text, carryOut }) => {
        if (text !== 'stop i-1 i-2') return undefined
        return carryOut().then(() =>
          ok([
            { id: 'i-1', ok: true, isOver: true },
            { id: 'i-2', ok: false, failure: refusal('conflict') },
          ]),
        )
      },
    })
    batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2 }))
    expect(cloud.reads[2]).toBe('3 i-1 i-2')
  })
})

describe('a start after a failed change', () => {
  const startOf = ({ log }: Scripted, id = 'i-1'): string | undefined =>
    log.find((text) => text.includes(' start ') && text.includes(id))

  it.each([
    [
      'the detach is refused for the instance',
      'detach',
      async () => ok([{ id: 'i-1', ok: false, failure: refusal('conflict') }]),
    ],
    ['the detach is refused as a whole', 'detach', async () => err(denied)],
    ['the attach is never answered', 'attach', async () => err(unanswered())],
  ] as const)('is sent at once if %s', async (_, call, answer) => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: call === 'detach' ? refusing : stoppedOnly,
        answer: ({ text }): Promise<Answer> | undefined => (text.startsWith(call) ? answer() : undefined),
      },
    )
    batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(startOf(cloud)).toBe('0 start i-1')
  })

  it('is sent a minute after a detach that was not answered', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: refusing,
        answer: ({ text }) => (text.startsWith('detach') ? Promise.resolve(err(unanswered())) : undefined),
      },
    )
    batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(startOf(cloud)).toBe('90 start i-1')
  })

  it('does not wait for another instance, of which the same answer says nothing definite', async () => {
    const cloud = scripted(two, {
      traits: stoppedOnly,
      answer: ({ text }, all) => {
        return text === 'stop i-1 i-2' ? halfStopped(all) : undefined
      },
    })
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2 }))
    expect(startOf(cloud)).toBe('3 start i-1')
    expect(fates(batch)[0]).toBe('i-1 changed now')
    expect(cloud.reads).toContain('3 i-1 i-2')
  })

  it('does not wait if a stop was left out of its answer, and was seen', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: stoppedOnly,
        answer: ({ text, carryOut }) => (text.startsWith('stop') ? carryOut().then(() => ok([])) : undefined),
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    expect(startOf(cloud)).toBe('3 start i-1')
  })
})

describe('a reboot', () => {
  /** Makes a cloud whose reboot begins and ends after some seconds. */
  const rebooting = (begins: number, ends: number, answered: () => Promise<Answer>): Scripted =>
    scripted(
      { 'i-1': old },
      {
        answer: ({ text }, all) => {
          if (!text.startsWith('reboot')) return undefined
          if (begins === 0) edit(all, 'i-1', { power: 'rebooting' })
          else later(all, begins, () => edit(all, 'i-1', { power: 'rebooting' }))
          later(all, ends, () => edit(all, 'i-1', { power: 'running' }))
          return answered()
        },
      },
    )

  it.each([
    ['that begins late is waited for', 5, 10, () => taken('i-1'), 12],
    ['that the answer leaves out, and that is seen later, is waited for', 5, 10, async () => ok([]), 12],
    ['that the answer leaves out, and that is seen at once alone, is over', 0, 1, async () => ok([]), 3],
  ] as const)('%s', async (_, begins, ends, answered, seconds) => {
    const cloud = rebooting(begins, ends, answered)
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    expect(cloud.seconds()).toBe(seconds)
  })

  it('that the answer leaves out, and that is never seen, fails', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        answer: ({ text }) => (text.startsWith('reboot') ? Promise.resolve(ok([])) : undefined),
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 failed partial invalid-response'])
    expect(batch.failed[0]?.error.message).toContain('was not seen to restart')
  })
})

describe('a refused call', () => {
  it.each(['conflict', 'unknown'] as const)('with %s is no reason for a detach if it is a stop', async (code) => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: unsure,
        answer: ({ text }) =>
          text.startsWith('stop') ? Promise.resolve(ok([{ id: 'i-1', ok: false, failure: refusal(code) }])) : undefined,
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], { ...now, deadlineMs: 60_000 }))
    expect(fates(batch)).toEqual([`i-1 failed none ${code}`])
    expect(cloud.log).toEqual(['0 stop i-1'])
  })

  it('is no reason for another attach if an earlier run detached the key pair', async () => {
    const cloud = scripted(
      { 'i-1': { power: 'stopped' } },
      {
        traits: unsure,
        answer: ({ text }) =>
          text === 'attach kp-new i-1'
            ? Promise.resolve(ok([{ id: 'i-1', ok: false, failure: refusal('conflict') }]))
            : undefined,
      },
    )
    const resume = resumeOf({ id: 'i-1', power: 'running', ...old, step: 'in-progress' })
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], { ...now, resume }))
    expect(fates(batch)).toEqual(['i-1 failed none conflict'])
    expect(cloud.log.map((text) => text.replace(/^[\d.]+ /, ''))).toEqual([
      'attach kp-new i-1',
      'attach kp-old i-1',
      'start i-1',
    ])
  })

  it('that may be sent again is not read back before: it is known to be refused', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: stoppedOnly,
        answer: ({ text, count }) =>
          text.startsWith('stop') && count === 1
            ? Promise.resolve(ok([{ id: 'i-1', ok: false, failure: { ...refusal('busy'), transient: true } }]))
            : undefined,
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    const [first, second] = cloud.log
    expect([first, second?.replace(/^[\d.]+ /, '')]).toEqual(['0 stop i-1', 'stop i-1'])
    expect(cloud.reads.filter((read) => parseFloat(read) <= parseFloat(second ?? ''))).toHaveLength(6)
  })
})

it('a listener that is not given is none that fails', async () => {
  const warnings: unknown[] = []
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation((text) => void warnings.push(text))
  try {
    const { service } = scripted({ 'i-1': old }, {})
    batchOf(await service.attach(deploy, ['i-1'], now))
    expect(warnings).toEqual([])
  } finally {
    emitWarning.mockRestore()
  }
})

describe('an attach without a restart that is not answered', () => {
  it('replaces the key pair that somebody else attached before it was sent again', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        answer: ({ text, count }, all) => {
          if (text !== 'attach kp-new i-1' || count > 1) return undefined
          edit(all, 'i-1', { keyPair: shown('other') })
          return Promise.resolve(err(unanswered('network', true)))
        },
      },
    )
    const { items } = batchOf(await cloud.service.attach(deploy, ['i-1']))
    expect(items).toMatchObject([{ status: 'succeeded', changed: true, replaced: shown('other') }])
    expect(cloud.log.map((sent) => sent.replace(/^[\d.]+ /, ''))).toEqual(['attach kp-new i-1', 'attach kp-new i-1'])
  })
})
