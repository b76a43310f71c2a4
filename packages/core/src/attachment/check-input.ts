import type { Capabilities, InstanceCapabilities } from '../contract/capabilities.js'
import type { KeyPairHandle } from '../contract/key-pair-driver.js'
import type { KeyPairReference } from '../contract/key-pair.js'
import { tryToRead } from '../engine/read-options.js'
import { type Failure, quote, refusal } from '../errors/failures.js'
import { mustBeList, mustBeText, textProblem } from '../errors/type-checks.js'
import { resolveReference } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'

const maxInstanceIdLength = 256

/** Copies instance ids. Throws a `TypeError` for anything but an array of strings. */
export function readInstanceIds(instanceIds: readonly string[]): readonly string[] {
  mustBeList(instanceIds, 'Instance ids are given as an array of strings')
  const ids = tryToRead('The list of instance ids', () => copyTexts(instanceIds))
  ids.forEach((id, index) => mustBeText(id, `The instance id at index ${index}`))
  return ids
}

/** Copies a list up to the first entry that is no text. A list can claim more entries than memory can hold. */
function copyTexts(list: readonly string[]): readonly string[] {
  const copy: string[] = []
  for (const entry of list) {
    copy.push(entry)
    if (typeof entry !== 'string') break
  }
  return copy
}

/** Returns the failure for a text that no cloud uses as an instance id. Undefined if there is none. */
function instanceIdProblem(ids: readonly string[]): Failure | undefined {
  for (const [index, id] of ids.entries()) {
    const problem = textProblem(id, maxInstanceIdLength)
    if (problem !== undefined)
      return refusal('invalid-argument', `${quote(id)}, at index ${index}, cannot be an instance id: ${problem}`)
  }
  return undefined
}

interface Checked {
  readonly handle: KeyPairHandle
  readonly instances: InstanceCapabilities
}

export function checkChange(
  capabilities: Capabilities,
  keyPair: KeyPairReference,
  ids: readonly string[],
): Result<Checked, Failure> {
  return checkInstanceIds(capabilities, ids).andThen((instances) =>
    resolveReference(keyPair, capabilities).map((handle) => ({ handle, instances })),
  )
}

/** Returns the capabilities for instances, if the cloud has instances and these may be ids of some. */
export function checkInstanceIds(
  { instances }: Capabilities,
  ids: readonly string[],
): Result<InstanceCapabilities, Failure> {
  if (instances === false) return err(refusal('unsupported', 'this cloud binds no key pairs to instances that exist'))
  const problem = instanceIdProblem(ids)
  return problem === undefined ? ok(instances) : err(problem)
}
