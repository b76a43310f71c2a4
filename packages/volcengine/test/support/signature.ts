import { createHash, createHmac } from 'node:crypto'

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const nameOf = (pair: string): string => pair.slice(0, pair.indexOf('='))
const byName = (one: string, other: string): number => (nameOf(one) < nameOf(other) ? -1 : 1)

export interface Signed {
  readonly date: string
  readonly region: string
  readonly service: string
  readonly secretAccessKey: string
  /** As it was sent. */
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
}

/** Computes a signature by the vendor's written rules (volcengine.com/docs/6369/67270), without the vendor's code. */
export function signatureOf({ date, region, service, secretAccessKey, query, headers }: Signed): string {
  const names = Object.keys(headers).toSorted()
  const canonical = [
    'GET',
    '/',
    query.split('&').toSorted(byName).join('&'),
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(''),
  ].join('\n')
  const day = date.slice(0, 8)
  const scope = `${day}/${region}/${service}/request`
  const key = [region, service, 'request'].reduce(hmac, hmac(secretAccessKey, day))
  return hmac(key, ['HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex')
}
