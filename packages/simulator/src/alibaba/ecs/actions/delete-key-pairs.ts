import { given } from '../../../parameters.js'
import { missing, parseTexts } from '../../action.js'
import { accept, refuse } from '../../answer.js'
import { firstFault } from '../../batch.js'
import { findByName } from '../../store.js'
import { regional, type EcsAction } from '../ecs-action.js'

/** DeleteKeyPairs (help.aliyun.com/document_detail/51772.html): one verdict for all names; all go, or none. */
export const deleteKeyPairs: EcsAction = regional({
  mutating: true,
  parameters: ['KeyPairNames'],
  perform: (context) => {
    const { store, parameters, variants, now } = context
    const json = given(parameters, 'KeyPairNames')
    if (json === undefined) return missing('KeyPairNames')
    const names = parseTexts(json)
    if (names === undefined || names.length === 0) {
      return refuse(
        400,
        'InvalidKeyPairNames.ValueNotSupported',
        'The specified parameter "KeyPairNames" is not valid.',
      )
    }
    if (names.length > 100) {
      return refuse(403, 'InstanceKeyPairLimitExceeded', 'The number of key pairs exceeds the maximum allowed.')
    }
    const fault = firstFault(context, names)
    if (fault !== undefined) return fault
    const found = names.map((name) => findByName(store, name, now)[0])
    if (found.includes(undefined) && variants.deleteUnknown !== 'ok') {
      return refuse(404, variants.deleteUnknown, 'The specified KeyPair does not exist.')
    }
    const bound = new Set(store.instances.values(now).map(({ keys }) => keys.bound))
    const isInUse = (id: string): boolean => bound.has(id) || (store.occupied.get(id) ?? 0) > 0
    if (found.some((keyPair) => keyPair !== undefined && isInUse(keyPair.id))) {
      return refuse(
        400,
        'InvalidParameter.KeypairAlreadyAttachedInstance',
        'The specified parameter "KeyPairNames" attached to instances can not be deleted.',
      )
    }
    for (const keyPair of found) if (keyPair !== undefined) store.keyPairs.delete(keyPair.id, now)
    return accept({})
  },
})
