import { given } from '../../../parameters.js'
import { missing, parseTexts } from '../../action.js'
import { accept, refuse } from '../../answer.js'
import { firstFault } from '../../batch.js'
import { findByName, type KeyPairRecord } from '../../store.js'
import { regional, type EcsAction } from '../ecs-action.js'

/** DeleteKeyPairs (help.aliyun.com, api-ecs-2014-05-26-deletekeypairs): one verdict for all names. */
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
    const found = names.flatMap((name) => findByName(store, name, now))
    const bound = new Set(store.instances.values(now).map(({ keys }) => keys.bound))
    const isInUse = ({ id }: KeyPairRecord): boolean => bound.has(id) || (store.occupied.get(id) ?? 0) > 0
    const unknown = found.length < names.length && variants.deleteUnknown !== 'ok'
    const refusal = found.some(isInUse) ? inUse : unknown ? noSuchKeyPair : undefined
    if (refusal === undefined || variants.deleteRefused === 'others-go') {
      for (const keyPair of found) if (!isInUse(keyPair)) store.keyPairs.delete(keyPair.id, now)
    }
    return refusal ?? accept({})
  },
})

const noSuchKeyPair = refuse(404, 'InvalidKeyPair.NotFound', 'The specified KeyPair does not exist.')
const inUse = refuse(
  400,
  'InvalidParameter.KeypairAlreadyAttachedInstance',
  'The specified parameter "KeyPairNames" attached to instances can not be deleted.',
)
