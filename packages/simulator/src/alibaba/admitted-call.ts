import type { Circumstances, Outcome } from '../circumstances.js'
import { parseParameters } from '../parameters.js'
import type { GeneratedKeyPair } from '../public-key.js'
import type { Random } from '../random.js'
import type { AdmittedCall } from '../respond.js'
import { parseTexts, type Action } from './action.js'
import { accept, bodyOf, isRefusal, refuse, toHttp, type Answer, type Origin } from './answer.js'
import { damaged } from './damage.js'
import type { Product } from './product.js'
import { commonParameters, type RpcRequest } from './request.js'
import type { Store } from './store.js'

/** A call that passed the gateway. */
export interface ServiceCall<Variants> {
  readonly action: Action<Variants>
  readonly request: RpcRequest
  readonly product: Product<Variants>
  readonly store: Store
  readonly random: Random
  readonly generated: GeneratedKeyPair | undefined
}

/** Prepares the answer to a call. */
export function admittedCall<Variants>(
  call: ServiceCall<Variants>,
  origin: Origin,
): AdmittedCall<Answer> & { hasItem(ids: readonly string[]): boolean } {
  const { pairs } = call.request
  return {
    hasItem: (ids) =>
      pairs.some(([, value]) => [value, ...(parseTexts(value) ?? [])].some((item) => ids.includes(item))),
    carryOut: (circumstances) => carryOut(call, circumstances),
    carryOutAt: (at, done) => {
      call.store.schedule.add(at, (now) => {
        done(carryOut(call, { now, readAt: now, itemErrors: new Map() }).committed)
      })
    },
    throttled: ({ status = 400, code = 'Throttling', retryAfterMs }) => {
      // HTTP 400 and this text: github.com/aliyun/darabonba-openapi, ts/test/client.spec.ts. 403 and 429 occur too.
      return { ...refuse(status, code, 'Request was denied due to user flow control.'), retryAfterMs }
    },
    refused: ({ status, code, message = 'Refused by a fault.' }) => refuse(status, code, message),
    codeOf: (answer) => (isRefusal(answer) ? answer.error.code : undefined),
    toHttp: (answer) => toHttp(answer, bodyOf(answer, origin), origin.requestId),
    damaged: (damage, answer = accept({})) => damaged(damage, answer, origin),
  }
}

function carryOut<Variants>(
  { action, request, product, store, random, generated }: ServiceCall<Variants>,
  circumstances: Circumstances,
): Outcome<Answer> {
  const known = [...commonParameters, ...product.everyAction, ...action.parameters]
  const parameters = parseParameters(request.pairs, known)
  const { variants, fingerprint, region } = product
  const answer =
    'problem' in parameters
      ? refuse(400, 'InvalidParameter', parameters.problem)
      : action.perform({ ...circumstances, parameters, store, variants, random, fingerprint, region, generated })
  return { answer, committed: !isRefusal(answer) && action.mutating }
}
