import { given } from '../../parameters.js'
import { invalid, missing, type Action, type ActionContext } from '../action.js'
import { refuse, type Refusal } from '../answer.js'
import { findByName } from '../store.js'
import type { AlibabaEnsVariants } from './variants.js'

/** The context of an action of ENS. */
export type EnsContext = ActionContext<AlibabaEnsVariants>

/** An action of ENS. Whatever it refuses, it refuses with HTTP 400, for lack of permission too. */
export type EnsAction = Action<AlibabaEnsVariants>

/** The caller lacks the permission. */
export const noPermission: Refusal = refuse(400, 'NoPermission', 'Permission denied.')

/** A key pair that was asked for; it may be gone. */
export interface NamedKeyPair {
  readonly id: string
  readonly name: string
}

/** Finds the key pair that KeyPairId or KeyPairName names, the oldest of several. Undefined if there is none. */
export function findNamedKeyPair({ store, parameters, variants, now }: EnsContext): NamedKeyPair | Refusal | undefined {
  const id = given(parameters, 'KeyPairId')
  const name = given(parameters, 'KeyPairName')
  if (id === undefined && name === undefined) return missing('KeyPairId')
  const byId = id === undefined ? undefined : store.keyPairs.get(id)
  const byName = name === undefined ? undefined : findByName(store, name, now)[0]
  if (id === undefined || name === undefined) return byId ?? byName
  if (byId?.name === name) return byId
  switch (variants.bothGiven) {
    case 'id':
      return byId
    case 'name':
      return byName
    case 'refused':
      return invalid('KeyPairName')
  }
}

/** Returns the refusal of an unknown key pair; see the variant `unknownKeyPairCode`. */
export function noSuchKeyPair({ unknownKeyPairCode }: AlibabaEnsVariants): Refusal {
  return refuse(400, unknownKeyPairCode, 'The specified key pair does not exist.')
}
