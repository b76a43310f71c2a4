import type { Capabilities } from '../contract/capabilities.js'
import type { Metadata } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { UpdateOptions } from '../contract/store.js'
import { isPlain } from '../engine/read-options.js'
import { type Failure, refusal } from '../errors/failures.js'
import { mustBe, mustBeText } from '../errors/type-checks.js'

type Given = Pick<UpdateOptions, 'description' | 'tags' | 'group'>

export function mustBeMetadata(given: Given): void {
  if (given.description !== undefined) mustBeText(given.description, 'The description')
  if (given.group !== undefined) mustBeText(given.group, 'The group')
  if (given.tags === undefined) return
  mustBe(typeof given.tags === 'object' && given.tags !== null && isPlain(given.tags), 'Tags are an object of strings')
  for (const [key, value] of Object.entries(given.tags)) {
    mustBe(value === null || typeof value === 'string', `The tag ${JSON.stringify(key)} must be a string`)
  }
}

/** The time when metadata is given: with a new key pair, with one that is made in one call, or at any time later. */
export type MetadataTime = 'at-creation' | 'in-one-call' | 'any-time'

/** Returns the failure of the first field that the cloud cannot keep, or cannot set at this time. */
export function metadataProblem(given: Given, capabilities: Capabilities, when: MetadataTime): Failure | undefined {
  const fields = [
    ['description', given.description],
    ['tags', given.tags],
    ['group', given.group],
  ] as const
  const malformed = malformedText(given)
  if (malformed !== undefined) return malformed
  for (const [field, value] of fields) {
    if (value === undefined) continue
    const support = capabilities[field]
    if (support === 'none')
      return refusal('unsupported', `this cloud keeps no ${field} with a key pair`, `Leave ${field} out.`)
    if (when === 'any-time' && support === 'at-creation') {
      return refusal(
        'unsupported',
        `this cloud accepts ${field} only when a key pair is created`,
        `Leave ${field} out.`,
      )
    }
    if (when === 'in-one-call' && support === 'after-creation') {
      return refusal(
        'unsupported',
        `this cloud accepts ${field} only after a key pair is created`,
        `Set ${field} with update.`,
      )
    }
  }
  return undefined
}

/** Returns a failure that names a text which is no Unicode: what came of it on the way would be another text. */
export function malformedText({ description, tags = {}, group }: Given): Failure | undefined {
  const texts = [['description', description], ['group', group], ...Object.entries(tags).flatMap(tagTexts)] as const
  const malformed = texts.find(([, text]) => text?.isWellFormed() === false)
  return malformed && refusal('invalid-argument', `the ${malformed[0]} is not well-formed Unicode`)
}

function tagTexts([key, value]: readonly [string, string | null]): readonly (readonly [string, string | undefined])[] {
  return [
    ['key of a tag', key],
    [`value of the tag ${JSON.stringify(key)}`, value ?? undefined],
  ]
}

/** Returns the given metadata that the key pair does not have. A field that the cloud does not return counts as empty. */
export function differing(keyPair: KeyPair, { description, tags = {}, group }: Given): Given {
  const there = new Map(Object.entries(keyPair.tags ?? {}))
  const others = Object.entries(tags).filter(([key, value]) => (there.get(key) ?? null) !== value)
  return {
    ...(description !== undefined && description !== (keyPair.description ?? '') && { description }),
    ...(others.length > 0 && { tags: Object.fromEntries(others) }),
    ...(group !== undefined && group !== (keyPair.group ?? '') && { group }),
  }
}

/** Parts metadata into what goes into the call that makes the key pair, and what the cloud takes only afterwards. */
export function splitByCall(
  metadata: Metadata,
  capabilities: Capabilities,
): { readonly atOnce: Metadata; readonly later: Metadata } {
  const isLater = (field: keyof Metadata): boolean => capabilities[field] === 'after-creation'
  return { atOnce: pick(metadata, (field) => !isLater(field)), later: pick(metadata, isLater) }
}

function pick({ description, tags, group }: Metadata, isWanted: (field: keyof Metadata) => boolean): Metadata {
  return {
    description: isWanted('description') ? description : undefined,
    tags: isWanted('tags') ? tags : {},
    group: isWanted('group') ? group : undefined,
  }
}
