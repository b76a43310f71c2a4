import { systemClock } from '@cloud-keypair/core'
import { type CredentialReport, inspectCredentials } from '@cloud-keypair/core/credentials'
import { createTransports } from './client.js'
import { advice, credentialSources } from './credentials.js'
import { checkOptions, type OpenStackOptions } from './options.js'
import { logIn } from './session.js'

/**
 * Finds the credentials that the options lead to, gets a token with them, and reports what was tried. The account of the
 * owner is the project, and its name that of the user.
 *
 * Throws a `TypeError` for an option of the wrong type; everything else is in the report, which holds no secret. It
 * takes some ten seconds at most, and as long as the credentials take.
 */
export async function inspectOpenStackCredentials(options: OpenStackOptions = {}): Promise<CredentialReport> {
  checkOptions(options)
  const { environment = process.env, clock = systemClock } = options.testing ?? {}
  const transports = createTransports(options, environment)
  return inspectCredentials({
    sources: credentialSources(options, environment),
    advice,
    keyIdOf: ({ identity }) => (identity.kind === 'token' ? '' : identity.name),
    readOwner: async (account) => {
      const transport = transports.for(account.certificateAuthorities)
      const login = await logIn(account, { transport, now: () => clock.now() })
      return login.map(({ projectId, userName }) => ({ account: projectId, kind: 'user', name: userName }))
    },
    close: () => transports.close(),
  })
}
