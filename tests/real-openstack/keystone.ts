import * as v from 'valibot'
import type { Servers } from './servers.js'

const created = v.object({ id: v.string() })
const credential = v.object({ application_credential: v.object({ id: v.string(), secret: v.string() }) })
const tokenBody = v.object({ token: v.object({ user: created, project: created, roles: v.array(created) }) })

/** An administrator of Keystone, by calls of its own that owe nothing to the adapter. */
export interface Administrator {
  readonly token: string
  readonly userId: string
  readonly projectId: string
  /** Makes an application credential of the administrator. */
  addApplicationCredential(name: string): Promise<{ readonly id: string; readonly secret: string }>
  deleteApplicationCredential(id: string): Promise<void>
  /** Makes a user of the administrator's project. Returns the id. */
  addUser(name: string, password: string): Promise<string>
}

/** Logs in as the administrator. */
export async function logInAsAdministrator({ authUrl, password }: Servers): Promise<Administrator> {
  const domain = { name: 'Default' }
  const user = { name: 'admin', domain, password }
  const auth = {
    identity: { methods: ['password'], password: { user } },
    scope: { project: { name: 'admin', domain } },
  }
  const login = await fetch(`${authUrl}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth }),
  })
  const token = login.headers.get('x-subject-token') ?? ''
  const { token: facts } = v.parse(tokenBody, await login.json())
  const userId = facts.user.id
  const projectId = facts.project.id
  const [role] = facts.roles
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${authUrl}/v3${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-auth-token': token },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`Keystone answered ${response.status} to ${method} ${path}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    token,
    userId,
    projectId,
    addApplicationCredential: async (name) => {
      const made = await call('POST', `/users/${userId}/application_credentials`, { application_credential: { name } })
      return v.parse(credential, made).application_credential
    },
    deleteApplicationCredential: async (id) =>
      void (await call('DELETE', `/users/${userId}/application_credentials/${id}`)),
    addUser: async (name, secret) => {
      const made = await call('POST', '/users', { user: { name, password: secret, domain_id: 'default' } })
      const { id } = v.parse(v.object({ user: created }), made).user
      await call('PUT', `/projects/${projectId}/users/${id}/roles/${role?.id ?? ''}`)
      return id
    },
  }
}
