import { err, ok, type Result } from '@cloud-keypair/core'
import {
  type CallContext,
  type CallFailure,
  type ItemVerdict,
  type KeyPairDriver,
  refusal,
} from '@cloud-keypair/core/driver'
import { locationOf } from '@cloud-keypair/core/http'
import { capabilities, bytesOf } from './capabilities.js'
import { createCall } from './client.js'
import { createCredentials, surroundingsOf } from './credentials.js'
import { createEndpoint } from './endpoint.js'
import { instanceOf, keyPairOf, pageOf, verdictsOf } from './mapping.js'
import { checkOptions, type VolcengineOptions } from './options.js'
import * as requests from './requests.js'
import * as schemas from './schemas.js'

/**
 * Makes the driver of Volcengine ECS. Nothing is read or sent before its first call.
 *
 * Throws a `TypeError` for an option of the wrong type. A region, an endpoint or credentials that cannot be used are
 * what the calls answer: `invalid-argument`, `unauthenticated`.
 */
export function createVolcengineDriver(options: VolcengineOptions = {}): KeyPairDriver {
  checkOptions(options)
  const surroundings = surroundingsOf(options)
  const endpoint = createEndpoint(options, surroundings)
  const call = createCall({ ...surroundings, endpoint, credentials: createCredentials(options, surroundings) })

  async function operate(
    request: requests.WireRequest,
    idName: schemas.DetailId,
    context: CallContext,
  ): Promise<Result<readonly ItemVerdict[], CallFailure>> {
    const answered = await call(request, schemas.operationSchema, context)
    return answered.map((answer) => verdictsOf(request.action, idName, answer))
  }

  /** Changes the tags of one key pair. The actions answer by resource, and there is one. */
  async function changeTags(
    request: requests.WireRequest,
    id: string,
    context: CallContext,
  ): Promise<Result<null, CallFailure>> {
    const verdicts = await operate(request, 'ResourceId', context)
    if (verdicts.isErr()) return err(verdicts.error)
    const verdict = verdicts.value.find((candidate) => candidate.id === id)
    if (verdict === undefined) {
      const message = `the answer to ${request.action} does not say what became of the key pair`
      return err({ code: 'invalid-response', message, outcome: 'unknown', transient: true, scope: 'call' })
    }
    return verdict.ok ? ok(null) : err({ outcome: 'none', ...verdict.failure, scope: 'call' })
  }

  return {
    provider: 'volcengine',
    get location() {
      return locationOf(endpoint())
    },
    capabilities,
    bytesOf,

    async doDescribeKeyPairs(request, context) {
      const answered = await call(requests.describeKeyPairs(request), schemas.keyPairPageSchema, context)
      return answered.map(({ value }) => pageOf(value.items.map(keyPairOf), value.NextToken))
    },

    async doImportKeyPair(request, context) {
      const answered = await call(requests.importKeyPair(request, context.token), schemas.keyPairSchema, context)
      return answered.map(({ value }) => keyPairOf(value))
    },

    async doCreateKeyPair(request, context) {
      const answered = await call(requests.createKeyPair(request, context.token), schemas.createdSchema, context)
      return answered.map(({ value }) => ({
        keyPair: keyPairOf({ ...value, KeyPairName: value.KeyPairName || request.name }),
        privateKey: value.PrivateKey,
      }))
    },

    async doUpdateKeyPair({ keyPair, change }, context) {
      // The cloud lists an id with every key pair; without one the tag actions name nothing.
      const id = keyPair.id ?? keyPair.name
      switch (change.kind) {
        case 'description': {
          const request = requests.modifyKeyPair(keyPair, change.description, context.token)
          const answered = await call(request, schemas.modifiedSchema, context)
          return answered.map(() => null)
        }
        case 'set-tags':
          return changeTags(requests.createTags(id, change.tags, context.token), id, context)
        case 'remove-tags':
          return changeTags(requests.deleteTags(id, change.keys, context.token), id, context)
        case 'group':
          return err(refusal('unsupported', 'a key pair stays in its project'))
      }
    },

    async doDeleteKeyPairs(keyPairs, context) {
      const idOf = new Map(keyPairs.map(({ id, name }) => [name, id ?? name]))
      const verdicts = await operate(requests.deleteKeyPairs(keyPairs, context.token), 'KeyPairName', context)
      return verdicts.map((all) => all.map((verdict) => ({ ...verdict, id: idOf.get(verdict.id) ?? verdict.id })))
    },

    async doDescribeInstances(request, context) {
      const answered = await call(requests.describeInstances(request), schemas.instancePageSchema, context)
      return answered.map(({ value }) => pageOf(value.items.map(instanceOf), value.NextToken))
    },

    doAttachKeyPair: (request, context) =>
      operate(requests.changeKey('AttachKeyPair', request, context.token), 'InstanceId', context),
    doDetachKeyPair: (request, context) =>
      operate(requests.changeKey('DetachKeyPair', request, context.token), 'InstanceId', context),
    doStopInstances: (request, context) =>
      operate(requests.stopInstances(request, context.token), 'InstanceId', context),
    doStartInstances: (request, context) =>
      operate(requests.startInstances(request, context.token), 'InstanceId', context),
    doRebootInstances: (request, context) =>
      operate(requests.rebootInstances(request, context.token), 'InstanceId', context),

    close: () => surroundings.transport.close(),
  }
}
