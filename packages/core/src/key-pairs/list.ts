import type { DescribeKeyPairsRequest } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { ResultIterable } from '../contract/options.js'
import type { ListKeyPairsOptions } from '../contract/store.js'
import { listPages } from '../engine/list-pages.js'
import type { ServiceContext } from '../engine/operation.js'
import { type Failure, refusal } from '../errors/failures.js'
import { mustBeText } from '../errors/type-checks.js'
import { normalizeMd5 } from '../key-material/fingerprint.js'
import { hasMd5 } from '../lookup/compare-key.js'
import { err, ok, type Result } from '../result.js'
import { malformedText, mustBeMetadata } from './metadata.js'

type ListRequest = Omit<Extract<DescribeKeyPairsRequest, { kind: 'list' }>, 'cursor'>

/** Lists every matching key pair. The driver may filter; this function decides. */
export function listKeyPairs(context: ServiceContext, options: ListKeyPairsOptions): ResultIterable<KeyPair> {
  const { namePattern, fingerprint } = options
  if (namePattern !== undefined) mustBeText(namePattern, 'namePattern')
  if (fingerprint !== undefined) mustBeText(fingerprint, 'fingerprint')
  mustBeMetadata(options)
  const { driver } = context
  const checked = checkList(context, options)
  const subject = { provider: driver.provider, operation: 'list', about: '' }
  return listPages<KeyPair, KeyPair>(context, subject, options, {
    call: 'list',
    open: async () =>
      checked.map((request) => ({
        readPage: (cursor, call) => driver.doDescribeKeyPairs({ ...request, cursor }, call),
        map: (keyPair) => (fits(keyPair, options) ? keyPair : undefined),
      })),
    keyOf: ({ id, name }) => id ?? name,
  })
}

function checkList({ driver }: ServiceContext, options: ListKeyPairsOptions): Result<ListRequest, Failure> {
  const { namePattern = '*', fingerprint, tags = {}, group } = options
  const { capabilities } = driver
  const md5Fingerprint = fingerprint === undefined ? undefined : normalizeMd5(fingerprint)
  if (fingerprint !== undefined && md5Fingerprint === undefined) {
    return err(
      refusal(
        'invalid-argument',
        'the fingerprint is not an MD5 one, of 16 bytes in hexadecimal',
        'ssh-keygen -l -E md5 prints it.',
      ),
    )
  }
  const malformed = malformedText({ tags, group })
  if (malformed !== undefined) return err(malformed)
  if (!namePattern.isWellFormed()) return err(refusal('invalid-argument', 'namePattern is not well-formed Unicode'))
  if (Object.keys(tags).length > 0 && capabilities.tags === 'none')
    return err(refusal('unsupported', 'this cloud keeps no tags with a key pair'))
  if (group !== undefined && capabilities.group === 'none')
    return err(refusal('unsupported', 'this cloud keeps no group with a key pair'))
  const namePrefix = literalPrefix(namePattern)
  return ok({ kind: 'list', pageSize: capabilities.pageSize, namePrefix, md5Fingerprint, tags, group })
}

function fits(keyPair: KeyPair, { namePattern, fingerprint, tags = {}, group }: ListKeyPairsOptions): boolean {
  return (
    (namePattern === undefined || matcher(namePattern)(keyPair.name)) &&
    (fingerprint === undefined || hasMd5(keyPair, normalizeMd5(fingerprint) ?? '')) &&
    Object.entries(tags).every(([key, value]) => keyPair.tags?.[key] === value) &&
    (group === undefined || keyPair.group === group)
  )
}

/** Makes a test of whole names against a pattern in which `*` stands for any text and nothing else is special. */
export function matcher(pattern: string): (name: string) => boolean {
  const [prefix = '', ...rest] = pattern.split('*')
  const suffix = rest.pop()
  if (suffix === undefined) return (name) => name === pattern
  return (name) => {
    if (!name.startsWith(prefix)) return false
    let position = prefix.length
    for (const part of rest) {
      const found = name.indexOf(part, position)
      if (found < 0) return false
      position = found + part.length
    }
    return name.length - suffix.length >= position && name.endsWith(suffix)
  }
}

/** Returns the start of every name that matches the pattern. */
export function literalPrefix(pattern: string): string {
  return pattern.split('*', 1)[0] ?? ''
}
