import type { ActionContext } from './action.js'
import { type Refusal, refuse } from './answer.js'
import type { Parameters } from './parameters.js'

/** A filter of a list: a name, and the values of which one has to match. */
interface Filter {
  readonly name: string
  readonly values: readonly string[]
}

/** Reads the filters of a call: at most 10, each with at most 5 values. */
export function readFilters(parameters: Parameters): readonly Filter[] | Refusal {
  const filters = parameters
    .structures('Filters')
    .map((filter) => ({ name: filter.text('Name') ?? '', values: filter.texts('Values') }))
  if (filters.length > 10 || filters.some(({ values }) => values.length > 5)) {
    return refuse('InvalidFilterValue.LimitExceeded', 'The number of filters or of their values exceeds the limit.')
  }
  return filters
}

/** Returns one page of a list, by `Offset` and `Limit`. */
export function cutPage<Item>(
  items: readonly Item[],
  { parameters, pageItems = Infinity }: Pick<ActionContext, 'parameters' | 'pageItems'>,
): readonly Item[] | Refusal {
  const offset = parameters.number('Offset') ?? 0
  const limit = parameters.number('Limit') ?? 20
  if (offset < 0) return refuse('InvalidParameterValueOffset', 'The Offset is not valid.')
  if (limit < 1 || limit > 100) return refuse('InvalidParameterValueLimit', 'The Limit must be from 1 to 100.')
  return items.slice(offset, offset + Math.min(limit, pageItems))
}
