import type { OpenCall } from './call-log.js'
import type { Circumstances, Outcome } from './circumstances.js'
import type { SimulatorClock } from './clock.js'
import { damageCommits, type BodyDamage, type RefuseFault, type Strike, type ThrottleFault } from './fault.js'
import { headerText } from './header-text.js'
import type { Exchange, HttpAnswer } from './http-server.js'

/** A call that passed the gateway, in the terms of its cloud. */
export interface AdmittedCall<Answer> {
  carryOut(circumstances: Circumstances): Outcome<Answer>
  /** Carries it out when that time comes, and says then whether it was. */
  carryOutAt(at: number, done: (committed: boolean) => void): void
  throttled(fault: ThrottleFault): Answer
  refused(fault: RefuseFault): Answer
  /** Returns the code of the error of the whole call. */
  codeOf(answer: Answer): string | undefined
  toHttp(answer: Answer): HttpAnswer
  /** Damages an answer; `answer` is undefined if the call was not carried out. */
  damaged(damage: BodyDamage, answer: Answer | undefined): HttpAnswer
}

/** A call that waits for its answer. */
export interface WaitingCall<Answer> {
  readonly call: AdmittedCall<Answer>
  readonly exchange: Exchange
  readonly record: OpenCall
  readonly clock: SimulatorClock
  readonly now: number
  readonly readAt: number
}

/** Carries a call out and answers it, as far as the fault that meets it lets that happen. */
export async function respond<Answer>(waiting: WaitingCall<Answer>, fault: Strike | undefined): Promise<void> {
  const { call, exchange, record, clock, now, readAt } = waiting
  const perform = (change?: Partial<Circumstances>): Answer => {
    const { answer, committed } = call.carryOut({ now, readAt, itemErrors: new Map(), ...change })
    record.committed = committed
    return answer
  }
  const note = (answer: Answer | undefined, sent: HttpAnswer): HttpAnswer => {
    record.status = sent.status
    record.code = answer === undefined ? undefined : call.codeOf(answer)
    return sent
  }
  const send = (answer: Answer): void => exchange.send(note(answer, call.toHttp(answer)))
  const neverAnswer = async (): Promise<void> => {
    await clock.sleep(Infinity, exchange.gone, exchange.headers)
    exchange.destroy()
  }
  switch (fault?.kind) {
    case undefined:
      return send(perform())
    case 'throttle':
      return send(call.throttled(fault))
    case 'refuse':
      return send(call.refused(fault))
    case 'echo': {
      const { status, code } = fault
      const message = echoOf(exchange)
      if (code !== undefined) return send(call.refused({ kind: 'refuse', status, code, message }))
      return exchange.send(note(undefined, { status, headers: { 'content-type': 'text/plain' }, body: message }))
    }
    case 'item': {
      const error = { code: fault.code, message: fault.message ?? 'Refused by a fault.' }
      return send(perform({ itemErrors: new Map(fault.ids.map((id) => [id, error])) }))
    }
    case 'fail-late':
      return send(perform({ failsLate: true }))
    case 'short-page':
      return send(perform({ pageItems: fault.items }))
    case 'read-lag':
      return send(perform({ readAt: now - fault.lagMs }))
    case 'reset':
      if (fault.commit) perform()
      return exchange.destroy()
    case 'hang':
      if (fault.commit) perform()
      return neverAnswer()
    case 'late':
      call.carryOutAt(now + fault.afterMs, (committed) => {
        record.committed = committed
      })
      return neverAnswer()
    case 'body': {
      const answer = damageCommits(fault) ? perform() : undefined
      return exchange.send(note(answer, call.damaged(fault.transform, answer)))
    }
    case 'slow': {
      const answer = perform()
      const pause = (): Promise<void> => clock.sleep(fault.ms, exchange.gone, exchange.headers)
      return exchange.sendInHalves(note(answer, call.toHttp(answer)), pause)
    }
  }
}

/** Returns a request as a refusal repeats it: its headers and its body. */
function echoOf({ method, url, headers, body }: Exchange): string {
  const lines = Object.keys(headers).map((name) => `${name}: ${headerText(headers, name)}`)
  return [`Refused: ${method} ${url}`, ...lines, '', body].join('\n')
}
