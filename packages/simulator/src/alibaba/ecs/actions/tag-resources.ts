import { given } from '../../../parameters.js'
import { invalid, missing, readFlag } from '../../action.js'
import { accept, refuse, type Answer, type Refusal } from '../../answer.js'
import { findByName, type KeyPairRecord } from '../../store.js'
import {
  isResourceGroup,
  noSuchResource,
  noSuchResourceGroup,
  refuseRegion,
  refuseResourceType,
  regional,
  type EcsAction,
  type EcsContext,
} from '../ecs-action.js'
import { hasTags, readTags, withTags, type Tags } from '../tags.js'

/** TagResources (help.aliyun.com, api-ecs-2014-05-26-tagresources): a key that is there gets the new value. */
export const tagResources: EcsAction = regional({
  mutating: true,
  parameters: ['ResourceType', 'ResourceId', 'Tag'],
  perform: (context) => {
    const read = readTags(context.parameters)
    if ('error' in read) return read
    if (Object.keys(read.tags).length === 0) return missing('Tag')
    return retag(context, (before) => withTags(before, read.tags))
  },
})

/** UntagResources (help.aliyun.com, api-ecs-2014-05-26-untagresources): `All` counts if no TagKey is given. */
export const untagResources: EcsAction = regional({
  mutating: true,
  parameters: ['ResourceType', 'ResourceId', 'TagKey', 'All'],
  perform: (context) => {
    const keys = context.parameters.list('TagKey')
    const all = readFlag(context.parameters, 'All')
    if (typeof all !== 'boolean') return all
    if (keys.length === 0 && !all) return missing('TagKey')
    return retag(context, (before) => {
      const kept = keys.length === 0 ? [] : Object.entries(before).filter(([key]) => !keys.includes(key))
      return { tags: Object.fromEntries(kept) }
    })
  },
})

/** Tags in one page of ListTagResources. No page says how many there are. */
const pageSize = 50

/** ListTagResources (help.aliyun.com, api-ecs-2014-05-26-listtagresources): an entry for each tag of each. */
export const listTagResources: EcsAction = regional({
  mutating: false,
  parameters: ['ResourceType', 'ResourceId', 'Tag', 'NextToken'],
  perform: (context) => {
    const { store, parameters, readAt } = context
    const ids = parameters.list('ResourceId')
    const refusal = refuseResourceType(context) ?? (ids.length > 50 ? tooManyResources : undefined)
    if (refusal !== undefined) return refusal
    if (ids.length === 0 && parameters.structures('Tag').length === 0) return missing('ResourceId')
    const wanted = store.keyPairs
      .values(readAt)
      .filter(({ name, tags }) => (ids.length === 0 || ids.includes(name)) && hasTags(tags, parameters))
    const entries = wanted.flatMap(({ name, tags }) =>
      Object.entries(tags).map(([TagKey, TagValue]) => ({
        ResourceId: name,
        ResourceType: 'keypair',
        TagKey,
        TagValue,
      })),
    )
    const start = Number(given(parameters, 'NextToken') ?? '0')
    if (!Number.isInteger(start)) return invalid('NextToken')
    const next = start + pageSize
    const page = entries.slice(start, next)
    return accept({ NextToken: next < entries.length ? String(next) : '', TagResources: { TagResource: page } })
  },
})

/** JoinResourceGroup (help.aliyun.com, api-ecs-2014-05-26-joinresourcegroup): it may leave its region out. */
export const joinResourceGroup: EcsAction = {
  mutating: true,
  parameters: ['RegionId', 'ResourceType', 'ResourceId', 'ResourceGroupId'],
  perform: (context) => {
    const { store, parameters, now } = context
    const otherRegion = parameters.text('RegionId') === undefined ? undefined : refuseRegion(context)
    const refusal = otherRegion ?? refuseResourceType(context)
    if (refusal !== undefined) return refusal
    const group = given(parameters, 'ResourceGroupId')
    if (group === undefined) return missing('ResourceGroupId')
    if (!isResourceGroup(group)) return noSuchResourceGroup
    const [keyPair] = findByName(store, given(parameters, 'ResourceId') ?? '', now)
    if (keyPair === undefined) return noSuchResource
    store.keyPairs.set(keyPair.id, { ...keyPair, resourceGroupId: group }, now)
    return accept({})
  },
}

function retag(context: EcsContext, change: (before: Tags) => { readonly tags: Tags } | Refusal): Answer {
  const { store, parameters, now } = context
  const ids = parameters.list('ResourceId')
  if (ids.length === 0) return missing('ResourceId')
  const refusal = refuseResourceType(context) ?? (ids.length > 50 ? tooManyResources : undefined)
  if (refusal !== undefined) return refusal
  const changed: KeyPairRecord[] = []
  for (const id of ids) {
    const [keyPair] = findByName(store, id, now)
    if (keyPair === undefined) return noSuchResource
    const after = change(keyPair.tags)
    if ('error' in after) return after
    changed.push({ ...keyPair, tags: after.tags })
  }
  for (const keyPair of changed) store.keyPairs.set(keyPair.id, keyPair, now)
  return accept({})
}

const tooManyResources = refuse(400, 'NumberExceed.ResourceIds', "The ResourceIds parameter's number is exceed.")
