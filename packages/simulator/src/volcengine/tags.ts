import { refuse, type Refusal } from './answer.js'
import { missing, tooMany } from './action.js'
import type { Parameters } from '../parameters.js'
import { malformed } from './parameters.js'

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>

const characters = /^[\p{L}\p{M}\p{N} _.:/=+\-@]*$/u

/**
 * Reads `Tags.N`: at most 20; keys of 1 to 128 characters that do not begin with `volc:` or `sys:`, values of up
 * to 256 (volcengine.com/docs/6396/130886). Codes are those of volcengine.com/docs/6396/1394799.
 */
export function readTags(parameters: Parameters): Tags | Refusal {
  const given = parameters.structures('Tags')
  if (given.length > 20) return tooMany('Tags')
  const tags = new Map<string, string>()
  for (const tag of given) {
    const key = tag.text('Key')
    const value = tag.text('Value') ?? ''
    if (key === undefined) return missing('Tags.Key')
    if (!isTagKey(key)) return refuse(400, 'InvalidTagKey.Malformed', 'The specified TagKey is malformed.')
    if (value.length > 256 || !characters.test(value)) {
      return refuse(400, 'InvalidTagValue.Malformed', 'The specified TagValue is malformed.')
    }
    if (tags.has(key)) return malformed('A tag key is given twice.')
    tags.set(key, value)
  }
  return Object.fromEntries(tags)
}

/** True if a text can be the key of a tag. */
export function isTagKey(key: string): boolean {
  return key.length >= 1 && key.length <= 128 && characters.test(key) && !/^(volc|sys):/i.test(key)
}

/** True if what was read is a refusal. Tags are texts, so `status` is never a number in them. */
export function isTagRefusal(read: Tags | Refusal): read is Refusal {
  return typeof read.status === 'number'
}
