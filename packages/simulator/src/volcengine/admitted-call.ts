import type { RefuseFault } from '../fault.js'
import type { AdmittedCall } from '../respond.js'
import { accept, envelope, isRefusal, refuse, toHttp, type Answer, type Metadata } from './answer.js'
import { damaged } from './damage.js'
import { answerAtOnce, begin, carryOut, finish, rememberRefusal, type ServiceCall } from './service.js'

/** Prepares the answer to a call that came at `now`. */
export function admittedCall(call: ServiceCall, metadata: Metadata, now: number): AdmittedCall<Answer> {
  return {
    carryOut: (circumstances) => carryOut(call, circumstances),
    carryOutAt: (at, done) => {
      if (answerAtOnce(call, now) !== undefined) return
      begin(call, now)
      call.region.schedule.add(at, (late) => {
        done(finish(call, { now: late, readAt: late, itemErrors: new Map() }).committed)
      })
    },
    throttled: ({ status = 429, code = 'FlowLimitExceeded', retryAfterMs }) => {
      const refusal = refuse(status, code, 'The request rate exceeds the limit, please try again later.')
      return { ...refusal, retryAfterMs }
    },
    refused: (fault) => refusedBy(fault, call, now),
    codeOf: (answer) => (isRefusal(answer) ? answer.error.code : undefined),
    toHttp: (answer) => toHttp(answer, envelope(answer, metadata)),
    damaged: (damage, answer = accept({})) => damaged(damage, answer, metadata),
  }
}

function refusedBy(fault: RefuseFault, call: ServiceCall, now: number): Answer {
  const refusal = refuse(fault.status, fault.code, fault.message ?? 'Refused by a fault.')
  if (isDefinite(fault.status)) rememberRefusal(call, refusal, now)
  return refusal
}

/** True if a refusal with this status says for certain that the service looked at the call and did nothing. */
function isDefinite(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 412, 429].includes(status)
}
