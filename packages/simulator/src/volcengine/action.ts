import type { GeneratedKeyPair } from '../public-key.js'
import { shuffled, type Random } from '../random.js'
import type { ErrorBody } from '../circumstances.js'
import { accept, errorElement, refuse, type Answer, type Refusal } from './answer.js'
import { given, type Parameters } from '../parameters.js'
import { findByName, type KeyPairRecord, type Region } from './region.js'
import type { VolcengineVariants } from './variants.js'

/** The context of an action. */
export interface ActionContext {
  readonly region: Region
  readonly parameters: Parameters
  readonly variants: VolcengineVariants
  readonly random: Random
  /** The time when the call is carried out, in milliseconds. */
  readonly now: number
  /** The time of the world that lists show: `now`, or a little earlier. */
  readonly readAt: number
  /** Items that are to fail. */
  readonly itemErrors: ReadonlyMap<string, ErrorBody>
  /** The most items of a page, whatever the call asks for. */
  readonly pageItems?: number | undefined
  /** For CreateKeyPair. */
  readonly generated: GeneratedKeyPair | undefined
}

/** An action of the service. */
export interface Action {
  readonly mutating: boolean
  /** The parameters that it knows, apart from `ClientToken`, which every mutating one knows. */
  readonly parameters: readonly string[]
  readonly perform: (context: ActionContext) => Answer
}

/** Returns 400 `MissingParameter.X`. */
export function missing(name: string): Refusal {
  return refuse(400, `MissingParameter.${name}`, `The required parameter ${name} is not supplied.`)
}

/** Returns 400 `LimitExceeded.MaximumX`. */
export function tooMany(name: string): Refusal {
  return refuse(
    400,
    `LimitExceeded.Maximum${name}`,
    `You've reached the limit on the number of ${name} that you can set.`,
  )
}

/** The id that an action names a key pair by is wrong. */
export const noSuchKeyPair: ErrorBody = {
  code: 'InvalidKeyPair.NotFound',
  message: 'The specified KeyPair does not exist.',
}

/** The instance of an item is none. */
export const noSuchInstance: ErrorBody = {
  code: 'InvalidInstance.NotFound',
  message: 'The specified instance does not exist.',
}

/** The instance of an item is not in a state for this. */
export const wrongStatus: ErrorBody = {
  code: 'InvalidInstanceStatus',
  message: 'The status of the specified instance does not support this request.',
}

/**
 * The caller may not touch the instance of an item. The page of StartInstance (volcengine.com/docs/6396/70467)
 * has this code for a call; that it is also the item's is unverified.
 */
export const requestForbidden: ErrorBody = {
  code: 'InvalidInstance.RequestForbidden',
  message: 'The request for the specified instance is forbidden.',
}

/** Finds the key pair that KeyPairId or KeyPairName names; the id wins (volcengine.com/docs/6396/120451). */
export function namedKeyPair({ region, parameters, now }: ActionContext): KeyPairRecord | Refusal {
  const id = given(parameters, 'KeyPairId')
  const name = given(parameters, 'KeyPairName')
  if (id === undefined && name === undefined) return missing('KeyPairNameAndKeyPairId')
  const found = id === undefined ? findByName(region, name ?? '', now) : region.keyPairs.get(id)
  return found ?? { status: 404, error: noSuchKeyPair }
}

/** Does something for each item, and answers with one detail for each: HTTP 200, whatever failed. */
export function forEachItem(
  { itemErrors, variants, random }: ActionContext,
  idField: string,
  ids: readonly string[],
  perform: (id: string) => ErrorBody | undefined,
): Answer {
  const details = ids.map((id) => {
    const error = itemErrors.get(id) ?? perform(id)
    return { [idField]: id, Error: error === undefined ? null : errorElement(error) }
  })
  return accept({ OperationDetails: variants.detailOrder === 'shuffled' ? shuffled(details, random) : details })
}
