import { describe, expect, it } from 'vitest'
import { err, ok } from '../../src/result.js'
import { batchOf, fates, resumeOf, shown } from '../small-cloud.js'
import { denied } from '../stub-driver.js'
import { type Answer, edit, halfStopped, later, refusal, scripted, taken, unanswered } from './scripted-cloud.js'

const now = { takeEffect: 'now' } as const
const deploy = { name: 'new' } as const
const old = { keyPair: shown('old') } as const
const two = { 'i-1': old, 'i-2': old }
const stoppedOnly = { power: ['stopped'] } as const
const refusing = { ...stoppedOnly, replaces: false } as const
const refused = (code: Parameters<typeof refusal>[0], id = 'i-1'): Promise<Answer> =>
  Promise.resolve(ok([{ id, ok: false, failure: refusal(code) }]))
const lost = (...given: Parameters<typeof unanswered>): Promise<Answer> => Promise.resolve(err(unanswered(...given)))
const closed = { ...denied, code: 'network', closed: true } as const
const forever = (): Promise<never> => new Promise(() => {})
const textsOf = (log: readonly string[]): readonly string[] => log.map((text) => text.replace(/^[\d.]+ /, ''))

describe('an earlier key pair', () => {
  it('that is refused at first, by a code that ends a start, is attached again, and the instance starts', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: refusing,
        answer: ({ text, count }) => {
          if (text === 'attach kp-new i-1') return refused('quota-exceeded')
          return text === 'attach kp-old i-1' && count === 1 ? refused('permission-denied') : undefined
        },
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 failed none quota-exceeded'])
    expect(batch.leftStopped).toEqual([])
    expect(cloud.log.slice(-3)).toEqual(['0 attach kp-old i-1', '15 attach kp-old i-1', '15 start i-1'])
  })

  it.each([
    ['is carried out', true],
    ['is not carried out', false],
  ] as const)('whose attach is not answered is bound before the instance starts: %s', async (_, isDone) => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: refusing,
        answer: ({ text, count, carryOut }) => {
          if (text === 'attach kp-new i-1') return refused('quota-exceeded')
          if (text !== 'attach kp-old i-1' || count > 1) return undefined
          return isDone ? carryOut().then(() => err(unanswered())) : lost()
        },
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 failed none quota-exceeded'])
    expect(cloud.instances.get('i-1')).toEqual({ id: 'i-1', power: 'running', ...old })
    expect(textsOf(cloud.log).slice(-3)).toEqual(['attach kp-old i-1', 'attach kp-old i-1', 'start i-1'])
  })

  it.each([
    ['its attach is carried out, and not answered', true],
    ['its first attach is not carried out, and not answered', false],
  ] as const)(
    'that takes the place of a new one, which a late detach took, is told as nothing changed: %s',
    async (_, isDone) => {
      const cloud = scripted(
        { 'i-1': old },
        {
          traits: refusing,
          answer: ({ text, count, carryOut }, all) => {
            if (text === 'detach i-1' && count === 1) {
              later(all, 50, () => void all.instances.set('i-1', { id: 'i-1', power: 'stopped' }))
              return lost('network', true)
            }
            if (text !== 'attach kp-old i-1' || count > 1) return undefined
            return isDone ? carryOut().then(() => err(unanswered())) : lost()
          },
        },
      )
      const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
      expect(fates(batch)).toEqual(['i-1 failed none conflict'])
      expect(batch.failed[0]?.error.message).toContain('an unanswered detach was carried out after the attach')
      expect(cloud.instances.get('i-1')).toEqual({ id: 'i-1', power: 'running', ...old })
      expect(textsOf(cloud.log).filter((text) => text === 'attach kp-old i-1')).toHaveLength(isDone ? 1 : 2)
    },
  )
})

