import { createHash, randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import type ecsModule from '@alicloud/ecs20140526'
import type coreModule from '@alicloud/openapi-core'
import type { AlibabaEcsSimulator, AlibabaEnsSimulator } from '../src/index.js'

// The vendor's modules are CommonJS, and their default exports come out one level deeper in Node than in bundlers.
const require = createRequire(import.meta.url)
export const ecs: typeof ecsModule = require('@alicloud/ecs20140526')
const core: typeof coreModule = require('@alicloud/openapi-core')
const { $OpenApiUtil, OpenApiUtil } = core
const PopClient = require('@alicloud/pop-core')

export interface Credentials {
  readonly accessKeyId?: string
  readonly accessKeySecret?: string
  readonly securityToken?: string
}

type Simulator = AlibabaEcsSimulator | AlibabaEnsSimulator

// The clients give up after seconds, in which a busy machine makes no RSA key.
const patient = { readTimeout: 300_000, connectTimeout: 300_000 }

/** Creates the vendor's typed client of ECS. */
export function ecsClient(
  { host, region, accessKeyId, accessKeySecret }: AlibabaEcsSimulator,
  credentials: Credentials = {},
): InstanceType<(typeof ecsModule)['default']> {
  const config = {
    accessKeyId,
    accessKeySecret,
    endpoint: host,
    protocol: 'http',
    regionId: region,
    ...patient,
    ...credentials,
  }
  return new ecs.default(new $OpenApiUtil.Config(config))
}

export interface Reply {
  readonly status: number | undefined
  readonly body: unknown
}

export type Call = (action: string, parameters?: Readonly<Record<string, unknown>>) => Promise<Reply>

/** Calls by the vendor's generic client, with the newer signature, in the query or in a form. */
export function coreCall(simulator: Simulator, credentials: Credentials = {}, form = false): Call {
  const { host, accessKeyId, accessKeySecret } = simulator
  const client = new core.default(
    new $OpenApiUtil.Config({
      accessKeyId,
      accessKeySecret,
      endpoint: host,
      protocol: 'http',
      ...patient,
      ...credentials,
    }),
  )
  return async (action, parameters = {}) => {
    const params = new $OpenApiUtil.Params({
      action,
      version: versionOf(simulator),
      protocol: 'HTTPS',
      pathname: '/',
      method: 'POST',
      authType: 'AK',
      style: 'RPC',
      reqBodyType: 'formData',
      bodyType: 'json',
    })
    const flat = OpenApiUtil.query({ ...parameters })
    const request = new $OpenApiUtil.OpenApiRequest(form ? { body: flat } : { query: flat })
    try {
      const { statusCode, body } = await client.callApi(params, request, { toMap: () => ({}) })
      return { status: statusCode, body }
    } catch (error) {
      return replyOf(error, 'statusCode')
    }
  }
}

/** Calls by the vendor's older client, with the older signature, by GET or by POST with a form. */
export function popCall(simulator: Simulator, method: 'GET' | 'POST' = 'GET', credentials: Credentials = {}): Call {
  const { url, accessKeyId, accessKeySecret } = simulator
  const apiVersion = versionOf(simulator)
  const client = new PopClient({ endpoint: url, apiVersion, accessKeyId, accessKeySecret, ...credentials })
  return async (action, parameters = {}) => {
    try {
      return { status: 200, body: await client.request(action, parameters, { method, timeout: patient.readTimeout }) }
    } catch (error) {
      return replyOf(error, 'none')
    }
  }
}

export interface RawOptions extends Credentials {
  readonly method?: string
  readonly version?: string
  readonly date?: Date
  readonly nonce?: string
  readonly body?: string
  /** The hash of the body that the header claims and signs. */
  readonly saidHash?: string
  /** Headers to change after signing; an empty text takes one away. */
  readonly headers?: Readonly<Record<string, string>>
  readonly path?: string
  readonly signal?: AbortSignal
}

/** Signs a request with the vendor's code and sends it by fetch, so that each part can be wrong. */
export async function raw(
  simulator: Simulator,
  action: string,
  query: Readonly<Record<string, string>> = {},
  options: RawOptions = {},
): Promise<Response> {
  const { method = 'POST', date = new Date(), body = '', securityToken } = options
  const bodyHash = createHash('sha256').update(body).digest('hex')
  const headers: Record<string, string> = {
    host: simulator.host,
    'x-acs-action': action,
    'x-acs-version': options.version ?? versionOf(simulator),
    'x-acs-date': date.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    'x-acs-signature-nonce': options.nonce ?? randomUUID(),
    'x-acs-content-sha256': options.saidHash ?? bodyHash,
    ...(securityToken === undefined ? {} : { 'x-acs-security-token': securityToken }),
  }
  const accessKeyId = options.accessKeyId ?? simulator.accessKeyId
  const secret = options.accessKeySecret ?? simulator.accessKeySecret
  const signed = { protocol: 'http', port: 80, method, pathname: '/', query: { ...query }, headers }
  const request = { ...signed, body: Readable.from([]) }
  headers['authorization'] = OpenApiUtil.getAuthorization(request, 'ACS3-HMAC-SHA256', bodyHash, accessKeyId, secret)
  const sent = new Headers(headers)
  sent.delete('host')
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value === '') sent.delete(name)
    else sent.set(name, value)
  }
  return fetch(`${simulator.url}${options.path ?? '/'}?${new URLSearchParams(query).toString()}`, {
    method,
    headers: sent,
    redirect: 'manual',
    ...(body === '' ? {} : { body }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
}

/** Returns the name, code and status of the error that the vendor's client throws. */
export async function thrown(calling: Promise<unknown>): Promise<unknown> {
  try {
    return await calling
  } catch (error) {
    if (!(error instanceof Error)) throw new TypeError(`No error: ${String(error)}`)
    const field = new Map<string, unknown>(Object.entries(error))
    return [error.name, field.get('code'), field.get('statusCode')]
  }
}

function versionOf(simulator: Simulator): string {
  return 'region' in simulator ? '2014-05-26' : '2017-11-10'
}

function replyOf(error: unknown, statusField: string): Reply {
  if (!(error instanceof Error)) throw new TypeError(`No error: ${String(error)}`)
  const field = new Map<string, unknown>(Object.entries(error))
  const status = field.get(statusField)
  if (!field.has('data')) throw error
  return { status: typeof status === 'number' ? status : undefined, body: field.get('data') }
}
