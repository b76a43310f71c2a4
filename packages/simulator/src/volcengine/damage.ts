import { damageText } from '../damage.js'
import { shapeDamages, type BodyDamage, type ShapeDamage } from '../fault.js'
import type { HttpAnswer } from '../http-server.js'
import type { Json, JsonObject } from '../json.js'
import { accept, envelope, isRefusal, toHttp, type Answer, type Metadata } from './answer.js'

/** The answer, damaged. */
export function damaged(damage: BodyDamage, answer: Answer, metadata: Metadata): HttpAnswer {
  if (isShapeDamage(damage)) return toHttp(...reshaped(damage, answer, metadata))
  return damageText(damage, toHttp(answer, envelope(answer, metadata)))
}

function isShapeDamage(damage: BodyDamage): damage is ShapeDamage {
  return shapeDamages.some((known) => known === damage)
}

function reshaped(damage: ShapeDamage, answer: Answer, metadata: Metadata): [Answer, JsonObject] {
  if (damage === 'error-in-200') {
    const error = { code: 'InternalError', message: 'An internal error has occurred.' }
    return [accept({}), envelope({ status: 200, error }, metadata)]
  }
  if (isRefusal(answer)) return [answer, envelope(answer, metadata)]
  const result = Object.fromEntries(Object.entries(answer.result).map(([key, value]) => [key, reshape(damage, value)]))
  return [answer, envelope(accept(result), metadata)]
}

function reshape(damage: Exclude<ShapeDamage, 'error-in-200'>, value: Json): Json {
  if (typeof value === 'string' && damage === 'number-for-string') return 42
  if (!Array.isArray(value)) return value
  const items: readonly Json[] = value
  switch (damage) {
    case 'wrong-type':
      return 'none'
    case 'drop-details':
      return items.slice(0, Math.floor(items.length / 2))
    case 'extra-details':
      return [...items, ...items.slice(0, 1)]
    case 'foreign-details':
      return [...items.slice(0, 1).map((item) => withTexts(item, 'foreign')), ...items]
    case 'number-for-string':
      return items.map((item) => withTexts(item, 42))
  }
}

/** The same item with every text replaced. */
function withTexts(item: Json, replacement: string | number): Json {
  if (typeof item !== 'object' || item === null) return item
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => [key, typeof value === 'string' ? replacement : value]),
  )
}
