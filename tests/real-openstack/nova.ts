import * as v from 'valibot'
import type { Administrator } from './keystone.js'
import type { Servers } from './servers.js'

const keyPairs = v.object({
  keypairs: v.array(v.object({ keypair: v.object({ name: v.string(), public_key: v.string() }) })),
})
const servers = v.object({
  servers: v.array(v.object({ id: v.string(), status: v.string(), key_name: v.nullable(v.string()) })),
})

type NovaKeyPair = v.InferOutput<typeof keyPairs>['keypairs'][number]['keypair']
type NovaServer = v.InferOutput<typeof servers>['servers'][number]

/** Nova as the administrator sees it, by calls of its own that owe nothing to the adapter. */
export interface Nova {
  readKeyPairs(): Promise<readonly NovaKeyPair[]>
  readServers(): Promise<readonly NovaServer[]>
  /** Lets the administrator have as many key pairs as wanted. */
  liftQuota(): Promise<void>
}

/** Calls Nova with the token of the administrator. */
export function novaAs({ token, projectId }: Administrator, { novaUrl }: Servers): Nova {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${novaUrl}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'openstack-api-version': 'compute 2.92',
        'x-auth-token': token,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`Nova answered ${response.status} to ${method} ${path}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    readKeyPairs: async () => {
      const all: NovaKeyPair[] = []
      for (let marker = ''; ;) {
        const query = new URLSearchParams(marker === '' ? {} : { marker })
        const page = v.parse(keyPairs, await call('GET', `/os-keypairs?${query.toString()}`)).keypairs
        all.push(...page.map(({ keypair }) => keypair))
        const last = page.at(-1)
        if (last === undefined) return all
        marker = last.keypair.name
      }
    },
    readServers: async () => v.parse(servers, await call('GET', '/servers/detail')).servers,
    liftQuota: async () => void (await call('PUT', `/os-quota-sets/${projectId}`, { quota_set: { key_pairs: -1 } })),
  }
}
