import type { Surroundings } from '../surroundings.js'
import { usageError } from '../usage-error.js'
import { createDrawing } from './drawing.js'
import { createPaint, type Paint, type Tone } from './paint.js'
import { isTerminal, widthOf, write } from './stream.js'
import { layOut } from './table.js'
import { type Cell, type Column, columnsOf, type View } from './view.js'
import { toJson, visible } from './visible.js'

export const formats = ['table', 'json', 'jsonl', 'name', 'markdown', 'sarif'] as const

export type Format = (typeof formats)[number]

/** The form of a result. */
export interface OutputSettings {
  readonly format: Format
  readonly columns: readonly string[] | undefined
  readonly header: boolean
}

/** Shows the rows of one view. Made before an operation runs, so that a wrong column is found before a change. */
export interface RowPrinter<T> {
  /** Shows a list. `json` is what `-o json` shows; by default the list itself. */
  list(rows: Iterable<T>, json?: unknown): Promise<void>
  /** Shows rows as they come. Returns the error that ended them: then a format that cannot show a part shows nothing. */
  stream<E>(rows: AsyncIterable<{ readonly row: T } | { readonly error: E }>): Promise<E | undefined>
  /** Shows one object, a field a line. */
  object(row: T): Promise<void>
}

/** The streams of a command: data to the standard output, everything else to the standard error. */
export interface Output {
  readonly format: Format
  /** True if errors are to be JSON, as results are. */
  readonly isJson: boolean
  /** True if a person reads the standard error. */
  readonly isWatched: boolean
  rows<T>(view: View<T>): RowPrinter<T>
  /** Writes a text of data as it is. */
  data(text: string): Promise<void>
  /** Writes a line to the standard error; as JSON if results are. */
  note(text: string, tone?: Tone): Promise<void>
  /** Writes an error, as JSON, to the standard error. */
  errorJson(error: unknown): Promise<void>
  /** Writes a step of an operation to the standard error: a line, or the event as JSON if results are. */
  progress(event: object, line: string): Promise<void>
  /** Draws lines below everything else on the terminal of the standard error; none removes them. */
  draw(lines: readonly string[]): Promise<void>
  readonly paint: Paint
}

/** Makes the output of one command. */
export function createOutput(settings: OutputSettings, surroundings: Surroundings): Output {
  const { stdout, stderr, environment } = surroundings
  const paint = createPaint(stderr, environment)
  const isJson = settings.format === 'json' || settings.format === 'jsonl'
  const drawing = createDrawing(stderr)
  const json = (value: unknown): Promise<void> => drawing.write(`${toJson(value)}\n`)
  return {
    format: settings.format,
    isJson,
    isWatched: isTerminal(stderr, environment),
    rows: (view) => createRowPrinter(view, settings, surroundings),
    data: (text) => write(stdout, text),
    note: (text, tone) => {
      if (isJson) return json({ note: text })
      return drawing.write(`${tone === undefined ? visible(text) : paint(tone, visible(text))}\n`)
    },
    errorJson: (error) => json({ error }),
    progress: (event, line) => (isJson ? json({ progress: event }) : drawing.write(`${visible(line)}\n`)),
    draw: drawing.draw,
    paint,
  }
}

function createRowPrinter<T>(view: View<T>, settings: OutputSettings, surroundings: Surroundings): RowPrinter<T> {
  const { format, header } = settings
  if (format === 'markdown' || format === 'sarif') {
    throw usageError(
      `this command has no output ${format}`,
      'Only audit has. The others have table, json, jsonl and name.',
    )
  }
  const { stdout, environment } = surroundings
  const columns = columnsOf(view, settings.columns)
  const onTerminal = isTerminal(stdout, environment)
  const paint = createPaint(stdout, environment)
  const width = onTerminal ? widthOf(stdout) : Infinity
  const say = (line: string): Promise<void> => write(stdout, `${line}\n`)
  const titles = columns.map(({ title }) => title)
  const wrapped = new Set(titles.flatMap((title, index) => (view.wrapped?.includes(title) ? [index] : [])))

  const lineOf = (row: T): string => {
    if (format === 'jsonl') return toJson(row)
    return format === 'name' ? visible(view.nameOf(row)) : tabbed(columns, row)
  }

  const list = async (rows: Iterable<T>, json?: unknown): Promise<void> => {
    if (format === 'json') return say(toJson(json ?? [...rows], 2))
    if (format === 'table' && onTerminal) {
      const cells = [...(header ? [titles] : []), ...[...rows].map((row) => columns.map(({ of }) => shown(of(row))))]
      for (const [index, line] of layOut(cells, width, wrapped).entries()) {
        await say(header && index === 0 ? paint('dim', line) : line)
      }
      return
    }
    if (format === 'table' && header) await say(titles.join('\t'))
    for (const row of rows) await say(lineOf(row))
  }

  return {
    list,
    stream: async (rows) => {
      if (format === 'json' || (format === 'table' && onTerminal)) {
        const kept: T[] = []
        for await (const item of rows) {
          if ('error' in item) return item.error
          kept.push(item.row)
        }
        await list(kept)
        return undefined
      }
      if (format === 'table' && header) await say(titles.join('\t'))
      for await (const item of rows) {
        if ('error' in item) return item.error
        // The reader of the output ended first, as `head` does.
        if (!stdout.writable) return undefined
        await say(lineOf(item.row))
      }
      return undefined
    },
    object: async (row) => {
      if (format === 'json') return say(toJson(row, 2))
      if (format !== 'table') return say(lineOf(row))
      const fields = columns.map(({ title, of }) => [title, of(row)] as const)
      const present = settings.columns === undefined ? fields.filter(([, cell]) => cell !== undefined) : fields
      const lines = present.map(([title, cell]) =>
        header ? [title, onTerminal ? shown(cell) : textOf(cell)] : [textOf(cell)],
      )
      const text = onTerminal ? layOut(lines, Infinity) : lines.map((cells) => cells.join('\t'))
      for (const line of text) await say(line)
    },
  }
}

function tabbed<T>(columns: readonly Column<T>[], row: T): string {
  return columns.map(({ of }) => textOf(of(row))).join('\t')
}

function textOf(cell: Cell): string {
  return cell === undefined ? '' : visible(String(cell))
}

function shown(cell: Cell): string {
  return textOf(cell) || '-'
}
