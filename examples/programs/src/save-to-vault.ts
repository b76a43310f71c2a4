import { Secret, type SavePrivateKey } from '@cloud-keypair/core'

/** Saves a private key in HashiCorp Vault, in the key-value engine of version 2. Never overwrites: `cas` is 0. */
export function saveToVault(address: string, token: string, path: string): SavePrivateKey {
  const url = `${address}/v1/secret/data/${path}`
  const headers = { 'x-vault-token': token, 'content-type': 'application/json' }
  const save: SavePrivateKey = async (privateKey) => {
    const body = JSON.stringify({ options: { cas: 0 }, data: { 'private-key': privateKey.reveal() } })
    const response = await fetch(url, { method: 'POST', headers, body })
    if (!response.ok) throw new Error(`Vault answered ${response.status} for ${path}`)
  }
  // With `load`, a `create` that was cut off goes on with the key that it had saved.
  const load = async (): Promise<Secret | undefined> => {
    const response = await fetch(url, { headers })
    if (response.status === 404) return undefined
    if (!response.ok) throw new Error(`Vault answered ${response.status} for ${path}`)
    let key: unknown
    JSON.parse(await response.text(), (name, value: unknown) => {
      if (name === 'private-key') key = value
      return value
    })
    if (typeof key !== 'string') throw new Error(`Vault has no private key in ${path}`)
    return new Secret(key)
  }
  return Object.assign(save, { load })
}