describe('a start', () => {
  it.each([
    ['an answer', 'permission-denied', [0, 18]],
    ['an answer, and that is carried out', 'network', [0]],
  ] as const)('without %s is sent again only if it is not seen', async (_, code, seconds) => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: stoppedOnly,
        answer: ({ text, count, carryOut }) => {
          if (text !== 'start i-1' || count > 1) return undefined
          return code === 'network' ? carryOut().then(() => err(unanswered())) : lost(code)
        },
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    expect(cloud.log.filter((text) => text.endsWith('start i-1')).map((text) => parseInt(text, 10))).toEqual(seconds)
    expect(cloud.seconds()).toBeLessThan(seconds.length * 12)
  })

  it('that is refused for good ends the repair', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: stoppedOnly,
        answer: ({ text }) => (text === 'start i-1' ? refused('not-found') : undefined),
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(batch.leftStopped).toEqual(['i-1'])
    expect(cloud.seconds()).toBe(3)
  })

  it('that is refused for one of two instances is sent again for it alone, after a while', async () => {
    const cloud = scripted(two, {
      traits: stoppedOnly,
      answer: ({ text, count }, all) => {
        if (!text.startsWith('start') || count > 1) return undefined
        edit(all, 'i-2', { power: 'running' })
        return Promise.resolve(
          ok([
            { id: 'i-1', ok: false, failure: refusal('capacity') },
            { id: 'i-2', ok: true, isOver: true },
          ]),
        )
      },
    })
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2 }))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 changed now'])
    expect(cloud.log.slice(-2)).toEqual(['0 start i-1 i-2', '18 start i-1'])
  })

  it.each([
    ['refused', () => refused('capacity')],
    ['not answered', () => lost()],
  ] as const)(
    'that is %s, of an instance whose name of before may mean another key pair, tells a change',
    async (_, first) => {
      const cloud = scripted(
        { 'i-1': { keyPair: { name: 'new' } } },
        {
          traits: { ...stoppedOnly, showsKeyPairId: false },
          answer: ({ text, count, carryOut }, all) => {
            if (text.startsWith('attach')) {
              return carryOut().then((done) => {
                edit(all, 'i-1', { keyPair: { name: 'new' } })
                return done
              })
            }
            return text === 'start i-1' && count === 1 ? first() : undefined
          },
          driver: ({ capabilities }) => ({
            capabilities: { ...capabilities, delete: { ...capabilities.delete, refusesInUse: false } },
          }),
        },
      )
      const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
      expect(fates(batch)).toEqual(['i-1 changed now'])
    },
  )

  it('is sent to an instance that somebody gave another key pair in time, and the instance fails', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: stoppedOnly,
        read: (_, all) => {
          if (!all.sent.includes('attach i-1') || all.sent.includes('start i-1')) return undefined
          if (all.instances.get('i-1')?.keyPair?.name === 'other') return undefined
          edit(all, 'i-1', { keyPair: shown('other') })
          return forever()
        },
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], { ...now, deadlineMs: 10_000 }))
    expect(fates(batch)).toEqual(['i-1 failed partial conflict'])
    expect(batch.failed[0]?.error.message).toContain('somebody else changed the key pair of the instance to "other"')
    expect(textsOf(cloud.log)).toEqual(['stop i-1', 'attach kp-new i-1', 'start i-1'])
  })

  it('is all that is left to do if the deadline comes while no read is answered', async () => {
    let isHanging = true
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: stoppedOnly,
        read: (_, { sent }) => {
          if (!isHanging || !sent.includes('attach i-1')) return undefined
          isHanging = false
          return forever()
        },
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], { ...now, deadlineMs: 10_000 }))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    expect(cloud.log).toEqual(['0 stop i-1', '0 attach kp-new i-1', '10.02 start i-1'])
  })
})

