import { createHash } from 'node:crypto'
import { headerText } from '../header-text.js'
import { refuse, type Refusal } from './answer.js'
import type { RpcRequest } from './request.js'
import { algorithm, headerSignature, parameterSignature } from './signature.js'

/** Credentials that the simulator knows. All of them open the same world. */
export interface AlibabaAccount {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Makes the credentials temporary: the request has to carry this token. */
  readonly securityToken?: string | undefined
  /** The end of the session, in milliseconds by the simulator's clock. */
  readonly sessionExpiresAt?: number | undefined
}

/** Lets requests through, or refuses them. It remembers the nonces that it saw. */
export type Gateway = (
  request: RpcRequest,
  time: { readonly wallMs: number; readonly clockMs: number },
) => Refusal | undefined

/** The identity that a signed request claims, by either signature. */
interface Claim {
  readonly accessKeyId: string
  readonly sentAt: string
  readonly nonce: string
  readonly securityToken: string
  isSignedWith(account: AlibabaAccount): boolean
}

/**
 * The largest difference between the time of a request and of this cloud
 * (www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature).
 */
const validityMs = 15 * 60_000

/** Creates a gateway that saw no request yet. */
export function createGateway(accounts: readonly AlibabaAccount[]): Gateway {
  const nonces = new Set<string>()
  return (request, { wallMs, clockMs }) => {
    const claim = readClaim(request)
    if ('error' in claim) return claim
    const sentAt = parseTime(claim.sentAt)
    if (sentAt === undefined || Math.abs(wallMs - sentAt) > validityMs) return illegalTimestamp
    const account = accounts.find(({ accessKeyId }) => accessKeyId === claim.accessKeyId)
    if (account === undefined) return unknownAccessKey
    if (!claim.isSignedWith(account)) return wrongSignature
    if (claim.securityToken !== (account.securityToken ?? '')) return wrongToken
    if (clockMs >= (account.sessionExpiresAt ?? Infinity)) return expiredToken
    if (nonces.has(claim.nonce)) return usedNonce
    nonces.add(claim.nonce)
    return undefined
  }
}

function readClaim(request: RpcRequest): Claim | Refusal {
  const authorization = headerText(request.headers, 'authorization')
  return authorization === '' ? claimOfParameters(request) : claimOfHeaders(request, authorization)
}

/** Headers that a signature has to cover, besides every other `x-acs-` header that is there. */
const alwaysSigned = ['host', 'x-acs-action', 'x-acs-version', 'x-acs-date', 'x-acs-signature-nonce']

function claimOfHeaders(request: RpcRequest, authorization: string): Claim | Refusal {
  const pattern = new RegExp(`^${algorithm} +Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]+)$`)
  const [, accessKeyId, names, signature] = pattern.exec(authorization) ?? []
  if (accessKeyId === undefined || names === undefined || signature === undefined) return incompleteSignature
  const { headers, body } = request
  const signedHeaders = names.split(';')
  const needed = [...alwaysSigned, ...Object.keys(headers).filter((name) => name.startsWith('x-acs-'))]
  if (!needed.every((name) => signedHeaders.includes(name))) return incompleteSignature
  const bodyHash = createHash('sha256').update(body).digest('hex')
  return {
    accessKeyId,
    sentAt: headerText(headers, 'x-acs-date'),
    nonce: headerText(headers, 'x-acs-signature-nonce'),
    securityToken: headerText(headers, 'x-acs-security-token'),
    isSignedWith: (account) =>
      headerText(headers, 'x-acs-content-sha256') === bodyHash &&
      headerSignature(request, signedHeaders, account) === signature,
  }
}

function claimOfParameters(request: RpcRequest): Claim | Refusal {
  const values = new Map(request.pairs)
  const text = (name: string): string => values.get(name) ?? ''
  const complete = ['AccessKeyId', 'Signature', 'SignatureNonce'].every((name) => text(name) !== '')
  const known = text('SignatureMethod') === 'HMAC-SHA1' && text('SignatureVersion') === '1.0'
  if (!complete || !known) return incompleteSignature
  return {
    accessKeyId: text('AccessKeyId'),
    sentAt: text('Timestamp'),
    nonce: text('SignatureNonce'),
    securityToken: text('SecurityToken'),
    isSignedWith: ({ accessKeySecret }) => parameterSignature(request, accessKeySecret) === text('Signature'),
  }
}

/** Parses `YYYY-MM-DDTHH:mm:ssZ`. */
function parseTime(text: string): number | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : undefined
}

// Codes and statuses are those of the common errors of ECS (github.com/AlibabaCloudDocs/ecs, Client errors); those
// of security tokens are in the vendor's SDKs, their status is unverified.
const incompleteSignature = refuse(
  400,
  'IncompleteSignature',
  'The request signature does not conform to Aliyun standards.',
)
const illegalTimestamp = refuse(
  400,
  'IllegalTimestamp',
  'The input parameter "Timestamp" that is mandatory for processing this request is not supplied.',
)
const unknownAccessKey = refuse(400, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.')
const wrongSignature = refuse(
  403,
  'SignatureDoesNotMatch',
  'The signature we calculated does not match the one you provided.',
)
const wrongToken = refuse(
  400,
  'InvalidSecurityToken.MismatchWithAccessKey',
  'Specified SecurityToken mismatch with the AccessKey.',
)
const expiredToken = refuse(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.')
const usedNonce = refuse(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.')
