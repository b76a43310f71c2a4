import { createPrivateKey } from 'node:crypto'
import { given } from '../../../parameters.js'
import { missing } from '../../action.js'
import { accept, refuse, type Answer, type Refusal } from '../../answer.js'
import { isCreatedName, isImportedName } from '../../key-pair-names.js'
import { addKeyPair, findByName, type KeyPairRecord } from '../../store.js'
import { isResourceGroup, noSuchResourceGroup, regional, type EcsAction, type EcsContext } from '../ecs-action.js'
import { readTags } from '../tags.js'
import type { AlibabaEcsVariants } from '../variants.js'

/** Key pairs in a region. */
const quota = 500

/** CreateKeyPair (help.aliyun.com, api-ecs-2014-05-26-createkeypair). */
export const createKeyPair: EcsAction = regional({
  mutating: true,
  parameters: ['KeyPairName', 'ResourceGroupId', 'Tag'],
  perform: (context) => {
    const { generated, variants } = context
    if (generated === undefined) return refuse(500, 'InternalError', 'The request processing has failed.')
    const record = add(context, generated.publicKey, isCreatedName)
    if ('error' in record) return record
    const privateKey = formOf(generated.privateKey, variants)
    return accept({
      PrivateKeyBody: privateKey,
      KeyPairName: record.name,
      KeyPairId: record.id,
      KeyPairFingerPrint: record.fingerprint,
    })
  },
})

/** ImportKeyPair (help.aliyun.com, api-ecs-2014-05-26-importkeypair): the answer has no id. */
export const importKeyPair: EcsAction = regional({
  mutating: true,
  parameters: ['KeyPairName', 'PublicKeyBody', 'ResourceGroupId', 'Tag'],
  perform: importKey,
})

function importKey(context: EcsContext): Answer {
  const publicKey = given(context.parameters, 'PublicKeyBody')
  if (publicKey === undefined) return missing('PublicKeyBody')
  // The lists of types that are taken have no ed25519.
  if (!/^(?:ssh-rsa|ssh-dss|ecdsa-sha2-nistp\d+) /.test(publicKey.trim())) return malformedPublicKey
  const record = add(context, publicKey, isImportedName)
  return 'error' in record ? record : accept({ KeyPairName: record.name, KeyPairFingerPrint: record.fingerprint })
}

function add(context: EcsContext, publicKey: string, isName: (name: string) => boolean): KeyPairRecord | Refusal {
  const { store, parameters, now } = context
  const name = given(parameters, 'KeyPairName')
  const group = given(parameters, 'ResourceGroupId') ?? ''
  if (name === undefined) return missing('KeyPairName')
  if (!isName(name)) return malformedName
  if (group !== '' && !isResourceGroup(group)) return noSuchResourceGroup
  const read = readTags(parameters)
  if ('error' in read) return read
  if (findByName(store, name, now).length > 0) return taken
  if (store.keyPairs.values(now).length >= quota) return full
  const keyPair = { name, publicKey, resourceGroupId: group, tags: read.tags }
  return addKeyPair(store, keyPair, { ...context, at: now, createdAt: now }) ?? malformedPublicKey
}

function formOf(pkcs1: string, { privateKeyBody }: AlibabaEcsVariants): string {
  switch (privateKeyBody) {
    case 'pkcs1':
      return pkcs1
    case 'pkcs8':
      return createPrivateKey(pkcs1).export({ type: 'pkcs8', format: 'pem' }).toString()
    case 'bare':
      return pkcs1.replace(/-----[^-]+-----|\n/g, '')
  }
}

const malformedName = refuse(400, 'InvalidKeyPairName.Malformed', 'The specified Key Pair name is wrongly formed.')
const malformedPublicKey = refuse(
  400,
  'InvalidPublicKeyBody.Malformed',
  'The specified parameter PublicKeyBody is wrongly formed.',
)
const taken = refuse(400, 'KeyPair.AlreadyExist', 'The key pair already exist.')
const full = refuse(403, 'QuotaExceed.KeyPair', 'The key pair quota exceeds.')
