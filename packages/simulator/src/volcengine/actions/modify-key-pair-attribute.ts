import { accept } from '../answer.js'
import { missing, namedKeyPair, type Action } from '../action.js'
import { isDescription } from '../key-pairs.js'
import { badDescription } from './create-key-pair.js'

/** ModifyKeyPairAttribute (volcengine.com/docs/6396/120449): nothing but the description, which may become empty. */
export const modifyKeyPairAttribute: Action = {
  mutating: true,
  parameters: ['KeyPairName', 'KeyPairId', 'Description'],
  perform: (context) => {
    const description = context.parameters.text('Description')
    const keyPair = namedKeyPair(context)
    if ('error' in keyPair) return keyPair
    if (description === undefined) return missing('Description')
    if (!isDescription(description)) return badDescription
    context.region.keyPairs.set(keyPair.id, { ...keyPair, description, updatedAt: context.now }, context.now)
    return accept({ KeyPairName: keyPair.name })
  },
}
