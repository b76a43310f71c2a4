import type { Circumstances } from '../circumstances.js'
import { given, type Parameters } from '../parameters.js'
import type { GeneratedKeyPair } from '../public-key.js'
import type { Random } from '../random.js'
import { refuse, type Answer, type Refusal } from './answer.js'
import type { Fingerprinter, Store } from './store.js'

/** The context of an action. */
export interface ActionContext<Variants> extends Circumstances {
  readonly store: Store
  readonly parameters: Parameters
  readonly variants: Variants
  readonly random: Random
  readonly fingerprint: Fingerprinter
  /** The region that is simulated; empty for ENS, which has none. */
  readonly region: string
  /** For CreateKeyPair. */
  readonly generated: GeneratedKeyPair | undefined
}

/** An action of a product. */
export interface Action<Variants> {
  readonly mutating: boolean
  /** The parameters of the action, besides those of every action of its product. */
  readonly parameters: readonly string[]
  readonly perform: (context: ActionContext<Variants>) => Answer
}

/** Returns 400 `MissingParameter`. */
export function missing(name: string): Refusal {
  return refuse(
    400,
    'MissingParameter',
    `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
  )
}

/** Returns 400 `InvalidParameter.X`. */
export function invalid(name: string): Refusal {
  return refuse(400, `InvalidParameter.${name}`, `The specified field ${name} invalid. Please check it again.`)
}

/** Returns the texts of a JSON array. Undefined if the text is no such array. */
export function parseTexts(json: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(json)
    if (!Array.isArray(value)) return undefined
    const texts = value.filter((item: unknown) => typeof item === 'string')
    return texts.length === value.length ? texts : undefined
  } catch {
    return undefined
  }
}

/** Reads `true` or `false`, and refuses anything else. Absent is false. */
export function readFlag(parameters: Parameters, name: string): boolean | Refusal {
  const text = given(parameters, name) ?? 'false'
  return text === 'true' || text === 'false' ? text === 'true' : invalid(name)
}
