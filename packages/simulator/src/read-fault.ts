import { shapeDamages, textDamages, type Fault, type FaultKind } from './fault.js'
import {
  fieldReader,
  readBoolean,
  readFields,
  readList,
  readNumber,
  readOneOf,
  readOptional,
  readText,
  type Read,
} from './read-json.js'

const kinds = [
  'throttle',
  'bucket',
  'item',
  'refuse',
  'echo',
  'reset',
  'hang',
  'late',
  'body',
  'slow',
  'fail-late',
  'short-page',
  'read-lag',
] as const satisfies readonly FaultKind['kind'][]

/** Reads a fault that came as JSON. Throws `TypeError` if it is none. */
export const readFault: Read<Fault> = (value, path) => {
  const field = fieldReader(readFields(value, path), path)
  return {
    action: field('action', readOptional(readText)),
    skip: field('skip', readOptional(readNumber)),
    times: field('times', readOptional(readNumber)),
    ...readKind(field),
  }
}

function readKind(field: <T>(name: string, read: Read<T>) => T): FaultKind {
  const kind = field('kind', readOneOf(kinds))
  switch (kind) {
    case 'throttle':
      return {
        kind,
        retryAfterMs: field('retryAfterMs', readOptional(readNumber)),
        status: field('status', readOptional(readNumber)),
        code: field('code', readOptional(readText)),
      }
    case 'bucket':
      return { kind, ratePerSecond: field('ratePerSecond', readNumber), burst: field('burst', readNumber) }
    case 'item':
      return {
        kind,
        ids: field('ids', readList(readText)),
        code: field('code', readText),
        message: field('message', readOptional(readText)),
      }
    case 'refuse':
      return {
        kind,
        status: field('status', readNumber),
        code: field('code', readText),
        message: field('message', readOptional(readText)),
      }
    case 'echo':
      return { kind, status: field('status', readNumber), code: field('code', readOptional(readText)) }
    case 'reset':
    case 'hang':
      return { kind, commit: field('commit', readBoolean) }
    case 'late':
      return { kind, afterMs: field('afterMs', readNumber) }
    case 'body':
      return {
        kind,
        transform: field('transform', readOneOf([...textDamages, ...shapeDamages])),
        commit: field('commit', readOptional(readBoolean)),
      }
    case 'slow':
      return { kind, ms: field('ms', readNumber) }
    case 'fail-late':
      return { kind }
    case 'short-page':
      return { kind, items: field('items', readNumber) }
    case 'read-lag':
      return { kind, lagMs: field('lagMs', readNumber) }
  }
}
