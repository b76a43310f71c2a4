import type { Capabilities } from '../contract/capabilities.js'
import type { Metadata } from '../contract/key-pair-driver.js'
import type { NewKeyPair } from '../contract/options.js'
import type { UpdateOptions } from '../contract/store.js'
import { type Failure, invalidName } from '../errors/failures.js'
import { mustBe, mustBeText, nameProblem } from '../errors/type-checks.js'
import { err, ok, type Result } from '../result.js'
import { metadataProblem, type MetadataTime, mustBeMetadata } from './metadata.js'

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
