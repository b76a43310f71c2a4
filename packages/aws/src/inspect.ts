import { ok, systemClock } from '@cloud-keypair/core'
import { type CredentialReport, inspectCredentials } from '@cloud-keypair/core/credentials'
import { createCredentialCache, createHttpTransport } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { createCall } from './client.js'
import { advice, credentialSources } from './credentials.js'
import { hostOf, resolveEndpoint } from './endpoint.js'
import { type AwsOptions, checkOptions } from './options.js'
import type { WireRequest } from './requests.js'

// `GetCallerIdentity` of the service model of STS: botocore/data/sts/2011-06-15 in github.com/boto/botocore.
const request: WireRequest = {
  api: { service: 'sts', version: '2011-06-15' },
  action: 'GetCallerIdentity',
  mutating: false,
  parameters: {},
}
const ownerSchema = v.pipe(
  v.object({ GetCallerIdentityResult: v.object({ Account: v.string(), Arn: v.string() }) }),
  v.transform(({ GetCallerIdentityResult: { Account, Arn } }) => ({ account: Account, name: Arn })),
)
const limitMs = 10_000

/**
 * Finds the credentials that the options lead to, asks STS whose they are, and reports what was tried.
 *
 * Throws a `TypeError` for an option of the wrong type; everything else is in the report, which holds no secret. It
 * takes some ten seconds at most, and as long as the credentials take.
 */
export async function inspectAwsCredentials(options: AwsOptions = {}): Promise<CredentialReport> {
  checkOptions(options)
  const { testing: { environment = process.env, clock = systemClock } = {}, certificateAuthorities } = options
  const transport = options.transport ?? createHttpTransport({ environment, certificateAuthorities })
  const now = (): number => clock.now()
  const endpoint = resolveEndpoint(options, environment).map(({ region }) => {
    const host = hostOf('sts', region)
    return { origin: `https://${host}`, host, region }
  })
  try {
    return await inspectCredentials({
      sources: credentialSources(options, environment),
      advice,
      keyIdOf: ({ accessKeyId }) => accessKeyId,
      readOwner: async (found) => {
        const call = createCall({ endpoint, credentials: createCredentialCache(async () => ok(found)), transport, now })
        return call(request, ownerSchema, { signal: AbortSignal.timeout(limitMs), token: '', trace: () => undefined })
      },
    })
  } finally {
    if (options.transport === undefined) await transport.close()
  }
}
