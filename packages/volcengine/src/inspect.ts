import { type CredentialReport, inspectCredentials } from '@cloud-keypair/core/credentials'
import { advice, credentialSources, surroundingsOf } from './credentials.js'
import { readOwner } from './credentials/sts.js'
import { checkOptions, type VolcengineOptions } from './options.js'

/**
 * Finds the credentials that the options lead to, asks Volcengine whose they are, and reports what was tried.
 *
 * Throws a `TypeError` for an option of the wrong type; everything else is in the report, which holds no secret. It
 * takes some twenty seconds at most, and as long as the function `credentials` takes.
 */
export async function inspectVolcengineCredentials(options: VolcengineOptions = {}): Promise<CredentialReport> {
  checkOptions(options)
  const surroundings = surroundingsOf(options)
  return inspectCredentials({
    sources: credentialSources(options, surroundings),
    advice,
    keyIdOf: ({ accessKeyId }) => accessKeyId,
    readOwner: (credentials) => readOwner(credentials, surroundings),
    close: () => surroundings.transport.close(),
  })
}