describe('a repair whose reads fail', () => {
  it('sends an accepted start once', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: stoppedOnly,
        answer: ({ text }) => (text === 'start i-1' ? taken('i-1') : undefined),
        read: (_, { sent }) => (sent.includes('attach i-1') ? Promise.resolve(err(denied)) : undefined),
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], { ...now, repairDeadlineMs: 150_000 }))
    expect(batch.leftStopped).toEqual(['i-1'])
    expect(textsOf(cloud.log).slice(2)).toEqual(['start i-1'])
  })

  it('starts an instance whose stop was not answered, once the stop can no longer be carried out', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: stoppedOnly,
        answer: ({ text }, all) => {
          if (text !== 'stop i-1') return undefined
          later(all, 30, () => edit(all, 'i-1', { power: 'stopped' }))
          return lost()
        },
        read: () => (cloud.log.length > 0 ? Promise.resolve(err(denied)) : undefined),
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(batch.leftStopped).toEqual(['i-1'])
    expect(cloud.instances.get('i-1')).toEqual({ id: 'i-1', power: 'running', ...old })
    expect(cloud.log).toEqual(['0 stop i-1', '60 start i-1'])
  })

  it('does not start an instance that this run did not stop, and that starts', async () => {
    let reads = 0
    const cloud = scripted(
      { 'i-1': { ...old, power: 'starting' } },
      {
        traits: stoppedOnly,
        read: () => ((reads += 1) > 2 ? Promise.resolve(err(denied)) : undefined),
      },
    )
    const resume = resumeOf({ id: 'i-1', power: 'running', ...old, step: 'in-progress' })
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], { ...now, resume, repairDeadlineMs: 150_000 }))
    expect(batch.leftStopped).toEqual(['i-1'])
    expect(cloud.log).toEqual([])
  })

  it('ends at once if the driver was closed', async () => {
    const cloud = scripted(
      { 'i-1': old },
      {
        traits: stoppedOnly,
        read: (_, { sent }) => (sent.includes('stop i-1') ? Promise.resolve(err(closed)) : undefined),
      },
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(batch.leftStopped).toEqual(['i-1'])
    expect(textsOf(cloud.log)).toEqual(['stop i-1'])
    expect(cloud.seconds()).toBe(0)
  })
})

describe('a repair', () => {
  it('whose start finds the driver closed ends at once', async () => {
    const cloud = scripted(two, {
      traits: stoppedOnly,
      answer: ({ text }) =>
        text.startsWith('start')
          ? Promise.resolve(
              ok([
                { id: 'i-1', ok: false, failure: { ...closed } },
                { id: 'i-2', ok: false, failure: refusal('capacity') },
              ]),
            )
          : undefined,
    })
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2 }))
    expect(batch.leftStopped).toEqual(['i-1', 'i-2'])
    expect(cloud.seconds()).toBe(3)
  })

  it('reads nothing more once mayCall refused', async () => {
    let asked = 0
    const cloud = scripted({ 'i-1': old }, { traits: stoppedOnly })
    const mayCall = (): boolean => (asked += 1) <= 2
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], { ...now, mayCall }))
    expect(batch.leftStopped).toEqual(['i-1'])
    expect(textsOf(cloud.log)).toEqual(['stop i-1', 'attach kp-new i-1'])
    expect(cloud.reads).toHaveLength(4)
    expect(asked).toBe(3)
  })

  it('that mayCall ends names what may be stopped, and not what runs again', async () => {
    const cloud = scripted(two, {
      traits: stoppedOnly,
      answer: ({ text }, all) => {
        return text === 'stop i-1 i-2' ? halfStopped(all) : undefined
      },
    })
    const mayCall = (): boolean => cloud.seconds() < 30
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2, mayCall }))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 unknown unknown unknown'])
    expect(batch.leftStopped).toEqual(['i-2'])
  })

  it('reads as often as the first of its instances needs', async () => {
    const cloud = scripted(two, {
      traits: stoppedOnly,
      answer: ({ text }, all) => {
        if (text === 'start i-1') {
          edit(all, 'i-1', { power: 'starting' })
          later(all, 7, () => edit(all, 'i-1', { power: 'running' }))
          return taken('i-1')
        }
        return text === 'stop i-1 i-2' ? halfStopped(all) : undefined
      },
    })
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2 }))
    expect(fates(batch)[0]).toBe('i-1 changed now')
    const seconds = cloud.reads.map((read) => parseInt(read, 10)).filter((second) => second < 20)
    expect(new Set(seconds)).toEqual(new Set([0, 3, 6, 9, 12]))
  })
})

it('a defect after a stop names what is stopped alone', async () => {
  const cloud = scripted(two, {
    traits: stoppedOnly,
    answer: ({ text }, all) => {
      if (text !== 'stop i-1 i-2') return undefined
      edit(all, 'i-1', JSON.parse('{ "power": "stopped", "keyPair": null }'))
      return Promise.resolve(
        ok([
          { id: 'i-1', ok: true, isOver: true },
          { id: 'i-2', ok: false, failure: refusal('conflict') },
        ]),
      )
    },
  })
  const batch = batchOf(
    await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2, repairDeadlineMs: 30_000 }),
  )
  expect(fates(batch)).toEqual(['i-1 unknown unknown unknown', 'i-2 unknown unknown unknown'])
  expect(batch.leftStopped).toEqual(['i-1'])
})
