import { type Answer, accept, missing, refuse } from '../answer.js'
import type { Action, ActionContext } from '../action.js'

/** ModifyKeyPairAttribute: the description, of at most 60 characters. The name is none of an adapter's business. */
export const modifyKeyPairAttribute: Action = {
  mutating: true,
  parameters: { KeyId: 'text', Description: 'text' },
  perform,
}

function perform({ region, parameters, now }: ActionContext): Answer {
  const id = parameters.text('KeyId')
  const description = parameters.text('Description')
  if (id === undefined) return missing('KeyId')
  if (description === undefined) return missing('Description')
  const keyPair = region.keyPairs.get(id)
  if (keyPair === undefined) return refuse('InvalidKeyPairId.NotFound', `The key pair \`${id}\` does not exist.`)
  if (description.length > 60) return refuse('InvalidParameterValue', 'The description exceeds 60 characters.')
  region.keyPairs.set(id, { ...keyPair, description }, now)
  return accept()
}
