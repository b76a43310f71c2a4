import { collect, type KeyPairReference, type KeyPairStore } from '@cloud-keypair/core'

/** Returns the reference to the key pair of a name: the name if the cloud resolves names, and otherwise the id. */
export async function referenceByName(service: KeyPairStore, name: string): Promise<KeyPairReference> {
  if (service.capabilities.identity.includes('name')) return { name }
  const listed = await collect(service.list({ namePattern: name }), { max: 100 })
  const id = listed.isOk() ? listed.value[0]?.id : undefined
  return { id: id ?? 'skey-00000000' }
}
