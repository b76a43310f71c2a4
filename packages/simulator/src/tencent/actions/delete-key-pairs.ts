import { type Answer, accept, missing, refuse, tooMany } from '../answer.js'
import { type Action, type ActionContext, itemRefusal } from '../action.js'
import { usersOf } from '../region.js'

/** DeleteKeyPairs. Its answer does not say which key pairs were deleted: one that is used is not. */
export const deleteKeyPairs: Action = { mutating: true, parameters: { KeyIds: 'texts' }, perform }

function perform(context: ActionContext): Answer {
  const { region, regions, parameters, variants, now } = context
  const ids = parameters.texts('KeyIds')
  if (ids.length === 0) return missing('KeyIds')
  if (ids.length > 100) return tooMany('KeyIds')
  for (const id of ids) {
    if (region.keyPairs.get(id) === undefined) {
      return refuse('InvalidKeyPairId.NotFound', `The key pair \`${id}\` does not exist.`)
    }
  }
  const refusal = itemRefusal(context, ids)
  if (refusal !== undefined) return refusal
  const isUsed = (id: string): boolean => usersOf(regions, id, now).length > 0
  const used = ids.find(isUsed)
  if (used !== undefined && variants.deleteUsed === 'refused') {
    return refuse(
      'InvalidParameterValue.KeyPairNotSupported',
      `The key pair \`${used}\` does not support this operation.`,
    )
  }
  for (const id of ids) if (!isUsed(id)) region.keyPairs.delete(id, now)
  return accept()
}
