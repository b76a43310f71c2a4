import { err, ok, Result } from '@cloud-keypair/core'

/** The fields of credentials by their names in clouds.yaml. */
export type AuthFields = Readonly<Record<string, string | undefined>>

/** A login at Keystone. */
export interface LoginIdentity {
  readonly kind: 'login'
  readonly body: object
  /** The password, or the secret of the application credential. */
  readonly secret: string
  /** Recognises the credentials, and is no secret: the user, or the application credential. */
  readonly name: string
}

/** A login, or a token that is there already. */
export type Identity = LoginIdentity | { readonly kind: 'token'; readonly token: string }

// The plugins of keystoneauth1, and the kinds of the option `credentials`.
const kinds: ReadonlyMap<string, 'password' | 'application-credential' | 'token'> = new Map([
  ['password', 'password'],
  ['v3password', 'password'],
  ['application-credential', 'application-credential'],
  ['v3applicationcredential', 'application-credential'],
  ['token', 'token'],
  ['v3token', 'token'],
])

/** A problem of credentials. `field` is what is missing; without it, the kind of credentials is not known. */
export interface IdentityProblem {
  readonly field?: string
}

/** Makes what Keystone is told (docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management). */
export function identityOf(auth: AuthFields, type: string | undefined): Result<Identity, IdentityProblem> {
  switch (type === undefined ? guess(auth) : kinds.get(type)) {
    case 'password':
      return passwordOf(auth)
    case 'application-credential':
      return applicationCredentialOf(auth)
    case 'token':
      return need(auth, 'token').map((token) => ({ kind: 'token', token }))
    case undefined:
      return err({})
  }
}

function guess(auth: AuthFields): 'password' | 'application-credential' | 'token' {
  if (auth['application_credential_secret'] !== undefined) return 'application-credential'
  return auth['token'] !== undefined && auth['password'] === undefined ? 'token' : 'password'
}

function passwordOf(auth: AuthFields): Result<Identity, IdentityProblem> {
  // A token without a project has no catalog.
  const parts = Result.combine([named(auth, 'user'), need(auth, 'password'), named(auth, 'project')])
  return parts.map(([user, secret, project]) => {
    const identity = { methods: ['password'], password: { user: { ...user, password: secret } } }
    const name = auth['user_id'] ?? auth['username'] ?? ''
    return { kind: 'login', body: { auth: { identity, scope: { project } } }, secret, name }
  })
}

function applicationCredentialOf(auth: AuthFields): Result<Identity, IdentityProblem> {
  const { application_credential_id: id, application_credential_name: name } = auth
  if (id === undefined && name === undefined) return err({ field: 'application_credential_id' })
  const reference = id === undefined ? named(auth, 'user').map((user) => ({ name, user })) : ok({ id })
  return Result.combine([reference, need(auth, 'application_credential_secret')]).map(([own, secret]) => {
    const identity = { methods: ['application_credential'], application_credential: { ...own, secret } }
    return { kind: 'login', body: { auth: { identity } }, secret, name: id ?? name ?? '' }
  })
}

function need(auth: AuthFields, field: string): Result<string, IdentityProblem> {
  const value = auth[field]
  return value === undefined ? err({ field }) : ok(value)
}

/** Names a user or a project: by id, or by name and domain. */
function named(auth: AuthFields, what: 'user' | 'project'): Result<object, IdentityProblem> {
  const id = auth[`${what}_id`]
  if (id !== undefined) return ok({ id })
  return need(auth, what === 'user' ? 'username' : 'project_name').andThen((name) => {
    const domainId = auth[`${what}_domain_id`] ?? auth['domain_id']
    if (domainId !== undefined) return ok({ name, domain: { id: domainId } })
    const domainName = auth[`${what}_domain_name`] ?? auth['domain_name']
    return domainName === undefined ? err({ field: `${what}_domain_name` }) : ok({ name, domain: { name: domainName } })
  })
}
