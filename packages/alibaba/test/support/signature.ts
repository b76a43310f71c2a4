import { createHash, createHmac } from 'node:crypto'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const nameOf = (pair: string): string => pair.slice(0, pair.indexOf('='))
const byName = (one: string, other: string): number => (nameOf(one) < nameOf(other) ? -1 : 1)

export interface Signed {
  readonly accessKeySecret: string
  /** As it was sent. */
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Computes a signature by the vendor's written rules
 * (www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature), without the vendor's code.
 */
export function signatureOf({ accessKeySecret, query, headers }: Signed): {
  hash: string
  signed: string
  signature: string
} {
  const names = Object.keys(headers)
    .filter((name) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-'))
    .toSorted()
  const canonical = [
    'POST',
    '/',
    query.split('&').toSorted(byName).join('&'),
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    names.join(';'),
    headers['x-acs-content-sha256'],
  ].join('\n')
  const hash = sha256(canonical)
  const signature = createHmac('sha256', accessKeySecret).update(`ACS3-HMAC-SHA256\n${hash}`).digest('hex')
  return { hash, signed: names.join(';'), signature }
}
