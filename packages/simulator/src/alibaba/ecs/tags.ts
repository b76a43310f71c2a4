import type { Parameters } from '../../parameters.js'
import { missing } from '../action.js'
import { refuse, type Refusal } from '../answer.js'

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>

/** Tags on one resource, and in one call. */
const maximumTags = 20

/** Reads `Tag.N`: keys of 1 to 128 characters, values of up to 128, by the text of TagResources. */
export function readTags(parameters: Parameters): { readonly tags: Tags } | Refusal {
  const given = parameters.structures('Tag')
  if (given.length > maximumTags) return tooManyTags
  const tags = new Map<string, string>()
  for (const tag of given) {
    const key = tag.text('Key')
    const value = tag.text('Value') ?? ''
    if (key === undefined) return missing('Tag.Key')
    if (key === '' || key.length > 128 || /^(?:aliyun|acs:)|https?:\/\//i.test(key)) {
      return refuse(400, 'InvalidTagKey.Malformed', 'The specified Tag.n.Key is not valid.')
    }
    if (value.length > 128 || /https?:\/\//i.test(value)) {
      return refuse(400, 'InvalidTagValue.Malformed', 'The specified Tag.n.Value is not valid.')
    }
    if (tags.has(key)) return refuse(400, 'Duplicate.TagKey', 'The Tag.N.Key contain duplicate key.')
    tags.set(key, value)
  }
  return { tags: Object.fromEntries(tags) }
}

/** Adds tags to those of a resource. */
export function withTags(before: Tags, more: Tags): { readonly tags: Tags } | Refusal {
  const tags = { ...before, ...more }
  return Object.keys(tags).length > maximumTags ? tooManyTags : { tags }
}

/** True if a resource has all of `Tag.N`; one without a value asks for the key alone. */
export function hasTags(tags: Tags, parameters: Parameters): boolean {
  return parameters.structures('Tag').every((tag) => {
    const found = Object.entries(tags).find(([key]) => key === tag.text('Key'))
    return found !== undefined && found[1] === (tag.text('Value') ?? found[1])
  })
}

const tooManyTags: Refusal = refuse(403, 'QuotaExceed.Tags', 'The number of tags exceeds the maximum allowed.')
