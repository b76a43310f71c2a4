import type { JsonObject } from '../../json.js'
import { type Answer, accept, refuse, tooMany } from '../answer.js'
import type { Action, ActionContext } from '../action.js'
import { cutPage, readFilters } from '../page.js'
import { type KeyPairRecord, usersOf } from '../region.js'
import type { TencentVariants } from '../variants.js'

/** DescribeKeyPairs. A key pair that is not there is left out: no code of its list says that one is missing. */
export const describeKeyPairs: Action = {
  mutating: false,
  parameters: { KeyIds: 'texts', Filters: 'structures', Offset: 'number', Limit: 'number' },
  perform: describe,
}

function describe(context: ActionContext): Answer {
  const { region, parameters, variants, readAt } = context
  const ids = new Set(parameters.texts('KeyIds'))
  const filters = readFilters(parameters)
  if ('error' in filters) return filters
  if (ids.size > 0 && filters.length > 0) return refuse('InvalidParameter', 'KeyIds and Filters exclude each other.')
  if (ids.size > 100) return tooMany('KeyIds')
  const unknown = filters.find(({ name }) => !/^(project-id|key-name|tag-key|tag-value|tag:.+)$/.test(name))
  if (unknown !== undefined) return refuse('InvalidFilter', `The filter \`${unknown.name}\` is not valid.`)
  const found = region.keyPairs
    .values(readAt)
    .filter(
      (keyPair) =>
        (ids.size === 0 || ids.has(keyPair.id)) &&
        filters.every(({ name, values }) => values.some((value) => matches(keyPair, name, value, variants))),
    )
  const page = cutPage(found, context)
  if ('error' in page) return page
  return accept({ TotalCount: found.length, KeyPairSet: page.map((keyPair) => element(context, keyPair)) })
}

function matches(
  { name: keyName, project, tags }: KeyPairRecord,
  name: string,
  value: string,
  variants: TencentVariants,
): boolean {
  switch (name) {
    case 'key-name':
      return variants.keyNameFilter === 'exact' ? keyName === value : keyName.includes(value)
    case 'project-id':
      return String(project) === value
    case 'tag-key':
      return Object.hasOwn(tags, value)
    case 'tag-value':
      return Object.values(tags).includes(value)
    default:
      return tags[name.slice('tag:'.length)] === value
  }
}

function element({ regions, variants, readAt }: ActionContext, keyPair: KeyPairRecord): JsonObject {
  const { id, name, project, description, publicKey, tags, createdAt } = keyPair
  return {
    KeyId: id,
    KeyName: name,
    ProjectId: project,
    Description: description,
    PublicKey: `${publicKey} ${id.replace('-', '_')}`,
    AssociatedInstanceIds: usersOf(regions, id, readAt - variants.associatedLagMs),
    CreatedTime: new Date(createdAt).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  }
}
