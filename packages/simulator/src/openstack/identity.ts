import type { IncomingHttpHeaders } from 'node:http'
import { headerText } from '../header-text.js'
import type { Json, JsonObject } from '../json.js'
import { randomText, type Random } from '../random.js'
import { type Answer, type Refusal, refuseIdentity } from './answer.js'

/** A user with a password and an application credential, in one project. */
export interface OpenStackAccount {
  readonly userId: string
  readonly username: string
  readonly password: string
  readonly projectId: string
  readonly projectName: string
  readonly applicationCredentialId: string
  readonly applicationCredentialSecret: string
}

/** The domain of all users and projects. */
const domain = { id: 'default', name: 'Default' }

interface Token {
  readonly account: OpenStackAccount
  readonly hasProject: boolean
  readonly expiresAt: number
}

/** The Keystone of a simulator. */
export interface Identity {
  /** Answers `POST /v3/auth/tokens`. */
  logIn(body: string, now: number): Answer
  /** Answers `GET /v3/auth/tokens`, which is asked with the token about itself. */
  describe(headers: IncomingHttpHeaders, now: number): Answer
  /** Returns the account of a request, or its refusal. */
  authenticate(headers: IncomingHttpHeaders, now: number): OpenStackAccount | Refusal
  /** Ends all tokens. */
  revoke(): void
}

/** The settings of a Keystone. */
export interface IdentitySettings {
  readonly accounts: readonly OpenStackAccount[]
  readonly random: Random
  readonly tokenMs: number
  /** Returns the catalog for a project. */
  readonly catalogOf: (projectId: string) => readonly Json[]
}

/** Creates a Keystone. */
export function createIdentity({ accounts, random, tokenMs, catalogOf }: IdentitySettings): Identity {
  const tokens = new Map<string, Token>()

  const described = ({ account, hasProject, expiresAt }: Token, methods: readonly string[]): JsonObject => ({
    token: {
      methods,
      user: { id: account.userId, name: account.username, domain },
      expires_at: new Date(expiresAt).toISOString(),
      ...(hasProject && {
        project: { id: account.projectId, name: account.projectName, domain },
        catalog: catalogOf(account.projectId),
      }),
    },
  })

  const find = (headers: IncomingHttpHeaders, now: number): Token | undefined => {
    const token = tokens.get(headerText(headers, 'x-auth-token'))
    return token !== undefined && token.expiresAt > now ? token : undefined
  }

  return {
    logIn: (body, now) => {
      const asked = readLogin(body)
      if (asked === undefined) return refuseIdentity(400, 'Expecting to find identity in auth.')
      const account = accounts.find((known) => isProven(asked, known))
      if (account === undefined) return unauthorized
      const token: Token = { account, hasProject: asked.hasProject, expiresAt: now + tokenMs }
      const id = `gAAAAA${randomText(random, 177, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')}`
      tokens.set(id, token)
      return { status: 201, body: described(token, [asked.method]), headers: { 'x-subject-token': id } }
    },
    describe: (headers, now) => {
      const token = find(headers, now)
      if (token === undefined) return unauthorized
      const isSame = headerText(headers, 'x-subject-token') === headerText(headers, 'x-auth-token')
      return isSame ? { status: 200, body: described(token, ['token']) } : refuseIdentity(403, 'Not your token.')
    },
    authenticate: (headers, now) => find(headers, now)?.account ?? unauthorized,
    revoke: () => tokens.clear(),
  }
}

const unauthorized = refuseIdentity(401, 'The request you have made requires authentication.')

/** A login: its method, and the fields that prove it. */
interface AskedLogin {
  readonly method: 'password' | 'application_credential'
  readonly fields: Record<string, unknown>
  readonly hasProject: boolean
  readonly project: Record<string, unknown>
}

/** Reads a login. Undefined if Keystone would not understand it. */
function readLogin(text: string): AskedLogin | undefined {
  const auth = objectAt(parsed(text), 'auth')
  const identity = objectAt(auth, 'identity')
  const methods = identity['methods']
  const method: unknown = Array.isArray(methods) && methods.length === 1 ? methods[0] : undefined
  const project = objectAt(objectAt(auth, 'scope'), 'project')
  const hasScope = 'scope' in auth
  if (method === 'password') {
    const fields = objectAt(objectAt(identity, 'password'), 'user')
    const isWhole = named(fields) && (!hasScope || named(project))
    return isWhole ? { method, fields, hasProject: hasScope, project } : undefined
  }
  if (method !== 'application_credential') return undefined
  const fields = objectAt(identity, 'application_credential')
  // An application credential has its project in it, and none may be asked for.
  return hasScope ? undefined : { method, fields, hasProject: true, project }
}

/** True if a user or a project is named by id, or by name and domain. */
function named(fields: Record<string, unknown>): boolean {
  const { id, name: domainName } = { id: undefined, name: undefined, ...objectAt(fields, 'domain') }
  return typeof fields['id'] === 'string' || (typeof fields['name'] === 'string' && (id ?? domainName) !== undefined)
}

function isProven({ method, fields, project, hasProject }: AskedLogin, account: OpenStackAccount): boolean {
  if (method === 'application_credential') {
    const { id, secret } = { id: undefined, secret: undefined, ...fields }
    return id === account.applicationCredentialId && secret === account.applicationCredentialSecret
  }
  const user = { id: account.userId, name: account.username }
  const own = { id: account.projectId, name: account.projectName }
  return is(fields, user) && fields['password'] === account.password && (!hasProject || is(project, own))
}

function is(fields: Record<string, unknown>, known: { readonly id: string; readonly name: string }): boolean {
  if (fields['id'] !== undefined) return fields['id'] === known.id
  const given = objectAt(fields, 'domain')
  const isThere = given['id'] === domain.id || given['name'] === domain.name
  return fields['name'] === known.name && isThere
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function objectAt(value: Record<string, unknown>, key: string): Record<string, unknown> {
  const found = value[key]
  return isObject(found) ? found : {}
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
