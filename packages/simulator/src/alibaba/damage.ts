import { damageText, isShapeDamage, reshape } from '../damage.js'
import type { BodyDamage } from '../fault.js'
import type { HttpAnswer } from '../http-server.js'
import { accept, bodyOf, isRefusal, refuse, toHttp, type Answer, type Origin } from './answer.js'

/** Returns the damaged answer. */
export function damaged(damage: BodyDamage, answer: Answer, origin: Origin): HttpAnswer {
  const { requestId } = origin
  if (!isShapeDamage(damage)) return damageText(damage, toHttp(answer, bodyOf(answer, origin), requestId))
  if (damage === 'error-in-200') {
    const error = refuse(500, 'InternalError', 'The request processing has failed due to some unknown error.')
    return toHttp(accept({}), bodyOf(error, origin), requestId)
  }
  const body = bodyOf(answer, origin)
  return toHttp(answer, isRefusal(answer) ? body : reshape(damage, body), requestId)
}
