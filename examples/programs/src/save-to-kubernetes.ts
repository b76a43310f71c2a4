import { readFile } from 'node:fs/promises'
import type { SavePrivateKey } from '@cloud-keypair/core'

const account = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The address of the API, and the folder with the token and the namespace of the pod's account. */
export interface Cluster {
  readonly server: string
  readonly folder: string
}

/**
 * Saves a private key as a secret of type `kubernetes.io/ssh-auth`, from inside a pod. The service account needs the verb
 * `create` on secrets. A secret of that name is never replaced. Start Node.js with `NODE_EXTRA_CA_CERTS=<account>/ca.crt`.
 */
export function saveToKubernetes(
  name: string,
  { server, folder }: Cluster = { server: 'https://kubernetes.default.svc', folder: account },
): SavePrivateKey {
  return async (privateKey) => {
    const [token, namespace] = await Promise.all([
      readFile(`${folder}/token`, 'utf8'),
      readFile(`${folder}/namespace`, 'utf8'),
    ])
    const response = await fetch(`${server}/api/v1/namespaces/${namespace}/secrets`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        metadata: { name },
        type: 'kubernetes.io/ssh-auth',
        data: { 'ssh-privatekey': Buffer.from(privateKey.reveal()).toString('base64') },
      }),
    })
    if (!response.ok) throw new Error(`Kubernetes answered ${response.status} for the secret ${name}`)
  }
}
