import { err, type Result } from '@cloud-keypair/core'
import {
  type CallContext,
  type CallFailure,
  type ChangeKeyRequest,
  type ItemVerdict,
  type KeyPairDriver,
  type PowerRequest,
  refusal,
} from '@cloud-keypair/core/driver'
import { deleteOneByOne, locationOf } from '@cloud-keypair/core/http'
import { resolveEnsEndpoint } from '../endpoint.js'
import { lookUpProblem, offsetPageOf, onlyThose, verdictsOf } from '../mapping.js'
import { checkOptions, type AlibabaEnsOptions } from '../options.js'
import { connect } from '../product.js'
import type { WireRequest } from '../request.js'
import { acknowledgedSchema } from '../schemas.js'
import { capabilities } from './capabilities.js'
import { judge } from './errors.js'
import { instanceOf, keyPairOf } from './mapping.js'
import * as requests from './requests.js'
import * as schemas from './schemas.js'

/**
 * Makes the driver of Alibaba Cloud ENS. Nothing is loaded, read or sent before its first call.
 *
 * Throws a `TypeError` for an option of the wrong type. An endpoint or credentials that cannot be used are
 * what the calls answer: `invalid-argument`, `unauthenticated`.
 */
export function createAlibabaEnsDriver(options: AlibabaEnsOptions = {}): KeyPairDriver {
  checkOptions(options)
  const endpoint = resolveEnsEndpoint(options)
  const { call, close } = connect(options, { endpoint: () => endpoint, version: '2017-11-10', judge })

  async function changeKey(
    action: 'AttachKeyPair' | 'DetachKeyPair',
    request: ChangeKeyRequest,
    context: CallContext,
  ): Promise<Result<readonly ItemVerdict[], CallFailure>> {
    const answered = await call(requests.changeKey(action, request), schemas.resultsSchema, context)
    return answered.map((answer) => verdictsOf(answer, judge))
  }

  async function acknowledge(request: WireRequest, context: CallContext): Promise<Result<null, CallFailure>> {
    const answered = await call(request, acknowledgedSchema, context)
    return answered.map(() => null)
  }

  /** Changes the power of one instance: `capabilities` allows one a call. */
  async function changePower(
    action: 'StopInstance' | 'StartInstance' | 'RebootInstance',
    { instanceIds: [id = ''], force }: PowerRequest,
    context: CallContext,
  ): Promise<Result<readonly ItemVerdict[], CallFailure>> {
    const acknowledged = await acknowledge(requests.changePower(action, id, force), context)
    return acknowledged.map(() => [{ id, ok: true }])
  }

  return {
    provider: 'alibaba-ens',
    location: locationOf(endpoint),
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

    doUpdateKeyPair: async () => err(refusal('unsupported', 'a key pair has no description, tags or group')),

    doDeleteKeyPairs: (keyPairs, context) =>
      deleteOneByOne(keyPairs, (keyPair) => acknowledge(requests.deleteKeyPair(keyPair), context)),

    async doDescribeInstances(request, context) {
      const answered = await call(requests.describeInstances(request), schemas.instancePageSchema, context)
      return answered.map(({ value }) => offsetPageOf(value.items.map(instanceOf), value))
    },

    doAttachKeyPair: (request, context) => changeKey('AttachKeyPair', request, context),
    doDetachKeyPair: (request, context) => changeKey('DetachKeyPair', request, context),
    doStopInstances: (request, context) => changePower('StopInstance', request, context),
    doStartInstances: (request, context) => changePower('StartInstance', request, context),
    doRebootInstances: (request, context) => changePower('RebootInstance', request, context),

    close,
  }
}
