import { damageText, isShapeDamage, reshape } from '../damage.js'
import type { BodyDamage, ShapeDamage } from '../fault.js'
import type { HttpAnswer } from '../http-server.js'
import type { JsonObject } from '../json.js'
import { accept, envelope, isRefusal, toHttp, type Answer, type Metadata } from './answer.js'

/** Returns the damaged answer. */
export function damaged(damage: BodyDamage, answer: Answer, metadata: Metadata): HttpAnswer {
  if (isShapeDamage(damage)) return toHttp(...reshaped(damage, answer, metadata))
  return damageText(damage, toHttp(answer, envelope(answer, metadata)))
}

function reshaped(damage: ShapeDamage, answer: Answer, metadata: Metadata): [Answer, JsonObject] {
  if (damage === 'error-in-200') {
    const error = { code: 'InternalError', message: 'An internal error has occurred.' }
    return [accept({}), envelope({ status: 200, error }, metadata)]
  }
  if (isRefusal(answer)) return [answer, envelope(answer, metadata)]
  return [answer, envelope(accept(reshape(damage, answer.result)), metadata)]
}
