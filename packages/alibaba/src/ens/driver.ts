import { err, type Result } from '@cloud-keypair/core'
import type {
  CallContext,
  CallFailure,
  ChangeKeyRequest,
  ItemVerdict,
  KeyPairDriver,
  PowerRequest,
} from '@cloud-keypair/core/driver'
import { resolveEnsEndpoint } from '../endpoint.js'
import { eachByItself, lookUpProblem, offsetPageOf, onlyThose, verdictsOf } from '../mapping.js'
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
    location: { region: '', endpoint: endpoint.isOk() ? endpoint.value.origin : '' },
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

    async doUpdateKeyPair() {
      const message = 'a key pair has no description, tags or group'
      return err({ code: 'unsupported', message, outcome: 'none', transient: false, scope: 'call' })
    },

    doDeleteKeyPairs: (keyPairs, context) =>
      eachByItself(
        keyPairs,
        ({ id, name }) => id ?? name,
        (keyPair) => acknowledge(requests.deleteKeyPair(keyPair), context),
      ),

    async doDescribeInstances(request, context) {
      const answered = await call(requests.describeInstances(request), schemas.instancePageSchema, context)
      return answered.map(({ result }) => offsetPageOf(result.items.map(instanceOf), result))
    },

    doAttachKeyPair: (request, context) => changeKey('AttachKeyPair', request, context),
    doDetachKeyPair: (request, context) => changeKey('DetachKeyPair', request, context),
    doStopInstances: (request, context) => changePower('StopInstance', request, context),
    doStartInstances: (request, context) => changePower('StartInstance', request, context),
    doRebootInstances: (request, context) => changePower('RebootInstance', request, context),

    close,
  }
}
