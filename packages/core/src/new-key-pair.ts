import type { Capabilities } from './capabilities.js'
import { mustBe, mustBeText, nameProblem } from './check.js'
import type { CallFailure, Metadata } from './driver.js'
import { mustBeMetadata, metadataProblem } from './metadata.js'
import { badName } from './references.js'
import { err, ok, type Result } from './result.js'
import type { NewKeyPair } from './service.js'

/** Checks what every way to a new key pair takes. */
export function checkNew(options: NewKeyPair, capabilities: Capabilities): Result<Metadata, CallFailure> {
  mustBe(typeof options === 'object' && options !== null, 'A new key pair is described by an object')
  mustBeText(options.name, 'name')
  mustBeMetadata(options)
  for (const [key, value] of Object.entries(options.tags ?? {})) mustBeText(value, `The tag ${JSON.stringify(key)}`)
  const problem = nameProblem(options.name, capabilities.name.maxLength)
  if (problem !== undefined) return err(badName(options.name, problem))
  const unkept = metadataProblem(options, capabilities, 'at-creation')
  if (unkept !== undefined) return err(unkept)
  const { description, tags = {}, group } = options
  return ok({ description, tags, group })
}
