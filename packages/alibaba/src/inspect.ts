import { type CredentialReport, inspectCredentials } from '@cloud-keypair/core/credentials'
import { advice, credentialSources, surroundingsOf } from './credentials.js'
import { readOwner } from './credentials/sts.js'
import { type AlibabaOptions, checkOptions } from './options.js'

/**
 * Finds the credentials that the options lead to, asks Alibaba Cloud whose they are, and reports what was tried.
 *
 * Throws a `TypeError` for an option of the wrong type; everything else is in the report, which holds no secret. It
 * takes some twenty seconds at most, and as long as the function `credentials` or the command of a profile takes.
 */
export async function inspectAlibabaCredentials(options: AlibabaOptions = {}): Promise<CredentialReport> {
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
