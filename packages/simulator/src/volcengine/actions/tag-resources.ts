import { refuse, type Answer } from '../answer.js'
import { forEachItem, missing, tooMany, type Action, type ActionContext } from '../action.js'
import { given } from '../../parameters.js'
import { malformed } from '../parameters.js'
import { isTagKey, isTagRefusal, readTags, type Tags } from '../tags.js'

/** Tags on one resource (volcengine.com/docs/6396/130886). */
const maximumTags = 50

/** CreateTags (volcengine.com/docs/6396/130886): a key that is there gets the new value. */
export const createTags: Action = {
  mutating: true,
  parameters: ['ResourceType', 'ResourceIds', 'Tags'],
  perform: (context) => {
    const tags = readTags(context.parameters)
    if (isTagRefusal(tags)) return tags
    if (Object.keys(tags).length === 0) return missing('Tags')
    return retag(context, (before) => ({ ...before, ...tags }))
  },
}

/** DeleteTags (volcengine.com/docs/6396/130887). */
export const deleteTags: Action = {
  mutating: true,
  parameters: ['ResourceType', 'ResourceIds', 'TagKeys'],
  perform: (context) => {
    const keys = context.parameters.list('TagKeys')
    if (keys.length === 0) return missing('TagKeys')
    if (keys.length > 20) return tooMany('TagKeys')
    if (!keys.every(isTagKey)) return refuse(400, 'InvalidTagKey.Malformed', 'The specified TagKey is malformed.')
    return retag(context, (before) => Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key))))
  },
}

/**
 * Changes the tags of key pairs. The pages list other resource types; `keypair` is what the vendor's Terraform provider
 * sends. ResourceIds are ids, by the pages; that a name is refused is unverified.
 */
function retag(context: ActionContext, change: (before: Tags) => Tags): Answer {
  const { region, parameters, now } = context
  const type = given(parameters, 'ResourceType')
  const ids = parameters.list('ResourceIds')
  if (type === undefined) return missing('ResourceType')
  if (type !== 'keypair') return malformed('The specified ResourceType is not known here.')
  if (ids.length === 0) return missing('ResourceIds')
  if (ids.length > 50) return tooMany('ResourceIds')
  return forEachItem(context, 'ResourceId', ids, (id) => {
    const keyPair = region.keyPairs.get(id)
    if (keyPair === undefined) {
      return { code: 'InvalidResourceId.NotFound', message: 'The specified ResourceId does not exist.' }
    }
    const tags = change(keyPair.tags)
    if (Object.keys(tags).length > maximumTags) return tooMany('Tags').error
    region.keyPairs.set(id, { ...keyPair, tags, updatedAt: now }, now)
    return undefined
  })
}
