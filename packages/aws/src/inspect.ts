import { type CredentialReport, inspectCredentials, surroundingsOf } from '@cloud-keypair/core/credentials'
import { keepCredentials } from '@cloud-keypair/core/http'
import { createCall } from './client.js'
import { advice, credentialSources } from './credentials.js'
import { hostOf, resolveEndpoint } from './endpoint.js'
import { type AwsOptions, checkOptions } from './options.js'
import { getCallerIdentity } from './requests.js'
import { ownerSchema } from './schemas.js'

/**
 * Finds the credentials that the options lead to, asks STS whose they are, and reports what was tried.
 *
 * Throws a `TypeError` for an option of the wrong type; everything else is in the report, which holds no secret. It
 * takes some ten seconds at most, and as long as the credentials take.
 */
export async function inspectAwsCredentials(options: AwsOptions = {}): Promise<CredentialReport> {
  checkOptions(options)
  const surroundings = surroundingsOf(options)
  const endpoint = resolveEndpoint(options, surroundings.environment).map(({ region }) => {
    const host = hostOf('sts', region)
    return { origin: `https://${host}`, host, region }
  })
  return inspectCredentials({
    sources: credentialSources(options, surroundings),
    advice,
    keyIdOf: ({ id }) => id,
    readOwner: (found, context) =>
      createCall(endpoint, keepCredentials(found), surroundings)(getCallerIdentity, ownerSchema, context),
    close: () => surroundings.transport.close(),
  })
}
