import { err, type Result } from '@cloud-keypair/core'
import type { CallContext, CallFailure, ItemVerdict, KeyPairDriver } from '@cloud-keypair/core/driver'
import type { GenericSchema } from 'valibot'
import type { Answer } from '../answer.js'
import { createEcsEndpoint } from '../endpoint.js'
import { eachByItself, lookUpProblem, offsetPageOf, onlyThose, verdictsOf } from '../mapping.js'
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
      return endpoint().match(
        ({ region, origin }) => ({ region, endpoint: origin }),
        () => ({ region: '', endpoint: '' }),
      )
    },
    capabilities,
    bytesOf: () => 0,

    async doDescribeKeyPairs(request, context) {
      const problem = lookUpProblem(request)
      if (problem !== undefined) return err(problem)
      const answered = await call(requests.describeKeyPairs(request), schemas.keyPairPageSchema, context)
      return answered.map(({ result }) => onlyThose(request, offsetPageOf(result.items.map(keyPairOf), result)))
    },

    async doImportKeyPair(request, context) {
      const answered = await call(requests.importKeyPair(request), schemas.keyPairSchema, context)
      return answered.map(({ result }) => keyPairOf(result))
    },

    async doCreateKeyPair(request, context) {
      const answered = await call(requests.createKeyPair(request), schemas.createdSchema, context)
      return answered.map(({ result }) => ({
        keyPair: keyPairOf({ ...result, KeyPairName: result.KeyPairName || request.name }),
        privateKey: result.PrivateKeyBody,
      }))
    },

    async doUpdateKeyPair({ keyPair, change }, context) {
      switch (change.kind) {
        case 'description': {
          const message = 'a key pair has no description'
          return err({ code: 'unsupported', message, outcome: 'none', transient: false, scope: 'call' })
        }
        case 'set-tags':
          return acknowledge(requests.tagResources(keyPair, change.tags), context)
        case 'remove-tags':
          return acknowledge(requests.untagResources(keyPair, change.keys), context)
        case 'group':
          return acknowledge(requests.joinResourceGroup(keyPair, change.group), context)
      }
    },

    doDeleteKeyPairs: (keyPairs, context) =>
      eachByItself(
        keyPairs,
        ({ id, name }) => id ?? name,
        (keyPair) => acknowledge(requests.deleteKeyPair(keyPair), context),
      ),

    async doDescribeInstances(request, context) {
      const answered = await call(requests.describeInstances(request), schemas.instancePageSchema, context)
      return answered.map(({ result }) => tokenPageOf(result.Instances.map(instanceOf), result.NextToken))
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
