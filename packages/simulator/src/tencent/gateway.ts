import vendorSign from 'tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js'
import { headerText } from '../header-text.js'
import type { Exchange } from '../http-server.js'
import { type Refusal, refuse } from './answer.js'

// Node.js gives the exports of the vendor's module, a bundle most often its default export.
const Sign = typeof vendorSign === 'function' ? vendorSign : vendorSign.default

/** Credentials that the simulator knows. All of them open the same world. */
export interface TencentAccount {
  readonly secretId: string
  readonly secretKey: string
  /** Makes the credentials temporary: the request has to carry this token. */
  readonly token?: string | undefined
}

const authorizationForm =
  /^TC3-HMAC-SHA256 Credential=([^/]+)\/(\d{4}-\d\d-\d\d)\/([^/]+)\/tc3_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/** `AuthFailure.SignatureExpire`: the clock is off by more than 5 minutes. */
const validityMs = 300_000

/**
 * Returns the refusal of a request that is not signed as it should be. Undefined if it is. Codes are the common ones
 * (tencentcloud.com/document/product/1140/51177). The vendor's code signs the headers `content-type` and `host`, the host
 * without its port, and computes no other signature.
 */
export function authenticate(
  { headers, url, body }: Pick<Exchange, 'headers' | 'url' | 'body'>,
  accounts: readonly TencentAccount[],
  now: number,
): Refusal | undefined {
  const authorization = headerText(headers, 'authorization')
  const [, secretId, , service, signedHeaders] = authorizationForm.exec(authorization) ?? []
  if (secretId === undefined || service !== 'cvm' || signedHeaders !== 'content-type;host') {
    return refuse('AuthFailure.InvalidAuthorization', 'The header Authorization is not valid.')
  }
  const timestamp = Number(headerText(headers, 'x-tc-timestamp'))
  if (!(Math.abs(now - timestamp * 1000) <= validityMs)) {
    return refuse('AuthFailure.SignatureExpire', 'The signature has expired.')
  }
  const account = accounts.find((known) => known.secretId === secretId)
  if (account === undefined) return refuse('AuthFailure.SecretIdNotFound', 'The SecretId is not found.')
  const expected = Sign.sign3({
    method: 'POST',
    url: `http://${headerText(headers, 'host')}${url}`,
    payload: Buffer.from(body),
    timestamp,
    service: 'cvm',
    secretId,
    secretKey: account.secretKey,
    multipart: false,
    boundary: '',
    headers: { 'Content-Type': headerText(headers, 'content-type') },
  })
  if (expected !== authorization) {
    return refuse('AuthFailure.SignatureFailure', 'The provided credentials could not be validated.')
  }
  if ((account.token ?? '') !== headerText(headers, 'x-tc-token')) {
    return refuse('AuthFailure.TokenFailure', 'The token is not valid.')
  }
  return undefined
}
