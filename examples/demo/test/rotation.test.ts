import { describe, expect, it } from 'vitest'
import { createBoard } from '../src/rotation/board.js'
import type { Guest } from '../src/rotation/guests.js'
import { problemAtEnd, problemOnTheWay } from '../src/rotation/verdict.js'
import { createScreen } from '../src/screen.js'

const assignment = { running: ['i-1'], stopped: ['i-2'], replaced: 'old', name: 'new' }
const up: Guest = { id: 'i-1', power: 'running', accepts: ['new'] }
const down: Guest = { id: 'i-2', power: 'stopped', accepts: ['old'] }
const started: Guest = { ...down, power: 'running', accepts: ['new'] }
const both = ['new', 'old']

describe('the verdict on a rotation', () => {
  it.each([
    ['all is well', both, [up, down], undefined],
    ['the replaced key pair is gone too early', ['new'], [up, down], 'old is gone'],
    ['one was left stopped', both, [{ ...up, power: 'stopped' }, down], 'i-1 was running, and is stopped'],
    ['a guest accepts the replaced alone', both, [{ ...up, accepts: ['old'] }, down], 'i-1 does not accept new'],
    ['one was started', both, [up, started], 'i-2 was stopped, and is running'],
  ])('on the way: %s', (_, keyPairs, guests, problem) => {
    const found = problemOnTheWay({ keyPairs, guests }, assignment)
    expect(found).toEqual(problem === undefined ? undefined : expect.stringContaining(problem))
  })

  it.each([
    ['all is well', ['new'], [up, started], undefined],
    ['the replaced key pair is left', both, [up, started], 'the key pairs are new, old'],
    ['one is left stopped', ['new'], [up, down], 'i-2 is stopped'],
    ['a guest accepts another too', ['new'], [up, { ...started, accepts: both }], 'i-2 accepts new, old'],
    ['an instance is gone', ['new'], [up], 'there are 1 instances'],
  ])('at the end: %s', (_, keyPairs, guests, problem) => {
    expect(problemAtEnd({ keyPairs, guests }, assignment)).toBe(problem)
  })
})

describe('the board', () => {
  function show(isTTY: boolean): string {
    let shown = ''
    const screen = createScreen({ isTTY, columns: 80, write: (text) => ((shown += text), true) }, { NO_COLOR: '1' })
    using board = createBoard(screen)
    const progress = { kind: 'progress', step: 'starting', instanceIds: ['i-1', 'i-2'], finished: 1, total: 5 } as const
    board.show({ provider: 'here', title: 'Here' }, progress)
    board.show({ provider: 'there', title: 'There' }, { ...progress, step: 'stopping' })
    board.note('Here', 'killed')
    return shown
  }

  it('has all clouds in one line on a terminal, and the notes above it', () => {
    const lines = show(true).split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('\r\x1b[Krotate, Here: killed')
    expect(lines[1]).toBe('\rhere 1/5 starting, there 1/5 stopping\x1b[K')
  })

  it('has a line for everything in a pipe', () => {
    expect(show(false).split('\n')).toEqual([
      'rotate, Here: 1 of 5, starting i-1, i-2',
      'rotate, There: 1 of 5, stopping i-1, i-2',
      'rotate, Here: killed',
      '',
    ])
  })
})
