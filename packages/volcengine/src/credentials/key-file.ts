import {
  absent,
  type CredentialSource,
  type Finding,
  parseJson,
  readSmallFile,
  unusable,
} from '@cloud-keypair/core/credentials'
import { join } from 'node:path'
import * as v from 'valibot'
import { volcNames } from './environment.js'
import { type Credentials, takeKeys } from './keys.js'
import type { Surroundings } from './surroundings.js'

/** Makes the source of the file that @volcengine/openapi reads. */
export function keyFileSource({ home }: Surroundings): CredentialSource<Credentials> {
  if (home === undefined) return { name: '~/.volc/config', find: () => absent('the user has no home directory') }
  const path = join(home, '.volc', 'config')
  return { name: path, find: () => readKeyFile(path) }
}

function readKeyFile(path: string): Finding<Credentials> {
  const text = readSmallFile(path)
  if (text.isErr()) return unusable(`${path} ${text.error}`)
  if (text.value === undefined) return absent('there is no such file')
  const values = parseJson(text.value)
  if (Array.isArray(values) || !v.is(v.record(v.string(), v.unknown()), values)) {
    return unusable(`${path} is not a JSON object`)
  }
  return takeKeys(values, path, volcNames) ?? absent('it has no access key')
}
