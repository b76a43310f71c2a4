import type { Finding } from '@cloud-keypair/core/credentials'
import type { Profile } from './choose-profile.js'
import { secondsOf, textOf } from './config-file.js'
import { checkKeys, type Credentials } from './keys.js'
import type { Surroundings } from './surroundings.js'

/** A session is renewed this long before its end. */
const marginMs = 60_000

/** Returns the session that the vendor's command stored in a profile; `undefined` if there is none, or if it ends soon. */
export function storedSession({ fields, label }: Profile, { now }: Surroundings): Finding<Credentials> | undefined {
  const expiresAt = secondsOf(fields, 'sts_expiration')
  const accessKeyId = textOf(fields, 'access_key_id')
  const accessKeySecret = textOf(fields, 'access_key_secret')
  const securityToken = textOf(fields, 'sts_token')
  if (expiresAt === undefined || expiresAt - marginMs <= now()) return undefined
  if (!accessKeyId || !accessKeySecret || !securityToken) return undefined
  return checkKeys({ accessKeyId, accessKeySecret, securityToken, expiresAt }, label)
}
