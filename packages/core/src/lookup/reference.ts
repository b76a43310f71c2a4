import type { Capabilities } from '../contract/capabilities.js'
import type { KeyPairHandle } from '../contract/key-pair-driver.js'
import type { KeyPair, KeyPairReference } from '../contract/key-pair.js'
import { tryToRead } from '../engine/read-options.js'
import { type Failure, invalidName, quote, refusal } from '../errors/failures.js'
import { mustBe, mustBeText, nameProblem, textProblem } from '../errors/type-checks.js'
import { err, ok, type Result } from '../result.js'

const maxIdLength = 256

/** Copies a reference, without what else a key pair has. Throws a `TypeError` for anything else. */
export function readReference(keyPair: KeyPairReference): KeyPairReference {
  mustBe(typeof keyPair === 'object' && keyPair !== null, 'A key pair is named by { name } or { id }')
  const { id, name } = tryToRead('A key pair reference', () => ({ id: keyPair.id, name: keyPair.name }))
  if (id !== undefined) mustBeText(id, "A key pair's id")
  if (name !== undefined) {
    mustBeText(name, "A key pair's name")
    return id === undefined ? { name } : { name, id }
  }
  mustBe(id !== undefined, 'A key pair is named by { name } or { id }')
  return { id }
}

/** Returns the id or name that this cloud identifies a reference by, for messages and batches. */
export function itemId(keyPair: KeyPairReference, capabilities: Capabilities): string {
  const byId = capabilities.identity.includes('id') ? keyPair.id : undefined
  return byId ?? keyPair.name ?? keyPair.id ?? ''
}

/** Returns a reference as messages show it: by its name if there is one, else by its id. */
export function displayName(keyPair: KeyPairReference): string {
  return quote(keyPair.name ?? keyPair.id ?? '')
}

/** Resolves a reference to an id or name that this cloud accepts. Fails with `unsupported` or `invalid-argument`. */
export function resolveReference(
  keyPair: KeyPairReference,
  capabilities: Capabilities,
): Result<KeyPairHandle, Failure> {
  const { identity, name } = capabilities
  if (keyPair.id !== undefined && identity.includes('id')) {
    const problem = textProblem(keyPair.id, maxIdLength)
    return problem === undefined
      ? ok({ by: 'id', id: keyPair.id })
      : err(refusal('invalid-argument', `the id ${quote(keyPair.id)} cannot be one: ${problem}`))
  }
  if (keyPair.name !== undefined && identity.includes('name')) {
    const problem = nameProblem(keyPair.name, name)
    return problem === undefined ? ok({ by: 'name', name: keyPair.name }) : err(invalidName(keyPair.name, problem))
  }
  const other = keyPair.id === undefined ? 'name' : 'id'
  return err(
    refusal(
      'unsupported',
      `this cloud does not resolve a key pair by its ${other}`,
      `Name it by its ${identity.join(' or ')}.`,
    ),
  )
}

const notFoundHint = 'Check the name or the id, and the region and the account of this service.'

/** Returns the one key pair that a handle names. */
export function exactlyOne(keyPairs: readonly KeyPair[], handle: KeyPairHandle): Result<KeyPair, Failure> {
  const matches = keyPairs.filter((keyPair) => isNamedBy(handle, keyPair))
  const [first, second] = matches
  if (first === undefined) return err(refusal('not-found', 'the cloud lists no such key pair', notFoundHint))
  if (second === undefined) return ok(first)
  const ids = matches.map((keyPair) => keyPair.id ?? '?').join(', ')
  return err(
    refusal('conflict', `${matches.length} key pairs have this name: ${ids}`, 'Name the one you mean by its id.'),
  )
}

export function isNamedBy(handle: KeyPairHandle, keyPair: KeyPair): boolean {
  return handle.by === 'id' ? keyPair.id === handle.id : keyPair.name === handle.name
}
