import { err, type Result } from '@cloud-keypair/core'
import { credentialsOf, secretsOf, surroundingsOf } from '@cloud-keypair/core/credentials'
import {
  type CallContext,
  type CallFailure,
  type ItemVerdict,
  type KeyPairDriver,
  refusal,
} from '@cloud-keypair/core/driver'
import { keyPairFrom, locationOf } from '@cloud-keypair/core/http'
import { capabilities } from './capabilities.js'
import { createCall } from './client.js'
import { advice, credentialSources } from './credentials.js'
import { resolveEndpoint } from './endpoint.js'
import { isAskedFor, lookupAt } from './lookup.js'
import { allOk, instanceOf, keyPairOf, pageOf } from './mapping.js'
import { checkOptions, type TencentOptions } from './options.js'
import * as requests from './requests.js'
import * as schemas from './schemas.js'

const unsupported = refusal('unsupported', 'Tencent Cloud CVM changes the description of a key pair, and nothing else')

/** Returns the failure of a group that is not the id of a project: a whole number. */
function projectProblem(group: string | undefined): CallFailure | undefined {
  if (group === undefined || /^\d{1,15}$/.test(group)) return undefined
  const message = 'the group is not the id of a project'
  const hint = 'The group of a key pair is the number of a project of Tencent Cloud.'
  return refusal('invalid-argument', message, hint)
}

/**
 * Makes the driver of Tencent Cloud CVM. Nothing is read or sent before its first call.
 *
 * Throws a `TypeError` for an option of the wrong type. A region, an endpoint or credentials that cannot be used are
 * what the calls answer: `invalid-argument`, `unauthenticated`.
 */
export function createTencentDriver(options: TencentOptions = {}): KeyPairDriver {
  checkOptions(options)
  const surroundings = surroundingsOf(options)
  const endpoint = resolveEndpoint(options, surroundings.environment)
  const credentials = credentialsOf(credentialSources(options, surroundings), advice, surroundings.now)
  const call = createCall(endpoint, credentials, surroundings)

  /** Changes instances: all of them or none. Their records name the work by the id of this request. */
  async function change(
    request: requests.WireRequest,
    ids: readonly string[],
    context: CallContext,
  ): Promise<Result<readonly ItemVerdict[], CallFailure>> {
    return (await call(request, schemas.doneSchema, context)).map(({ value }) => allOk(ids, { task: value.RequestId }))
  }

  return {
    provider: 'tencent',
    location: locationOf(endpoint),
    capabilities,
    bytesOf: (_call, item) => Buffer.byteLength(item),

    async doDescribeKeyPairs(request, context) {
      if (request.kind === 'list') {
        const page = { Offset: Number(request.cursor ?? 0), Limit: request.pageSize }
        const answer = await call(requests.listKeyPairs(page), schemas.keyPairsSchema, context)
        return answer.map(({ value }) => pageOf(value, page, keyPairOf))
      }
      const lookup = lookupAt(request.keyPairs, request.cursor)
      const answer = await call(lookup.request, schemas.keyPairsSchema, context)
      return answer.map(({ value: { items, total } }) => {
        const cursor = lookup.next(items.length, total)
        const found = items.map(keyPairOf).filter((keyPair) => isAskedFor(request.keyPairs, keyPair))
        return { items: found, ...(cursor !== undefined && { cursor }) }
      })
    },
    async doImportKeyPair(request, context) {
      const project = projectProblem(request.group)
      if (project !== undefined) return err(project)
      const { name, publicKey } = request
      const answer = await call(requests.importKeyPair(name, publicKey, request), schemas.importedSchema, context)
      return answer.map(({ value }) => ({ id: value.KeyId, name }))
    },
    async doCreateKeyPair(request, context) {
      const project = projectProblem(request.group)
      if (project !== undefined) return err(project)
      const { name } = request
      const answer = await call(requests.createKeyPair(name, request), schemas.createdSchema, context)
      return answer.map(({ value: { KeyId: id, PublicKey: publicKey, PrivateKey: privateKey } }) => ({
        keyPair: keyPairFrom({ id, name, publicKey }),
        privateKey,
      }))
    },
    async doUpdateKeyPair({ keyPair: { id = '' }, change: wanted }, context) {
      if (wanted.kind !== 'description') return err(unsupported)
      return (await call(requests.describe(id, wanted.description), schemas.doneSchema, context)).map(() => null)
    },
    async doDeleteKeyPairs(keyPairs, context) {
      const ids = keyPairs.map(({ id, name }) => id ?? name)
      return (await call(requests.deleteKeyPairs(ids), schemas.doneSchema, context)).map(() => allOk(ids))
    },
    async doDescribeInstances(request, context) {
      const page = { Offset: Number(request.cursor ?? 0), Limit: 100 }
      // No filter of DescribeInstances is by key pair.
      const wanted =
        request.kind === 'exact' ? requests.describeInstances(request.instanceIds, page) : requests.listInstances(page)
      const answer = await call(wanted, schemas.instancesSchema, context)
      return answer.map(({ value, as }) => pageOf(value, page, (wire) => instanceOf(wire, secretsOf(as))))
    },
    doAttachKeyPair: (request, context) =>
      change(requests.changeKey('AssociateInstancesKeyPairs', request), request.instanceIds, context),
    doDetachKeyPair: (request, context) =>
      change(requests.changeKey('DisassociateInstancesKeyPairs', request), request.instanceIds, context),
    doStopInstances: (request, context) => change(requests.stopInstances(request), request.instanceIds, context),
    doStartInstances: (request, context) => change(requests.startInstances(request), request.instanceIds, context),
    doRebootInstances: (request, context) => change(requests.rebootInstances(request), request.instanceIds, context),
    close: () => surroundings.transport.close(),
  }
}
