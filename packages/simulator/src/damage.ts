import { shapeDamages, type BodyDamage, type ShapeDamage, type TextDamage } from './fault.js'
import type { HttpAnswer } from './http-server.js'
import type { Json, JsonObject } from './json.js'

/** As many bytes as no client should read to the end. */
const hugeBytes = 50 * 1024 * 1024

const html = '<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>'

/** Damages the text of a JSON answer. */
export function damageText(damage: TextDamage, answer: HttpAnswer): HttpAnswer {
  const asHtml = { ...answer.headers, 'content-type': 'text/html' }
  switch (damage) {
    case 'truncate':
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) }
    case 'html-502':
      return { status: 502, headers: asHtml, body: html }
    case 'empty-503':
      return { status: 503, headers: {}, body: '' }
    case 'html-200':
      return { status: 200, headers: asHtml, body: html }
    case 'array':
      return { ...answer, body: `[${answer.body}]` }
    case 'huge':
      return { ...answer, body: answer.body.replace(/\}$/, `,"Padding":"${'x'.repeat(hugeBytes)}"}`) }
    case 'wrong-content-type':
      return { ...answer, headers: asHtml }
    case 'redirect':
      return { status: 307, headers: { location: '/redirected' }, body: '' }
  }
}

/** True if it is what an answer says that is damaged. */
export function isShapeDamage(damage: BodyDamage): damage is ShapeDamage {
  return shapeDamages.some((known) => known === damage)
}

/** Damages what a result says. A list is damaged in its own place: in the result, or in an object around it. */
export function reshape(damage: Exclude<ShapeDamage, 'error-in-200'>, result: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(result).map(([key, value]) => [key, reshapeValue(damage, value)]))
}

function reshapeValue(damage: Exclude<ShapeDamage, 'error-in-200'>, value: Json): Json {
  if (typeof value === 'string' && damage === 'number-for-string') return 42
  if (typeof value !== 'object' || value === null) return value
  if (damage === 'empty-text') return ''
  if (!isList(value)) return reshape(damage, value)
  switch (damage) {
    case 'wrong-type':
      return 'none'
    case 'drop-details':
      return value.slice(0, Math.floor(value.length / 2))
    case 'extra-details':
      return [...value, ...value.slice(0, 1)]
    case 'foreign-details':
      return [...value.slice(0, 1).map((item) => withTexts(item, 'foreign')), ...value]
    case 'refused-and-accepted':
    case 'accepted-and-refused':
      return value.flatMap((item) => contradicting(item, damage))
    case 'number-for-string':
      return value.map((item) => withTexts(item, 42))
    case 'lone-item':
      return value[0] ?? null
  }
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value)
}

/** Returns the item with every text replaced. */
function withTexts(item: Json, replacement: string | number): Json {
  if (typeof item !== 'object' || item === null) return item
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => [key, typeof value === 'string' ? replacement : value]),
  )
}

const refusal = { Code: 'Strange.Code', Message: 'Refused by a fault.' }

/**
 * Makes the verdict on an accepted item contradict itself: in its two fields that tell the success, or in a second entry
 * beside that with the one field.
 */
function contradicting(entry: Json, first: 'refused-and-accepted' | 'accepted-and-refused'): readonly Json[] {
  if (typeof entry !== 'object' || entry === null || isList(entry)) return [entry]
  const isRefusedFirst = first === 'refused-and-accepted'
  if ('Success' in entry) return [isRefusedFirst ? { ...entry, ...refusal } : { ...entry, Success: 'false' }]
  if (!('Error' in entry)) return [entry]
  const both = [{ ...entry, Error: refusal }, entry]
  return isRefusedFirst ? both : both.toReversed()
}
