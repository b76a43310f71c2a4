import { failedCall, type Finding, unusable } from '@cloud-keypair/core/credentials'
import { readEndpoint } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import type { Profile } from './choose-profile.js'
import { secondsOf, textOf } from './config-file.js'
import { type Credentials, takeSession } from './keys.js'
import { askForJson } from './json-request.js'
import { storedSession } from './stored-session.js'
import type { Surroundings } from './surroundings.js'

// Path and fields: providers/cloud_sso.ts of @alicloud/credentials, and cloudsso/refresh.go of github.com/aliyun/aliyun-cli.

const answerSchema = v.object({ CloudCredential: v.unknown() })

/** Gets credentials with the login of a profile of mode CloudSSO. Nothing renews that login but another one. */
export async function findByCloudSso(profile: Profile, surroundings: Surroundings): Promise<Finding<Credentials>> {
  const stored = storedSession(profile, surroundings)
  if (stored !== undefined) return stored
  const { name, label, fields } = profile
  const hint = `Run aliyun configure --profile ${name}.`
  const setting = (field: string): string | undefined => textOf(fields, field)
  const [signInUrl, accountId, accessConfig] = [
    'cloud_sso_sign_in_url',
    'cloud_sso_account_id',
    'cloud_sso_access_config',
  ].map(setting)
  if (!signInUrl || !accountId || !accessConfig) return unusable(`${label}: it is not configured to the end`, hint)
  const token = setting('access_token')
  const expiresAt = secondsOf(fields, 'cloud_sso_access_token_expire')
  if (token === undefined || expiresAt === undefined) return unusable(`${label}: there is no CloudSSO login`, hint)
  if (expiresAt <= surroundings.now()) return unusable(`${label}: its CloudSSO login ran out`, hint)
  const endpoint = URL.canParse(signInUrl)
    ? readEndpoint(new URL(signInUrl).origin, 'https://signin-cn-shanghai.alibabacloudsso.com', 'the sign-in URL')
    : readEndpoint(signInUrl, 'https://signin-cn-shanghai.alibabacloudsso.com', 'the sign-in URL')
  if (endpoint.isErr()) return failedCall(label, endpoint.error, hint)
  const answer = await askForJson(
    {
      method: 'POST',
      url: `${endpoint.value.origin}/cloud-credentials`,
      headers: { accept: 'application/json', 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ AccountId: accountId, AccessConfigurationId: accessConfig }),
    },
    surroundings,
  )
  if (answer.isErr()) return failedCall(`${label}: CloudSSO`, answer.error, hint)
  const parsed = v.safeParse(answerSchema, answer.value)
  return takeSession(parsed.success ? parsed.output.CloudCredential : undefined, `${label}: the answer of CloudSSO`)
}
