import { resolve } from 'node:path'
import type { Secret } from '@cloud-keypair/core'
import { readText } from '../instance-ids.js'
import { passphraseSource, readPassphrase } from '../passphrase.js'
import { mustBeCreatable } from '../private-key.js'
import type { Session } from '../session.js'
import { usageError } from '../usage-error.js'
import { bitsOf, mustSuitKeyType } from '../values.js'
import type { Job } from './job.js'

/** The options of a private key that a rotation generates. */
export interface GeneratedKeyOptions {
  readonly privateKey?: string | undefined
  readonly reuse?: true | undefined
  readonly passphrase?: string | undefined
  readonly keyType?: Job['keyType']
  readonly bits?: keyof typeof bitsOf | undefined
}

/** The new key of a rotation: a public key that exists, or how the job generates and saves a key. */
export interface NewKey {
  readonly publicKey?: string
  readonly job: Pick<Job, 'privateKeyFile' | 'passphrase' | 'keyType' | 'bits'>
  readonly passphrase?: Secret
}

/** Returns the new key of a rotation. Throws a usage error if both a public and a private key are given, or neither. */
export async function newKeyOf(
  publicKeyFile: string | undefined,
  options: GeneratedKeyOptions,
  session: Session,
): Promise<NewKey> {
  if (publicKeyFile === undefined) return generatedKeyOf(options, session)
  mustGenerateNone(options)
  return { publicKey: await readText(publicKeyFile, session.surroundings.stdin), job: {} }
}

/** Returns how a rotation generates its key. Reads the passphrase. */
export async function generatedKeyOf(
  { privateKey, reuse, passphrase, keyType, bits }: GeneratedKeyOptions,
  session: Session,
): Promise<NewKey> {
  mustSuitKeyType(keyType, { bits, passphrase })
  if (privateKey === undefined) {
    throw usageError('no new key is given', 'Give --private-key for a new key, or --public-key for a key that exists.')
  }
  if (privateKey === '-') {
    throw usageError(
      'a rotation keeps its private key in a file, so that it can be resumed',
      'Give --private-key a file.',
    )
  }
  const privateKeyFile = resolve(privateKey)
  if (reuse !== true) await mustBeCreatable(privateKeyFile)
  const source = passphrase === undefined ? undefined : passphraseSource(passphrase)
  return {
    job: {
      privateKeyFile,
      ...(source !== undefined && { passphrase: source }),
      ...(keyType !== undefined && { keyType }),
      ...(bits !== undefined && { bits: bitsOf[bits] }),
    },
    ...(source !== undefined && { passphrase: await readPassphrase(source, privateKeyFile, session) }),
  }
}

/** Throws a usage error for an option that means nothing without a key that is generated. */
export function mustGenerateNone({ privateKey, reuse, passphrase, keyType, bits }: GeneratedKeyOptions): void {
  const given = [
    privateKey && '--private-key',
    reuse && '--reuse',
    passphrase && '--passphrase',
    keyType && '--key-type',
    bits && '--bits',
  ].find(Boolean)
  if (given) throw usageError(`no key is generated, so ${given} has no effect`, `Leave out ${given}.`)
}
