import { type CredentialReport, inspectCredentials, surroundingsOf } from '@cloud-keypair/core/credentials'
import { keepCredentials } from '@cloud-keypair/core/http'
import { createCall } from './client.js'
import { advice, credentialSources } from './credentials.js'
import { resolveEndpoint } from './endpoint.js'
import { checkOptions, type TencentOptions } from './options.js'
import { getCallerIdentity } from './requests.js'
import { ownerSchema } from './schemas.js'

/**
 * Finds the credentials that the options lead to, asks STS whose they are, and reports what was tried.
 *
 * Throws a `TypeError` for an option of the wrong type; everything else is in the report, which holds no secret. It
 * takes some ten seconds at most, and as long as the credentials take.
 */
export async function inspectTencentCredentials(options: TencentOptions = {}): Promise<CredentialReport> {
  checkOptions(options)
  const surroundings = surroundingsOf(options)
  const origin = 'https://sts.tencentcloudapi.com'
  const endpoint = resolveEndpoint(options, surroundings.environment).map(({ region }) => ({ origin, region }))
  return inspectCredentials({
    sources: credentialSources(options, surroundings),
    advice,
    keyIdOf: ({ id }) => id,
    readOwner: async (found, context) => {
      const call = createCall(endpoint, keepCredentials(found), surroundings)
      return (await call(getCallerIdentity, ownerSchema, context)).map(({ value }) => value)
    },
    close: () => surroundings.transport.close(),
  })
}
