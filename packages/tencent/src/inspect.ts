import { ok, systemClock } from '@cloud-keypair/core'
import { type CredentialReport, inspectCredentials } from '@cloud-keypair/core/credentials'
import { createCredentialCache, createHttpTransport } from '@cloud-keypair/core/http'
import { createCall } from './client.js'
import { advice, credentialSources } from './credentials.js'
import { resolveEndpoint } from './endpoint.js'
import { checkOptions, type TencentOptions } from './options.js'
import { getCallerIdentity } from './requests.js'
import { ownerSchema } from './schemas.js'

const limitMs = 10_000

/**
 * Finds the credentials that the options lead to, asks STS whose they are, and reports what was tried.
 *
 * Throws a `TypeError` for an option of the wrong type; everything else is in the report, which holds no secret. It
 * takes some ten seconds at most, and as long as the credentials take.
 */
export async function inspectTencentCredentials(options: TencentOptions = {}): Promise<CredentialReport> {
  checkOptions(options)
  const { testing: { environment = process.env, clock = systemClock } = {}, certificateAuthorities } = options
  const transport = options.transport ?? createHttpTransport({ environment, certificateAuthorities })
  const now = (): number => clock.now()
  const endpoint = resolveEndpoint(options, environment).map(({ region }) => ({
    origin: 'https://sts.tencentcloudapi.com',
    region,
  }))
  try {
    return await inspectCredentials({
      sources: credentialSources(options, environment),
      advice,
      keyIdOf: ({ secretId }) => secretId,
      readOwner: (found) => {
        const call = createCall({ endpoint, credentials: createCredentialCache(async () => ok(found)), transport, now })
        const context = { signal: AbortSignal.timeout(limitMs), token: '', trace: () => undefined }
        return call(getCallerIdentity, ownerSchema, context)
      },
    })
  } finally {
    if (options.transport === undefined) await transport.close()
  }
}
