import type { SimulatorClock } from '../clock.js'
import { damageCommits, type Strike } from '../fault.js'
import type { Exchange, HttpAnswer } from '../http-server.js'
import { accept, envelope, isRefusal, refuse, toHttp, type Answer, type Metadata } from './answer.js'
import type { OpenCall } from './call-log.js'
import { damaged } from './damage.js'
import {
  answerAtOnce,
  begin,
  carryOut,
  finish,
  rememberRefusal,
  type Circumstances,
  type ServiceCall,
} from './service.js'

/** A call that waits for its answer. */
export interface WaitingCall {
  readonly exchange: Exchange
  readonly call: ServiceCall
  readonly record: OpenCall
  readonly metadata: Metadata
  readonly clock: SimulatorClock
  readonly now: number
  readonly readAt: number
}

/** Carries a call out and answers it, as far as the fault that meets it lets that happen. */
export async function respond(waiting: WaitingCall, fault: Strike | undefined): Promise<void> {
  const { exchange, call, record, metadata, clock, now, readAt } = waiting
  const perform = (change?: Partial<Circumstances>): Answer => {
    const { answer, committed } = carryOut(call, { now, readAt, itemErrors: new Map(), ...change })
    record.committed = committed
    return answer
  }
  const wire = (answer: Answer): HttpAnswer => toHttp(answer, envelope(answer, metadata))
  const note = (answer: Answer, sent: HttpAnswer): HttpAnswer => {
    record.status = sent.status
    record.code = isRefusal(answer) ? answer.error.code : undefined
    return sent
  }
  const send = (answer: Answer): void => exchange.send(note(answer, wire(answer)))
  const neverAnswer = async (): Promise<void> => {
    await clock.sleep(Infinity, exchange.gone, exchange.headers)
    exchange.destroy()
  }
  switch (fault?.kind) {
    case undefined:
      return send(perform())
    case 'throttle': {
      const refusal = refuse(429, 'FlowLimitExceeded', 'The request rate exceeds the limit, please try again later.')
      return send({ ...refusal, retryAfterMs: fault.retryAfterMs })
    }
    case 'refuse': {
      const refusal = refuse(fault.status, fault.code, fault.message ?? 'Refused by a fault.')
      if (isDefinite(fault.status)) rememberRefusal(call, refusal, now)
      return send(refusal)
    }
    case 'item': {
      const error = { code: fault.code, message: fault.message ?? 'Refused by a fault.' }
      return send(perform({ itemErrors: new Map(fault.ids.map((id) => [id, error])) }))
    }
    case 'read-lag':
      return send(perform({ readAt: now - fault.lagMs }))
    case 'reset':
      if (fault.commit) perform()
      return exchange.destroy()
    case 'hang':
      if (fault.commit) perform()
      return neverAnswer()
    case 'late':
      commitLater(waiting, fault.afterMs)
      return neverAnswer()
    case 'body': {
      const answer = damageCommits(fault) ? perform() : accept({})
      return exchange.send(note(answer, damaged(fault.transform, answer, metadata)))
    }
    case 'slow': {
      const answer = perform()
      const pause = (): Promise<void> => clock.sleep(fault.ms, exchange.gone, exchange.headers)
      return exchange.sendInHalves(note(answer, wire(answer)), pause)
    }
  }
}

function commitLater({ call, record, now }: WaitingCall, afterMs: number): void {
  if (answerAtOnce(call, now) !== undefined) return
  begin(call, now)
  call.region.schedule.add(now + afterMs, (at) => {
    record.committed = finish(call, { now: at, readAt: at, itemErrors: new Map() }).committed
  })
}

/** Whether a refusal with this status says for certain that the service looked at the call and did nothing. */
function isDefinite(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 412, 429].includes(status)
}
