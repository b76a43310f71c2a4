import { given, type Parameters } from '../parameters.js'
import type { JsonObject } from '../json.js'
import { invalid } from './action.js'
import type { Refusal } from './answer.js'

/** One page of a list, and the numbers above it. */
export interface NumberedPage<T> {
  readonly items: readonly T[]
  readonly numbers: JsonObject
}

/** Cuts the page that PageNumber (default 1) and PageSize (default 10) ask for. Its numbers tell what `pageItems` cuts off. */
export function cutNumberedPage<T>(
  all: readonly T[],
  parameters: Parameters,
  {
    maximum,
    beyond,
    pageItems = Infinity,
  }: { readonly maximum: number; readonly beyond: 'refused' | 'capped'; readonly pageItems?: number | undefined },
): NumberedPage<T> | Refusal {
  const page = positive(given(parameters, 'PageNumber') ?? '1')
  const asked = positive(given(parameters, 'PageSize') ?? '10')
  if (page === undefined) return invalid('PageNumber')
  if (asked === undefined || (asked > maximum && beyond === 'refused')) return invalid('PageSize')
  const size = Math.min(asked, maximum)
  return {
    items: all.slice((page - 1) * size, page * size).slice(0, pageItems),
    numbers: { PageNumber: page, PageSize: size, TotalCount: all.length },
  }
}

function positive(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}
