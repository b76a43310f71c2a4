import { given, type Parameters } from '../parameters.js'
import { malformed } from './parameters.js'
import type { Refusal } from './answer.js'

/** One page, and the token of the next: empty on the last. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextToken: string
}

/** Cuts the page that MaxResults and NextToken ask for; 10 entries if MaxResults is absent. */
export function cutPage<T extends { readonly serial: number }>(
  all: readonly T[],
  parameters: Parameters,
  { maximum, pageItems = Infinity }: { readonly maximum: number; readonly pageItems?: number | undefined },
): Page<T> | Refusal {
  const size = given(parameters, 'MaxResults') ?? '10'
  if (!/^\d{1,9}$/.test(size) || Number(size) < 1 || Number(size) > maximum) {
    return malformed(`MaxResults must be between 1 and ${maximum}.`)
  }
  const token = given(parameters, 'NextToken')
  const after = token === undefined ? 0 : lastSerial(token)
  if (after === undefined) return malformed('The specified NextToken is malformed.')
  const rest = all.filter(({ serial }) => serial > after)
  const items = rest.slice(0, Math.min(Number(size), pageItems))
  const last = items.at(-1)
  return { items, nextToken: last === undefined || rest.length === items.length ? '' : nextToken(last.serial) }
}

function nextToken(serial: number): string {
  return Buffer.from(`after-${serial}`).toString('base64url')
}

function lastSerial(token: string): number | undefined {
  const [, serial] = /^after-(\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? []
  return serial === undefined ? undefined : Number(serial)
}
