import type { OutputStream } from '../surroundings.js'
import { widthOf, write } from './stream.js'
import { cut } from './table.js'

/** A stream whose last lines are drawn anew again and again. What is written stays above them. */
export interface Drawing {
  write(text: string): Promise<void>
  /** Draws lines over those that were drawn before; none removes them. */
  draw(lines: readonly string[]): Promise<void>
}

export function createDrawing(stream: OutputStream): Drawing {
  let drawn: readonly string[] = []
  const shown = (lines: readonly string[]): string => {
    const width = widthOf(stream) - 1
    return lines.map((line) => `${cut(line, width)}\n`).join('')
  }
  const over = (): string => (drawn.length === 0 ? '' : `\u001b[${drawn.length}A\r\u001b[J`)
  return {
    write: (text) => write(stream, `${over()}${text}${shown(drawn)}`),
    draw: (lines) => {
      const text = `${over()}${shown(lines)}`
      drawn = lines
      return write(stream, text)
    },
  }
}
