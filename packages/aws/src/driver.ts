import { err } from '@cloud-keypair/core'
import { credentialsOf, surroundingsOf } from '@cloud-keypair/core/credentials'
import { type KeyPairStoreDriver, refusal } from '@cloud-keypair/core/driver'
import { deleteOneByOne, locationOf } from '@cloud-keypair/core/http'
import { capabilities } from './capabilities.js'
import { createCall } from './client.js'
import { advice, credentialSources } from './credentials.js'
import { resolveEndpoint } from './endpoint.js'
import { type AwsOptions, checkOptions } from './options.js'
import * as requests from './requests.js'
import * as schemas from './schemas.js'

const unsupported = refusal('unsupported', 'Amazon EC2 keeps tags, and nothing else about a key pair')

/**
 * Makes the driver of Amazon EC2. Nothing is read or sent before its first call.
 *
 * Throws a `TypeError` for an option of the wrong type. A region, an endpoint or credentials that cannot be used are
 * what the calls answer: `invalid-argument`, `unauthenticated`.
 */
export function createAwsDriver(options: AwsOptions = {}): KeyPairStoreDriver {
  checkOptions(options)
  const surroundings = surroundingsOf(options)
  const endpoint = resolveEndpoint(options, surroundings.environment)
  const credentials = credentialsOf(credentialSources(options, surroundings), advice, surroundings.now)
  const call = createCall(endpoint, credentials, surroundings)

  return {
    provider: 'aws',
    location: locationOf(endpoint),
    capabilities,
    bytesOf: (_call, item) => Buffer.byteLength(item),

    async doDescribeKeyPairs(request, context) {
      const read = (filters: readonly requests.Filter[]) =>
        call(requests.describeKeyPairs(filters), schemas.keyPairsSchema, context)
      if (request.kind === 'list') {
        const answer = await read(requests.prefixFilters(request.namePrefix))
        return answer.map((items) => ({ items }))
      }
      // Names and ids are two calls: the second is the next page.
      const filters = requests.lookupFilters(request.keyPairs)
      const at = Number(request.cursor ?? 0)
      const answer = await read(filters.slice(at, at + 1))
      return answer.map((items) => ({ items, ...(at + 1 < filters.length && { cursor: String(at + 1) }) }))
    },
    doImportKeyPair: ({ name, publicKey, tags }, context) =>
      call(requests.importKeyPair(name, publicKey, tags), schemas.keyPairSchema, context),
    doCreateKeyPair: ({ name, tags }, context) =>
      call(requests.createKeyPair(name, tags), schemas.generatedSchema(name), context),
    async doUpdateKeyPair({ keyPair: { id = '' }, change }, context) {
      switch (change.kind) {
        case 'set-tags':
          return call(requests.createTags(id, change.tags), schemas.taggedSchema, context)
        case 'remove-tags':
          return call(requests.deleteTags(id, change.keys), schemas.taggedSchema, context)
        case 'description':
        case 'group':
          return err(unsupported)
      }
    },
    doDeleteKeyPairs: (keyPairs, context) =>
      deleteOneByOne(keyPairs, ({ id = '' }) => call(requests.deleteKeyPair(id), schemas.deletedSchema, context)),
    doDescribeInstances: (request, context) =>
      call(requests.describeInstances(request), schemas.instancesSchema, context),
    close: () => surroundings.transport.close(),
  }
}
