import { AwsV4Signer } from 'aws4fetch'
import { headerText } from '../header-text.js'
import type { Exchange } from '../http-server.js'
import { type Answer, refuse } from './answer.js'

/** Credentials that the simulator knows. */
export interface AwsAccount {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Makes the credentials temporary: the request has to carry this token. */
  readonly sessionToken?: string | undefined
}

const authorizationForm =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/** `RequestExpired`: the clock is off by more than 5 minutes. */
const validityMs = 300_000

/** The signing keys that were computed, by what they are made of. */
export type SigningKeys = Map<string, ArrayBuffer>

/** Returns the refusal of a request that is not signed as it should be. Undefined if it is. */
export async function authenticate(
  { headers, method, url, body }: Exchange,
  accounts: readonly AwsAccount[],
  cache: SigningKeys,
  region: string,
  now: number,
): Promise<Answer | undefined> {
  const [, accessKeyId, , signedRegion, service, signedHeaders = ''] =
    authorizationForm.exec(headerText(headers, 'authorization')) ?? []
  if (accessKeyId === undefined) {
    return refuse('MissingAuthenticationToken', 'Request is missing Authentication Token', 403)
  }
  const date = headerText(headers, 'x-amz-date')
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!(Math.abs(now - at) <= validityMs)) return refuse('RequestExpired', 'Request has expired.')
  const account = accounts.find((known) => known.accessKeyId === accessKeyId)
  if (account === undefined || (account.sessionToken ?? '') !== headerText(headers, 'x-amz-security-token')) {
    return refuse('AuthFailure', 'AWS was not able to validate the provided access credentials', 401)
  }
  if (signedRegion !== region || service !== 'ec2') {
    return refuse('SignatureDoesNotMatch', 'The scope of the signature is of another region or service.', 403)
  }
  const names = signedHeaders.split(';')
  const needed = ['host', 'x-amz-date', ...(account.sessionToken === undefined ? [] : ['x-amz-security-token'])]
  if (!needed.every((name) => names.includes(name))) return refuse('IncompleteSignature', 'A header is not signed.')
  const signed = await new AwsV4Signer({
    method,
    url: `http://${headerText(headers, 'host')}${url}`,
    headers: names.filter((name) => name !== 'host').map((name) => [name, headerText(headers, name)]),
    body,
    accessKeyId,
    secretAccessKey: account.secretAccessKey,
    service: 'ec2',
    region,
    cache,
    datetime: date,
    allHeaders: true,
  }).sign()
  const expected = signed.headers.get('authorization') ?? ''
  if (signatureOf(expected) === signatureOf(headerText(headers, 'authorization'))) return undefined
  const message = 'The request signature we calculated does not match the signature you provided.'
  return refuse('SignatureDoesNotMatch', message, 403)
}

function signatureOf(authorization: string): string {
  return authorization.replace(/^.*Signature=/, '')
}
