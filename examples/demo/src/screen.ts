import type { WriteStream } from 'node:tty'
import { stripVTControlCharacters, styleText } from 'node:util'
import { wrap } from './wrap.js'

/** The kind of a result. */
export type Tone = 'good' | 'bad' | 'dim' | 'strong'

/** The output of the demo: a terminal, or a pipe that gets plain lines. */
export interface Screen {
  /** True if lines of open work are updated in place. */
  readonly isLive: boolean
  /** The width of a terminal; `Infinity` for a pipe. */
  readonly width: number
  /** Writes a line. A terminal gets one that is too long as several, broken between words. */
  line(text?: string): void
  /** Opens a line for open work. A terminal shows each update in its place; a pipe gets the first text only. */
  begin(text: string): { update(text: string): void; end(): void }
  paint(tone: Tone, text: string): string
}

type Output = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number }

const styles = { good: 'green', bad: 'red', dim: 'dim', strong: 'bold' } as const

const toLineStart = '\r'
const eraseToEnd = '\x1b[K'

/** Colours need a terminal, and no `NO_COLOR` (no-color.org). */
export function createScreen(output: Output, environment: Readonly<Record<string, string | undefined>>): Screen {
  const isTerminal = output.isTTY === true && environment['TERM'] !== 'dumb'
  const isColoured = isTerminal && !environment['NO_COLOR']
  const width = isTerminal ? output.columns || 80 : Infinity
  const cut = (text: string): string => stripVTControlCharacters(text).slice(0, width - 1)
  return {
    isLive: isTerminal,
    width,
    line: (text = '') => void output.write(`${wrap(text, width).join('\n')}\n`),
    begin: (text) => {
      if (!isTerminal) {
        output.write(`${text} ...\n`)
        return { update: () => {}, end: () => {} }
      }
      const show = (now: string): void => void output.write(toLineStart + cut(now) + eraseToEnd)
      show(text)
      return { update: show, end: () => void output.write(toLineStart + eraseToEnd) }
    },
    paint: (tone, text) => (isColoured ? styleText(styles[tone], text, { validateStream: false }) : text),
  }
}
