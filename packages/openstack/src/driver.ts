import { err, type KeyPair, ok, type Result, systemClock } from '@cloud-keypair/core'
import { findCredentials } from '@cloud-keypair/core/credentials'
import {
  type CallContext,
  type CallFailure,
  type KeyPairStoreDriver,
  type Page,
  refusal,
} from '@cloud-keypair/core/driver'
import { createCredentialCache, deleteOneByOne } from '@cloud-keypair/core/http'
import { capabilities } from './capabilities.js'
import { createCall, createTransports } from './client.js'
import { advice, credentialSources, type Environment, hasVariables } from './credentials.js'
import { readAddress } from './endpoint.js'
import { beginAgain, keyPairPage, positionOf, serverPage } from './mapping.js'
import { checkOptions, type OpenStackOptions } from './options.js'
import * as requests from './requests.js'
import * as schemas from './schemas.js'
import { openSession, type Session } from './session.js'

const unsupported = refusal('unsupported', 'OpenStack keeps nothing about a key pair but its name and its public key')
const oneAtATime = refusal('invalid-argument', 'Nova reads one key pair by its name in a call')

/**
 * Makes the driver of OpenStack Nova. Nothing is read or sent before its first call.
 *
 * Throws a `TypeError` for an option of the wrong type. An address, a region or credentials that cannot be used are
 * what the calls answer: `invalid-argument`, `unauthenticated`.
 */
export function createOpenStackDriver(options: OpenStackOptions = {}): KeyPairStoreDriver {
  checkOptions(options)
  const { clock = systemClock, environment = process.env } = options.testing ?? {}
  const transports = createTransports(options, environment)
  const now = (): number => clock.now()
  const sessions = createCredentialCache<Session>(async () => {
    const { credentials: found } = await findCredentials(credentialSources(options, environment), advice)
    if (found.isErr()) return err(found.error)
    return openSession(found.value, { transport: transports.for(found.value.certificateAuthorities), now })
  }, now)
  const call = createCall(sessions, now)

  async function show(name: string, context: CallContext): Promise<Result<Page<KeyPair>, CallFailure>> {
    const answer = await call(requests.showKeyPair(name), schemas.keyPairSchema, context)
    return answer
      .map(({ value }): Page<KeyPair> => ({ items: [value] }))
      .orElse((failure) => (failure.code === 'not-found' ? ok({ items: [] }) : err(failure)))
  }

  return {
    provider: 'openstack',
    location: locationOf(options, environment),
    capabilities,
    bytesOf: (_call, item) => Buffer.byteLength(item),

    async doDescribeKeyPairs(request, context) {
      if (request.kind === 'exact') {
        const [keyPair, ...others] = request.keyPairs
        if (keyPair?.by !== 'name' || others.length > 0) return err(oneAtATime)
        return show(keyPair.name, context)
      }
      const position = positionOf(request.cursor)
      const limit = Math.min(request.pageSize, capabilities.pageSize)
      const answer = await call(requests.listKeyPairs(limit, position.marker), schemas.keyPairsSchema, context)
      return answer.map(({ value }) => keyPairPage(value, position)).orElse((failure) => beginAgain(failure, position))
    },
    async doImportKeyPair({ name, publicKey }, context) {
      const answer = await call(requests.importKeyPair(name, publicKey), schemas.keyPairSchema, context)
      return answer.map(({ value }) => value)
    },
    async doCreateKeyPair({ name }, context) {
      const answer = await call(requests.createKeyPair(name), schemas.generatedSchema(name), context)
      return answer.map(({ value }) => value)
    },
    doUpdateKeyPair: async () => err(unsupported),
    doDeleteKeyPairs: (keyPairs, context) =>
      deleteOneByOne(keyPairs, ({ name }) => call(requests.deleteKeyPair(name), schemas.deletedSchema, context)),
    async doDescribeInstances(request, context) {
      const answer = await call(requests.listServers(request.cursor), schemas.serversSchema, context)
      return answer.map(({ value, as }) => {
        const page = serverPage(value, as)
        if (request.kind !== 'exact') return page
        return { ...page, items: page.items.filter(({ id }) => request.instanceIds.includes(id)) }
      })
    },
    close: () => transports.close(),
  }
}

/** Returns the parts of the address that are known before a file or the catalog is read. */
function locationOf(options: OpenStackOptions, environment: Environment): KeyPairStoreDriver['location'] {
  const known = options.credentials !== undefined || hasVariables(options, environment) ? environment : {}
  const address = options.endpoint ?? options.authUrl ?? known['OS_AUTH_URL'] ?? ''
  return {
    region: options.region ?? known['OS_REGION_NAME'] ?? '',
    endpoint: readAddress(address, 'the address').unwrapOr(''),
  }
}
