import { styleText } from 'node:util'
import type { OutputStream } from '../surroundings.js'
import { isTerminal } from './stream.js'

const styles = { good: 'green', bad: 'red', doubtful: 'yellow', dim: 'dim', strong: 'bold' } as const

export type Tone = keyof typeof styles

export type Paint = (tone: Tone, text: string) => string

/** Makes what colours texts for a stream: on a terminal, unless NO_COLOR is set (no-color.org). */
export function createPaint(stream: OutputStream, environment: Readonly<Record<string, string | undefined>>): Paint {
  const isColoured = environment['FORCE_COLOR']
    ? environment['FORCE_COLOR'] !== '0'
    : isTerminal(stream, environment) && !environment['NO_COLOR']
  return (tone, text) => (isColoured ? styleText(styles[tone], text, { validateStream: false }) : text)
}
