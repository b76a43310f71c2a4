import { inspect, type InspectOptions } from 'node:util'

/** The fields of an error that the console shows. */
export interface ShownError extends Error {
  readonly code: string
  readonly toJSON: () => Readonly<Record<string, unknown>>
  readonly details: unknown
}

/** A batch is told by its first items that did not succeed; all are in `details.batch`. */
const shownItems = 20

/** Shows an error with its stack, its fields, and of a batch the items that did not succeed, each on a line. */
export function inspectError(error: ShownError, depth: number, options: InspectOptions): string {
  const stack = error.stack ?? `${error.name}: ${error.message}`
  if (depth < 0) return `[${error.name}: ${error.code}]`
  const { name: _name, message: _message, details, ...fields } = error.toJSON()
  const items = itemsIn(error.details)
  const shown = {
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    ...(items === undefined ? { details } : { items: itemLines(items) }),
    ...(error.cause !== undefined && { cause: error.cause }),
  }
  return `${stack} ${inspect(shown, options)}`
}

interface ShownItem {
  readonly id: string
  readonly status: string
  readonly error?: Error
}

function itemsIn(details: unknown): readonly ShownItem[] | undefined {
  if (
    typeof details !== 'object' ||
    details === null ||
    !('batch' in details) ||
    typeof details.batch !== 'object' ||
    details.batch === null
  )
    return undefined
  const { batch } = details
  return 'items' in batch && Array.isArray(batch.items) ? batch.items : undefined
}

function itemLines(items: readonly ShownItem[]): readonly string[] {
  const lines: string[] = []
  let more = 0
  for (const { id, status, error } of items) {
    if (error === undefined) continue
    if (lines.length < shownItems) lines.push(`${id} ${status}: ${error.message}`)
    else more += 1
  }
  return more === 0 ? lines : [...lines, `and ${more} more in details.batch`]
}
