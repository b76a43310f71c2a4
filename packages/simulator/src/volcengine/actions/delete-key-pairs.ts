import type { Answer } from '../answer.js'
import { forEachItem, missing, noSuchKeyPair, tooMany, type Action, type ActionContext } from '../action.js'

/** DeleteKeyPairs (volcengine.com/docs/6396/120513): by name only, and never one that is bound. */
export const deleteKeyPairs: Action = { mutating: true, parameters: ['KeyPairNames'], perform }

function perform(context: ActionContext): Answer {
  const { region, parameters, variants, now } = context
  const names = parameters.list('KeyPairNames')
  if (names.length === 0) return missing('KeyPairNames')
  if (names.length > 100) return tooMany('KeyPairNames')
  const bound = new Set(region.instances.values(now).map(({ keys }) => keys.bound))
  const byName = new Map(region.keyPairs.values(now).map((keyPair) => [keyPair.name, keyPair]))
  return forEachItem(context, 'KeyPairName', names, (name) => {
    const keyPair = byName.get(name)
    if (keyPair === undefined) return noSuchKeyPair
    if (bound.has(keyPair.id)) {
      return { code: variants.inUseCode, message: 'The specified KeyPair is bound to an instance.' }
    }
    region.keyPairs.delete(keyPair.id, now)
    byName.delete(name)
    return undefined
  })
}
