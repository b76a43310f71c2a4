import { describe, expect, it } from 'vitest'
import { createScreen, type Screen } from '../src/screen.js'
import { layOut } from '../src/table.js'
import { wrap } from '../src/wrap.js'

function show(output: { isTTY?: boolean; columns?: number }, environment: Readonly<Record<string, string>>): string {
  let shown = ''
  const tell = (screen: Screen): void => {
    const progress = screen.begin('attach: 250 instances')
    progress.update('attach: 250 instances ... reads: 1')
    progress.end()
    screen.line(screen.paint('good', 'done'))
  }
  tell(createScreen({ ...output, write: (text) => ((shown += text), true) }, environment))
  return shown
}

describe('the screen', () => {
  it('is updated in place and coloured on a terminal', () => {
    const shown = show({ isTTY: true }, {})
    expect(shown.split('\r')).toHaveLength(4)
    expect(shown.split('\n')).toHaveLength(2)
    expect(shown).toContain('\x1b[32mdone')
  })

  it('has no colours if NO_COLOR is set', () => {
    const shown = show({ isTTY: true }, { NO_COLOR: '1' })
    expect(shown.endsWith('done\n')).toBe(true)
    expect(shown).not.toContain('\x1b[3')
  })

  it('has plain lines in a pipe and on a dumb terminal, without updates', () => {
    const plain = 'attach: 250 instances ...\ndone\n'
    expect(show({}, {})).toBe(plain)
    expect(show({ isTTY: true }, { TERM: 'dumb' })).toBe(plain)
  })

  it('never wraps a line that is updated in place', () => {
    const lines = show({ isTTY: true, columns: 20 }, { NO_COLOR: '1' }).split('\r')
    expect(lines[1]).toBe('attach: 250 instanc\x1b[K')
  })
})

describe('a line that is wider than the terminal', () => {
  it('is broken between words, with its colours', () => {
    const lines = wrap('\x1b[32mattach:\x1b[39m 246 attached, 4 refused with a reason', 24)
    expect(lines).toEqual(['\x1b[32mattach:\x1b[39m 246 attached, 4', '  refused with a reason'])
  })

  it('goes on below the last column of a table, whose rule is shortened', () => {
    const table = layOut(['instance', 'hint'], [['i-1', 'Windows takes no key pairs at all.']])
    expect(table.flatMap((line) => wrap(line, 30))).toEqual([
      'instance  hint',
      '--------  --------------------',
      'i-1       Windows takes no key',
      '          pairs at all.',
    ])
  })

  it('is left as it is in a pipe', () => {
    expect(wrap('word '.repeat(100), Infinity)).toEqual(['word '.repeat(100)])
  })
})

describe('the table', () => {
  it('aligns numbers to the right', () => {
    expect(
      layOut(
        ['step', 'ok'],
        [
          ['attach', 246],
          ['detach', 6],
          ['get', ''],
        ],
      ),
    ).toEqual(['step     ok', '------  ---', 'attach  246', 'detach    6', 'get'])
  })
})
