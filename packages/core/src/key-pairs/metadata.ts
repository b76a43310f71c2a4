import type { Capabilities } from '../contract/capabilities.js'
import type { Metadata } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { NewKeyPair } from '../contract/options.js'
import type { UpdateOptions } from '../contract/store.js'
import { isPlain } from '../engine/read-options.js'
import { type Failure, invalidName, refusal } from '../errors/failures.js'
import { mustBe, mustBeText, nameProblem } from '../errors/type-checks.js'
import { err, ok, type Result } from '../result.js'

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
type MetadataTime = 'at-creation' | 'in-one-call' | 'any-time'

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

/** Checks what every way to a new key pair takes. */
export function checkNew(
  options: NewKeyPair,
  capabilities: Capabilities,
  when: MetadataTime = 'at-creation',
): Result<Metadata, Failure> {
  const checked = checkNamed(options, capabilities, when)
  const { description, tags = {}, group } = options
  for (const [key, value] of Object.entries(tags)) mustBeText(value, `The tag ${JSON.stringify(key)}`)
  return checked.map(() => ({ description, tags, group }))
}

/** Checks a name and its metadata. A tag may be null if the operation can remove tags. */
export function checkNamed(
  options: Named,
  capabilities: Capabilities,
  when: MetadataTime = 'at-creation',
): Result<null, Failure> {
  mustBe(typeof options === 'object' && options !== null, 'A key pair is described by an object')
  mustBeText(options.name, 'name')
  mustBeMetadata(options)
  const problem = nameProblem(options.name, capabilities.name)
  if (problem !== undefined) return err(invalidName(options.name, problem))
  const unkept = metadataProblem(options, capabilities, when)
  return unkept === undefined ? ok(null) : err(unkept)
}

type Named = Pick<NewKeyPair, 'name'> & Pick<UpdateOptions, 'description' | 'tags' | 'group'>
