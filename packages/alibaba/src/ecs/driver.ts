import { err, type Result } from '@cloud-keypair/core'
import {
  type CallContext,
  type CallFailure,
  type ItemVerdict,
  type KeyPairDriver,
  refusal,
} from '@cloud-keypair/core/driver'
import { deleteOneByOne, locationOf } from '@cloud-keypair/core/http'
import type { GenericSchema } from 'valibot'
import type { Answer } from '../answer.js'
import { createEcsEndpoint } from '../endpoint.js'
import { lookUpProblem, offsetPageOf, onlyThose, verdictsOf } from '../mapping.js'
import { checkOptions, type AlibabaEcsOptions } from '../options.js'
import { connect } from '../product.js'
import { acknowledgedSchema } from '../schemas.js'
import { capabilities } from './capabilities.js'
import { judge } from './errors.js'
import { instanceOf, keyPairOf, tokenPageOf } from './mapping.js'
import * as requests from './requests.js'
import * as schemas from './schemas.js'
import { type EcsRequest, toWireRequest } from './wire-request.js'

/**
 * Makes the driver of Alibaba Cloud ECS. Nothing is loaded, read or sent before its first call.
 *
 * Throws a `TypeError` for an option of the wrong type. A region, an endpoint or credentials that cannot be used are
 * what the calls answer: `invalid-argument`, `unauthenticated`.
 */
export function createAlibabaEcsDriver(options: AlibabaEcsOptions = {}): KeyPairDriver {
  checkOptions(options)
  const endpoint = createEcsEndpoint(options)
  const { call: send, close } = connect(options, { endpoint, version: '2014-05-26', judge })

  async function call<T>(
    request: EcsRequest,
    schema: GenericSchema<unknown, T>,
    context: CallContext,
  ): Promise<Result<Answer<T>, CallFailure>> {
    const to = endpoint()
    if (to.isErr()) return err(to.error)
    const wireRequest = await toWireRequest(request, to.value.region)
    return wireRequest.isErr() ? err(wireRequest.error) : send(wireRequest.value, schema, context)
  }

  async function operate(
    request: EcsRequest,
    schema: GenericSchema<unknown, readonly unknown[]>,
    context: CallContext,
  ): Promise<Result<readonly ItemVerdict[], CallFailure>> {
    const answered = await call(request, schema, context)
    return answered.map((answer) => verdictsOf(answer, judge))
  }

  async function acknowledge(request: EcsRequest, context: CallContext): Promise<Result<null, CallFailure>> {
    const answered = await call(request, acknowledgedSchema, context)
    return answered.map(() => null)
  }

  return {
    provider: 'alibaba-ecs',
    get location() {
      return locationOf(endpoint())
    },
    capabilities,
    bytesOf: () => 0,

    async doDescribeKeyPairs(request, context) {
      const problem = lookUpProblem(request)
      if (problem !== undefined) return err(problem)
      const answered = await call(requests.describeKeyPairs(request), schemas.keyPairPageSchema, context)
      return answered.map(({ value }) => onlyThose(request, offsetPageOf(value.items.map(keyPairOf), value)))
    },

    async doImportKeyPair(request, context) {
      const answered = await call(requests.importKeyPair(request), schemas.keyPairSchema, context)
      return answered.map(({ value }) => keyPairOf(value))
    },

    async doCreateKeyPair(request, context) {
      const answered = await call(requests.createKeyPair(request), schemas.createdSchema, context)
      return answered.map(({ value }) => ({
        keyPair: keyPairOf({ ...value, KeyPairName: value.KeyPairName || request.name }),
        privateKey: value.PrivateKeyBody,
      }))
    },

    async doUpdateKeyPair({ keyPair, change }, context) {
      switch (change.kind) {
        case 'description':
          return err(refusal('unsupported', 'a key pair has no description'))
        case 'set-tags':
          return acknowledge(requests.tagResources(keyPair, change.tags), context)
        case 'remove-tags':
          return acknowledge(requests.untagResources(keyPair, change.keys), context)
        case 'group':
          return acknowledge(requests.joinResourceGroup(keyPair, change.group), context)
      }
    },

    doDeleteKeyPairs: (keyPairs, context) =>
      deleteOneByOne(keyPairs, (keyPair) => acknowledge(requests.deleteKeyPair(keyPair), context)),

    async doDescribeInstances(request, context) {
      const answered = await call(requests.describeInstances(request), schemas.instancePageSchema, context)
      return answered.map(({ value }) => tokenPageOf(value.Instances.map(instanceOf), value.NextToken))
    },

    doAttachKeyPair: (request, context) =>
      operate(requests.changeKey('AttachKeyPair', request), schemas.resultsSchema, context),
    doDetachKeyPair: (request, context) =>
      operate(requests.changeKey('DetachKeyPair', request), schemas.resultsSchema, context),
    doStopInstances: (request, context) => operate(requests.stopInstances(request), schemas.responsesSchema, context),
    doStartInstances: (request, context) => operate(requests.startInstances(request), schemas.responsesSchema, context),
    doRebootInstances: (request, context) =>
      operate(requests.rebootInstances(request), schemas.responsesSchema, context),

    close,
  }
}
