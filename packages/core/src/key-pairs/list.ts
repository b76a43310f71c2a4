import { mustBeText } from '../engine/type-checks.js'
import type { CallFailure, DescribeKeyPairsRequest } from '../contract/driver.js'
import { literalPrefix, matcher } from './name-pattern.js'
import type { KeyPair } from '../contract/key-pair.js'
import { listPages } from '../engine/list-pages.js'
import { md5Of } from './compare.js'
import { normalizeMd5 } from '../key-material/fingerprint.js'
import { mustBeMetadata } from './metadata.js'
import type { ServiceContext } from '../engine/operation.js'
import { badArgument, cannot } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'
import type { ListKeyPairsOptions, ResultIterable } from '../contract/store.js'

type ListRequest = Omit<Extract<DescribeKeyPairsRequest, { kind: 'list' }>, 'cursor'>

/** Every key pair that fits. The driver may narrow; what fits is decided here. */
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
    prepare: async () =>
      checked.map((request) => ({
        readPage: (cursor, call) => driver.doDescribeKeyPairs({ ...request, cursor }, call),
        select: (keyPair) => (fits(keyPair, options) ? keyPair : undefined),
      })),
    keyOf: ({ id, name }) => id ?? name,
  })
}

function checkList({ driver }: ServiceContext, options: ListKeyPairsOptions): Result<ListRequest, CallFailure> {
  const { namePattern = '*', fingerprint, tags = {}, group } = options
  const { capabilities } = driver
  const md5Fingerprint = fingerprint === undefined ? undefined : normalizeMd5(fingerprint)
  if (fingerprint !== undefined && md5Fingerprint === undefined) {
    return err(
      badArgument('the fingerprint is not an MD5 one, of 16 bytes in hexadecimal', 'ssh-keygen -l -E md5 prints it.'),
    )
  }
  if (Object.keys(tags).length > 0 && capabilities.tags === 'none')
    return err(cannot('this cloud keeps no tags with a key pair'))
  if (group !== undefined && capabilities.group === 'none')
    return err(cannot('this cloud keeps no group with a key pair'))
  const namePrefix = literalPrefix(namePattern)
  return ok({ kind: 'list', pageSize: capabilities.pageSize, namePrefix, md5Fingerprint, tags, group })
}

function fits(keyPair: KeyPair, { namePattern, fingerprint, tags = {}, group }: ListKeyPairsOptions): boolean {
  return (
    (namePattern === undefined || matcher(namePattern)(keyPair.name)) &&
    (fingerprint === undefined || md5Of(keyPair) === normalizeMd5(fingerprint)) &&
    Object.entries(tags).every(([key, value]) => keyPair.tags?.[key] === value) &&
    (group === undefined || keyPair.group === group)
  )
}
