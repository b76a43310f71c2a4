import { given } from '../../parameters.js'
import { invalid, missing, type Action, type ActionContext } from '../action.js'
import { refuse, type Refusal } from '../answer.js'
import { findByName } from '../store.js'
import type { AlibabaEnsVariants } from './variants.js'

/** What an action of ENS works with. */
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

/** The key pair that KeyPairId or KeyPairName names; undefined where there is none. Of several the oldest. */
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

/** There is no such key pair; see the variant `unknownKeyPairCode`. */
export function noSuchKeyPair({ unknownKeyPairCode }: AlibabaEnsVariants): Refusal {
  return refuse(400, unknownKeyPairCode, 'The specified key pair does not exist.')
}
