import {
  absent,
  type AccessKey,
  type CredentialSource,
  optionSource,
  readAccessKey,
  readSmallFile,
  type Surroundings,
  unusable,
  variablesSource,
} from '@cloud-keypair/core/credentials'
import { parse } from 'ini'
import { join } from 'node:path'
import * as v from 'valibot'
import type { TencentOptions } from './options.js'

const names = { id: 'secretId', secret: 'secretKey', token: 'token' }

// The names and files are those of common/credential.js of tencentcloud-sdk-nodejs-common.
const variables = {
  id: 'TENCENTCLOUD_SECRET_ID',
  secret: 'TENCENTCLOUD_SECRET_KEY',
  token: 'TENCENTCLOUD_SESSION_TOKEN',
}
const section = v.object({ secret_id: v.optional(v.unknown()), secret_key: v.optional(v.unknown()) })

/** Makes the source of a profile in one file. A profile that is asked for by name must be in one of the files. */
function fileSource(path: string, profile: string): CredentialSource<AccessKey> {
  return {
    name: path,
    find: () => {
      const text = readSmallFile(path)
      if (text.isErr()) return unusable(`${path} ${text.error}`)
      if (text.value === undefined) return absent('there is no such file')
      const fields = v.safeParse(section, parse(text.value)[profile])
      if (!fields.success) return absent(`it has no profile ${profile}`)
      const { secret_id: secretId, secret_key: secretKey } = fields.output
      return readAccessKey({ secretId, secretKey }, `the profile ${profile} of ${path}`, names)
    },
  }
}

/** The way for a user to get credentials. */
export const advice =
  'Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or write secret_id and secret_key into ~/.tencentcloud/credentials.'

/** Makes the sources that the options leave, in the order in which they are asked. */
export function credentialSources(
  { credentials, profile }: TencentOptions,
  { environment, home }: Surroundings,
): readonly CredentialSource<AccessKey>[] {
  if (credentials !== undefined) {
    return [optionSource(credentials, (given, source) => readAccessKey(given, source, names))]
  }
  const own = home === undefined ? [] : [join(home, '.tencentcloud', 'credentials')]
  const files = [...own, '/etc/tencentcloud/credentials'].map((path) => fileSource(path, profile ?? 'default'))
  return profile === undefined ? [variablesSource(environment, variables, names), ...files] : files
}
