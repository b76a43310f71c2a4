import { given } from '../../../parameters.js'
import { invalid, missing } from '../../action.js'
import { accept, refuse, type Refusal } from '../../answer.js'
import { isCreatedName } from '../../key-pair-names.js'
import { addKeyPair, findByName, type KeyPairRecord } from '../../store.js'
import type { EnsAction, EnsContext } from '../ens-action.js'

/** CreateKeyPair (www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-createkeypair). */
export const createKeyPair: EnsAction = {
  mutating: true,
  parameters: ['KeyPairName'],
  perform: (context) => {
    const { generated, variants } = context
    if (generated === undefined) return refuse(400, 'ens.interface.error', 'Failed to call API.')
    const record = add(context, generated.publicKey)
    if ('error' in record) return record
    const pem = generated.privateKey
    return accept({
      KeyPairFingerPrint: record.fingerprint,
      KeyPairId: record.id,
      KeyPairName: record.name,
      PrivateKeyBody: variants.privateKeyBody === 'pem' ? pem : pem.replaceAll('\n', '\\n'),
    })
  },
}

/** ImportKeyPair (…/api-ens-2017-11-10-importkeypair): RSA alone, and the answer has no id. */
export const importKeyPair: EnsAction = {
  mutating: true,
  parameters: ['KeyPairName', 'PublicKeyBody'],
  perform: (context) => {
    const publicKey = given(context.parameters, 'PublicKeyBody')
    if (publicKey === undefined) return missing('PublicKeyBody')
    if (!publicKey.trim().startsWith('ssh-rsa ')) return invalid('PublicKeyBody')
    const record = add(context, publicKey)
    return 'error' in record ? record : accept({ KeyPairFingerPrint: record.fingerprint, KeyPairName: record.name })
  },
}

function add(context: EnsContext, publicKey: string): KeyPairRecord | Refusal {
  const { store, parameters, variants, now } = context
  const name = given(parameters, 'KeyPairName')
  if (name === undefined) return missing('KeyPairName')
  if (!isCreatedName(name)) return invalid('KeyPairName')
  if (variants.names === 'unique' && findByName(store, name, now).length > 0) {
    return refuse(400, variants.takenNameCode, 'The specified KeyPairName already exists.')
  }
  const keyPair = { name, publicKey, resourceGroupId: '', tags: {} }
  return addKeyPair(store, keyPair, { ...context, at: now, createdAt: now }) ?? invalid('PublicKeyBody')
}
