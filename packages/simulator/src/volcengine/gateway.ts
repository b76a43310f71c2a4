import type { IncomingHttpHeaders } from 'node:http'
import { headerText } from '../header-text.js'
import { refuseAtGateway, type Refusal } from './answer.js'
import { expectedSignature, type Authorization } from './signature.js'

/** Credentials that the simulator knows. All of them open the same world. */
export interface VolcengineAccount {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Makes the credentials temporary: the request has to carry this token. */
  readonly sessionToken?: string | undefined
  /** The end of the session, in milliseconds by the simulator's clock. */
  readonly sessionExpiresAt?: number | undefined
}

/** A request, as the gateway sees it. */
export interface GatewayRequest {
  readonly method: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/**
 * The largest difference of `X-Date` from the time of this cloud (volcengine.com/docs/6369: a signature is valid for
 * 900 seconds).
 */
const validityMs = 900_000

/**
 * Lets a request through to the region that its signature names, or refuses it. Codes and statuses are those of
 * docs.byteplus.com/en/docs/byteplus-platform/reference/common-error-codes.
 */
export function authenticate(
  request: GatewayRequest,
  accounts: readonly VolcengineAccount[],
  time: { readonly wallMs: number; readonly clockMs: number },
): Authorization | Refusal {
  const authorization = parseAuthorization(headerText(request.headers, 'authorization'))
  if ('error' in authorization) return authorization
  const sentAt = parseDate(headerText(request.headers, 'x-date'))
  if (sentAt === undefined) {
    return refuseAtGateway(400, 'MissingRequestInfo', 'The request lacks X-Date, or it is malformed.', 100004)
  }
  if (Math.abs(time.wallMs - sentAt) > validityMs) {
    return refuseAtGateway(400, 'InvalidTimestamp', 'The signature is expired or not yet valid.', 100006)
  }
  const account = accounts.find(({ accessKeyId }) => accessKeyId === authorization.accessKeyId)
  if (account === undefined) return refuseAtGateway(401, 'InvalidAccessKey', 'The access key is not valid.', 100009)
  if (!isSignedBy({ ...request, authorization }, account)) {
    const message = 'The request signature we calculated does not match the signature you provided.'
    return refuseAtGateway(401, 'SignatureDoesNotMatch', message, 100010)
  }
  if (!isSessionOpen(request.headers, authorization, account, time.clockMs)) {
    return refuseAtGateway(401, 'InvalidSecretToken', 'The security token is invalid or expired.')
  }
  if (authorization.service !== 'ecs')
    return refuseAtGateway(404, 'ServiceNotFound', 'The service does not exist.', 100007)
  return authorization
}

/**
 * True if the account signed the request. X-Date has to be signed; Host need not be: `@volcengine/openapi` leaves it
 * out.
 */
function isSignedBy(
  request: GatewayRequest & { readonly authorization: Authorization },
  account: VolcengineAccount,
): boolean {
  const { signedHeaders, date, signature } = request.authorization
  return (
    signedHeaders.includes('x-date') &&
    headerText(request.headers, 'x-date').slice(0, 8) === date &&
    signature === expectedSignature(request, account.secretAccessKey)
  )
}

function isSessionOpen(
  headers: IncomingHttpHeaders,
  { signedHeaders }: Authorization,
  { sessionToken, sessionExpiresAt = Infinity }: VolcengineAccount,
  now: number,
): boolean {
  if (sessionToken === undefined) return headers['x-security-token'] === undefined
  const signed = signedHeaders.includes('x-security-token')
  return signed && headers['x-security-token'] === sessionToken && now < sessionExpiresAt
}

function parseAuthorization(text: string): Authorization | Refusal {
  if (text === '') {
    return refuseAtGateway(401, 'MissingAuthenticationToken', 'The request lacks authentication information.', 100003)
  }
  const [, fields] = /^HMAC-SHA256 +(.*)$/.exec(text) ?? []
  if (fields === undefined)
    return refuseAtGateway(400, 'InvalidAuthorization', "The header 'Authorization' is malformed.")
  const field = new Map(fields.split(',').map((part) => split(part.trim())))
  const [accessKeyId, date, region, service, end, ...rest] = (field.get('Credential') ?? '').split('/')
  if (!accessKeyId || !date || !region || !service || end !== 'request' || rest.length > 0) {
    const message = "Invalid credential in 'Authorization', Pls check your authorization header."
    return refuseAtGateway(400, 'InvalidCredential', message, 100025)
  }
  const signature = field.get('Signature')
  if (!signature) return refuseAtGateway(401, 'MissingSignature', 'The request lacks a signature.', 100005)
  const signedHeaders = (field.get('SignedHeaders') ?? '').split(';').filter((name) => name !== '')
  return { accessKeyId, date, region, service, signedHeaders, signature }
}

function split(field: string): [string, string] {
  const at = field.indexOf('=')
  return [field.slice(0, at), field.slice(at + 1)]
}

/** Parses `YYYYMMDDTHHMMSSZ`. */
function parseDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (parts === null) return undefined
  const [, year, month, day, hour, minute, second] = parts
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(time) ? undefined : time
}
