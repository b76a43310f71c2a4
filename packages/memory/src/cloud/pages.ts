import type { Moment } from './gateway.js'

/** One page of a list. `next` is absent on the last. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

/** The page of a read: its start, and its largest length. */
export interface PageRequest {
  readonly after: string | undefined
  readonly size: number
}

/**
 * Cuts a page out of records in the order of their serials, and cuts it short if a fault says so. The cursor is the serial
 * of the last one read.
 */
export function pageOf<T extends { readonly serial: number }>(
  all: readonly T[],
  { after, size }: PageRequest,
  { fault }: Pick<Moment, 'fault'>,
): Page<T> {
  const rest = all.filter(({ serial }) => serial > Number(after ?? 0)).sort((a, b) => a.serial - b.serial)
  const items = rest.slice(0, fault?.kind === 'short' ? Math.min(size, fault.items) : size)
  const last = items.at(-1)
  return { items, ...(last !== undefined && rest.length > items.length && { next: String(last.serial) }) }
}
