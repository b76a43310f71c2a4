import { accept, type Answer } from '../answer.js'
import { tooMany, type Action, type ActionContext } from '../action.js'
import { cutPage } from '../paging.js'
import { given, type Parameters } from '../../parameters.js'
import { malformed } from '../parameters.js'
import type { KeyPairRecord } from '../region.js'
import type { JsonObject } from '../../json.js'
import type { VolcengineVariants } from '../variants.js'

/** DescribeKeyPairs (volcengine.com/docs/6396/120446). A key pair that isn't there is left out. */
export const describeKeyPairs: Action = {
  mutating: false,
  parameters: [
    'KeyPairName',
    'KeyPairNames',
    'KeyPairIds',
    'FingerPrint',
    'ProjectName',
    'TagFilters',
    'MaxResults',
    'NextToken',
  ],
  perform: describe,
}

function describe({ region, parameters, variants, readAt, pageItems }: ActionContext): Answer {
  if (parameters.list('KeyPairNames').length > 100) return tooMany('KeyPairNames')
  if (parameters.list('KeyPairIds').length > 100) return tooMany('KeyPairIds')
  const filters = parameters.structures('TagFilters')
  // The limits of DescribeInstances; that they hold here too is unverified.
  if (filters.length > 10 || filters.some((filter) => filter.list('Values').length > 3)) {
    return malformed('At most 10 TagFilters with at most 3 Values each.')
  }
  const wanted = region.keyPairs.values(readAt).filter(matcherOf(parameters, variants))
  const page = cutPage(wanted, parameters, { maximum: 500, pageItems })
  if ('error' in page) return page
  return accept({ NextToken: page.nextToken, KeyPairs: page.items.map(element) })
}

function matcherOf(parameters: Parameters, variants: VolcengineVariants): (keyPair: KeyPairRecord) => boolean {
  const fuzzy = given(parameters, 'KeyPairName') ?? ''
  const names = new Set(parameters.list('KeyPairNames'))
  const ids = new Set(parameters.list('KeyPairIds'))
  const fingerprint = given(parameters, 'FingerPrint')
  const project = given(parameters, 'ProjectName')
  const filters = parameters.structures('TagFilters')
  return (keyPair) =>
    (variants.fuzzyName === 'prefix' ? keyPair.name.startsWith(fuzzy) : keyPair.name.includes(fuzzy)) &&
    (names.size === 0 || names.has(keyPair.name)) &&
    (ids.size === 0 || ids.has(keyPair.id)) &&
    (fingerprint === undefined || keyPair.fingerprint === fingerprint) &&
    (project === undefined || keyPair.project === project) &&
    filters.every((filter) => hasTag(keyPair, filter, variants))
}

function hasTag({ tags }: KeyPairRecord, filter: Parameters, { emptyTagFilter }: VolcengineVariants): boolean {
  const value = tags[filter.text('Key') ?? '']
  const values = filter.list('Values')
  if (emptyTagFilter === 'nothing' && values.includes('')) return false
  return value !== undefined && (values.length === 0 || values.includes(value))
}

function element(keyPair: KeyPairRecord): JsonObject {
  return {
    KeyPairName: keyPair.name,
    KeyPairId: keyPair.id,
    Description: keyPair.description,
    FingerPrint: keyPair.fingerprint,
    CreatedAt: beijingTime(keyPair.createdAt),
    UpdatedAt: beijingTime(keyPair.updatedAt),
    ProjectName: keyPair.project,
    Tags: Object.entries(keyPair.tags).map(([Key, Value]) => ({ Key, Value })),
  }
}

function beijingTime(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().replace(/\.\d{3}Z$/, '+08:00')
}
