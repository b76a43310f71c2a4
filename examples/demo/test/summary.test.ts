import { describe, expect, it } from 'vitest'
import { isRotated } from '../src/rotation/rotation.js'
import type { StepReport } from '../src/steps.js'
import { isGood, type Outcome, summaryOf, tableOf } from '../src/summary.js'

const calls = { reads: 2, changes: 1, itemsSent: 0 }
const created: StepReport = { step: 'create', asExpected: true, result: 'it is made', brief: 'made', calls, ms: 1500 }
const refused: StepReport = { ...created, asExpected: false, result: 'it is not made', brief: 'throttled' }

function outcome(title: string, end: Partial<Outcome> = {}): Outcome {
  const attached = { attached: 3, refused: 1, mayBeBound: [] }
  return { title, reports: [created], instances: 4, attached, left: undefined, ended: undefined, ...end }
}

describe('the summary', () => {
  it('adds up the clouds', () => {
    expect(summaryOf([outcome('Here'), outcome('There')])).toBe(
      'demo: 2 clouds, 8 instances, 6 attached, 2 refused with a reason, 2 changes and 4 reads, nothing left behind',
    )
  })

  it('names the things that are left, with their cloud', () => {
    const left = outcome('There', { left: 'key pairs: 1' })
    expect(isGood(left)).toBe(false)
    expect(summaryOf([outcome('Here'), left])).toMatch(/, left behind: key pairs: 1 on There$/)
  })

  it('names the step that failed, and the table has its result', () => {
    const failed = outcome('There', { reports: [refused] })
    expect(isGood(failed)).toBe(false)
    expect(summaryOf([outcome('Here'), failed])).toBe(
      'demo: failed at create on There: it is not made; nothing left behind',
    )
    expect(tableOf([outcome('Here'), failed])[2]).toMatch(/^create +made +unexpected: throttled$/)
  })

  it('has a table for each cloud if the terminal is too narrow for one', () => {
    const lines = tableOf([outcome('Here'), outcome('There', { reports: [refused] })], 45)
    expect(lines.every((line) => line.length <= 45)).toBe(true)
    expect(lines.filter((line) => line.startsWith('create '))).toHaveLength(2)
  })

  it('tells first why the demo was ended early', () => {
    const ended = outcome('There', { reports: [refused], ended: 'interrupted', left: 'key pairs: 1' })
    expect(isGood(ended)).toBe(false)
    expect(summaryOf([ended])).toBe('demo: interrupted; left behind: key pairs: 1 on There')
  })

  it('counts the rotations, and names the first that was not as promised', () => {
    const rotated = { title: 'Here', problem: undefined, ended: undefined }
    const broken = { title: 'There', problem: 'i-1 is stopped', ended: undefined }
    expect([rotated, broken, { ...rotated, ended: 'interrupted' }].map(isRotated)).toEqual([true, false, false])
    expect(summaryOf([outcome('Here')], [rotated, rotated])).toMatch(
      /reads, 2 rotations killed half-way and finished, nothing left behind$/,
    )
    expect(summaryOf([outcome('Here')], [rotated, broken])).toBe(
      'demo: failed at rotate on There: i-1 is stopped; nothing left behind',
    )
    expect(summaryOf([outcome('Here')], [{ ...broken, ended: 'interrupted' }])).toBe(
      'demo: interrupted; nothing left behind',
    )
  })

  it('is a failure if nothing was attached', () => {
    expect(isGood(outcome('Here'))).toBe(true)
    expect(isGood(outcome('Here', { attached: undefined }))).toBe(false)
  })
})
