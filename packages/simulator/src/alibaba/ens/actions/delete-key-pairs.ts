import { accept } from '../../answer.js'
import { firstFault } from '../../batch.js'
import { findNamedKeyPair, noSuchKeyPair, type EnsAction } from '../ens-action.js'

/**
 * DeleteKeyPairs (www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-deletekeypairs): one, in
 * spite of its name. A key pair that is attached goes too: instances keep its name, and their guests the key.
 */
export const deleteKeyPairs: EnsAction = {
  mutating: true,
  parameters: ['KeyPairId', 'KeyPairName'],
  perform: (context) => {
    const { store, variants, now } = context
    const keyPair = findNamedKeyPair(context)
    if (keyPair === undefined) return variants.deleteUnknown === 'ok' ? accept({}) : noSuchKeyPair(variants)
    if ('error' in keyPair) return keyPair
    const fault = firstFault(context, [keyPair.id, keyPair.name])
    if (fault !== undefined) return fault
    store.keyPairs.delete(keyPair.id, now)
    return accept({})
  },
}
