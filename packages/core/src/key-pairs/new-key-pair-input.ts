import type { Capabilities } from '../contract/capabilities.js'
import { mustBe, mustBeText, nameProblem } from '../engine/type-checks.js'
import type { CallFailure, Metadata } from '../contract/driver.js'
import { mustBeMetadata, metadataProblem } from './metadata.js'
import { badName } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'
import type { NewKeyPair, UpdateOptions } from '../contract/store.js'

/** Checks what every way to a new key pair takes. */
export function checkNew(options: NewKeyPair, capabilities: Capabilities): Result<Metadata, CallFailure> {
  const checked = checkNamed(options, capabilities)
  const { description, tags = {}, group } = options
  for (const [key, value] of Object.entries(tags)) mustBeText(value, `The tag ${JSON.stringify(key)}`)
  return checked.map(() => ({ description, tags, group }))
}

/** Checks a name and what is to be kept under it; a tag may be null, where it may be one to remove. */
export function checkNamed(options: Named, capabilities: Capabilities): Result<null, CallFailure> {
  mustBe(typeof options === 'object' && options !== null, 'A key pair is described by an object')
  mustBeText(options.name, 'name')
  mustBeMetadata(options)
  const problem = nameProblem(options.name, capabilities.name.maxLength)
  if (problem !== undefined) return err(badName(options.name, problem))
  const unkept = metadataProblem(options, capabilities, 'at-creation')
  return unkept === undefined ? ok(null) : err(unkept)
}

type Named = Pick<NewKeyPair, 'name'> & Pick<UpdateOptions, 'description' | 'tags' | 'group'>
