import { parseParameters, type Parameters } from '../parameters.js'
import { refuse, type Refusal } from './answer.js'

/** Parameters of every request, besides those of its action. */
const common = ['Action', 'Version']

/** Reads a query (docs.byteplus.com/en/docs/ecs/Request-structure). Refuses what the action does not know. */
export function readParameters(query: URLSearchParams, known: readonly string[]): Parameters | Refusal {
  const read = parseParameters(query, [...common, ...known])
  return 'problem' in read ? malformed(read.problem) : read
}

/** Returns 400 `InvalidArgument`. */
export function malformed(message: string): Refusal {
  return refuse(400, 'InvalidArgument', message)
}
