import type { Administrator } from './keystone.js'
import type { Servers } from './servers.js'

/** Lets the administrator have as many key pairs as wanted. */
export async function liftQuota({ novaUrl }: Servers, { token, projectId }: Administrator): Promise<void> {
  const response = await fetch(`${novaUrl}/os-quota-sets/${projectId}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'x-auth-token': token },
    body: JSON.stringify({ quota_set: { key_pairs: -1 } }),
  })
  if (!response.ok) throw new Error(`Nova does not lift the quota: ${await response.text()}`)
}
