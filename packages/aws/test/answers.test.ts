import { inspect } from 'node:util'
import type { CallFailure } from '@cloud-keypair/core/driver'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changes, type DriverCall, reads } from './support/calls.js'
import {
  accessKeyId,
  answer,
  canaries,
  refusal,
  type Reply,
  secretAccessKey,
  sessionToken,
  startCloud,
} from './support/cloud.js'
import { runs } from '../../../tests/support/in-full.js'

async function failureOf(call: DriverCall | undefined, reply: Reply): Promise<CallFailure | undefined> {
  await using cloud = await startCloud(reply)
  const answered = await call?.(cloud.driver, cloud.context())
  expect(cloud.received).toHaveLength(1)
  return answered?._unsafeUnwrapErr()
}

const html = '<html><body><h1>502 Bad Gateway</h1></body></html>'

/** Returns answers of an action with HTTP 200 that make no sense. */
const senseless = (action: string): readonly (readonly [string, string])[] => [
  ['is empty', ''],
  ['is HTML', html],
  ['is JSON', '{"return":"true"}'],
  ['is cut off', answer(action, '<return>true</return><keySet/>').slice(0, -9)],
  ['is of another action', answer('Other', '<return>true</return><keySet/><reservationSet/>')],
  ['says nothing', answer(action, '')],
  ['says no', answer(action, '<return>false</return>')],
  ['has a list of texts', answer(action, '<keySet>x</keySet><reservationSet>x</reservationSet>')],
  ['has a list of others', answer(action, '<keySet><key>x</key></keySet><reservationSet><x>x</x></reservationSet>')],
  ['has another item', answer(action, '<keySet><item>x</item></keySet><reservationSet><item/></reservationSet>')],
]
const changesOfTags = ['CreateTags', 'DeleteTags']
const cases = Object.entries({ ...reads, ...changes }).flatMap(([action, call]) =>
  senseless(action)
    // The answer to a change of tags has no content that could be wrong, but a `return`.
    .filter(([kind]) => !(changesOfTags.includes(action) && /^(?:says nothing|has )/.test(kind)))
    .map(([kind, body]) => ({ action, call, kind, body })),
)

test.each(cases)('an answer to $action that $kind is invalid', async ({ action, call, body }) => {
  expect(await failureOf(call, { body })).toMatchObject({
    code: 'invalid-response',
    outcome: action in changes ? 'unknown' : 'none',
    transient: true,
    scope: 'call',
  })
})

test.each(changesOfTags)(
  'an answer to %s without `return`, as in the model of the vendor, proves the change',
  async (action) => {
    await using cloud = await startCloud({ body: answer(action, '') })
    const changed = await changes[action]?.(cloud.driver, cloud.context())
    expect(changed?.isOk()).toBe(true)
  },
)

test.each([
  ['nothing else', '', { name: 'deploy' }],
  ['empty fields', '<keyPairId/><keyName/><publicKey/>', { name: 'deploy' }],
  ['fields with elements in them', '<keyPairId><x>1</x></keyPairId><keyName><x>1</x></keyName>', { name: 'deploy' }],
  ['another name', '<keyPairId>key-1</keyPairId><keyName>other</keyName>', { id: 'key-1', name: 'other' }],
])('a private key is kept that comes with %s', async (_, others, keyPair) => {
  const body = answer('CreateKeyPair', `${others}<keyMaterial>canary-of-a-key</keyMaterial>`)
  await using cloud = await startCloud({ body })
  const created = await cloud.driver.doCreateKeyPair(
    { name: 'deploy', description: undefined, tags: {}, group: undefined },
    cloud.context(),
  )
  const made = created._unsafeUnwrap()
  expect(made.keyPair).toEqual(keyPair)
  expect(made.privateKey.reveal()).toBe('canary-of-a-key')
})

describe('an XML document', () => {
  const laughs = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('')
  const keySet = (name: string): string =>
    `<keySet><item><keyPairId>key-1</keyPairId><keyName>${name}</keyName></item></keySet>`
  const withDoctype = (doctype: string, name: string): string =>
    answer('DescribeKeyPairs', keySet(name)).replace('\n', `\n<!DOCTYPE x [${doctype}]>`)
  const list = reads['DescribeKeyPairs']

  test.each([
    ['a billion laughs', withDoctype(`<!ENTITY l0 "lol">${laughs}`, '&l9;')],
    ['an external entity', withDoctype('<!ENTITY file SYSTEM "file:///etc/passwd">', '&file;')],
    [
      'more elements than any answer has',
      answer('DescribeKeyPairs', `${keySet('k')}<more>${'<x/>'.repeat(250_000)}</more>`),
    ],
    ['a DOCTYPE in small letters', withDoctype('<!ENTITY a "b">', '&a;').replace('!DOCTYPE', '!doctype')],
  ])('with %s is refused', async (_, body) => {
    expect(await failureOf(list, { body })).toMatchObject({ code: 'invalid-response', outcome: 'none' })
  })

  test('keeps an entity that nobody defined as it is', async () => {
    await using cloud = await startCloud({ body: answer('DescribeKeyPairs', keySet('&file;')) })
    const page = (await list?.(cloud.driver, cloud.context()))?._unsafeUnwrap()
    expect(page).toMatchObject({ items: [{ name: '&file;' }] })
  })

  test.each([
    ['&lt;a&gt; &amp;amp; &quot;b&quot; &apos;', `<a> &amp; "b" '`],
    ['&#60;&#x3E;&#128273;', '<>🔑'],
    ['&#1114112;&#x110000;', '&#1114112;&#x110000;'],
    ['&#0;&#x1b;&#xD800;&#xFFFF;', '&#0;&#x1b;&#xD800;&#xFFFF;'],
    ['&LT;&constructor;', '&LT;&constructor;'],
    ['&amp;#60;&#38;lt;', '&#60;&lt;'],
    ['0123', '0123'],
    ['1e5', '1e5'],
    ['true', 'true'],
    ['<![CDATA[a<b]]>', 'a<b'],
    ['<![CDATA[a&lt;b&#65;]]>', 'a&lt;b&#65;'],
    ['a&amp;<![CDATA[<&amp;>]]>b', 'a&<&amp;>b'],
    ['a<!-- &amp; -->b', 'ab'],
  ])('with the name %s has the name %s', async (written, name) => {
    await using cloud = await startCloud({ body: answer('DescribeKeyPairs', keySet(written)) })
    const page = (await list?.(cloud.driver, cloud.context()))?._unsafeUnwrap()
    expect(page).toMatchObject({ items: [{ id: 'key-1', name }] })
  })

  test.each([
    ['odd fields', '<publicKey><x/></publicKey><keyFingerprint><x/></keyFingerprint>', {}],
    ['an odd date', '<createTime>soon</createTime>', {}],
    [
      'an odd tag',
      '<tagSet><item><key>a</key><value>b</value></item><item><value>c</value></item><item><key>o</key></item></tagSet>',
      { tags: { a: 'b', o: '' } },
    ],
    ['tags that are none', '<tagSet>x</tagSet>', {}],
  ])('with %s of a key pair sinks no list', async (_, odd, read) => {
    const item = (name: string, more = ''): string =>
      `<item><keyPairId>key-${name}</keyPairId><keyName>${name}</keyName>${more}</item>`
    await using cloud = await startCloud({
      body: answer('DescribeKeyPairs', `<keySet>${item('k', odd)}${item('l')}</keySet>`),
    })
    const page = (await list?.(cloud.driver, cloud.context()))?._unsafeUnwrap()
    expect(page).toEqual({
      items: [
        { id: 'key-k', name: 'k', ...read },
        { id: 'key-l', name: 'l' },
      ],
    })
  })

  test('with an empty list has no items', async () => {
    for (const empty of ['<keySet/>', '<keySet></keySet>', '<keySet>\n  </keySet>']) {
      await using cloud = await startCloud({ body: answer('DescribeKeyPairs', empty) })
      const page = (await list?.(cloud.driver, cloud.context()))?._unsafeUnwrap()
      expect(page).toEqual({ items: [] })
    }
  })

  test.each([
    ['ssh-ed25519 AAAA deploy\n', 'ssh-ed25519 AAAA'],
    ['---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----', undefined],
    ['', undefined],
  ])('with the public key %j gives %j', async (text, publicKey) => {
    const item = `<keyPairId>key-1</keyPairId><keyName>k</keyName><publicKey>${text}</publicKey>`
    await using cloud = await startCloud({
      body: answer('DescribeKeyPairs', `<keySet><item>${item}</item></keySet>`),
    })
    const page = (await list?.(cloud.driver, cloud.context()))?._unsafeUnwrap()
    expect(page).toEqual({ items: [{ id: 'key-1', name: 'k', ...(publicKey && { publicKey }) }] })
  })
})

describe('a refusal', () => {
  test('under another root, and without a request id, is that refusal', async () => {
    const errors = '<Error><Code>AuthFailure</Code><Message>No.</Message></Error>'
    for (const body of [
      `<ErrorResponse><Errors>${errors}</Errors></ErrorResponse>`,
      `<ErrorResponse>${errors}</ErrorResponse>`,
    ]) {
      const headers = { 'x-amzn-requestid': 'req-2' }
      const failure = await failureOf(changes['CreateTags'], { status: 401, body, headers })
      expect(failure).toMatchObject({ code: 'unauthenticated', outcome: 'none', vendor: { requestId: 'req-2' } })
    }
  })

  test('inside HTTP 200 is that refusal', async () => {
    const failure = await failureOf(changes['ImportKeyPair'], { body: refusal('InvalidKeyPair.Duplicate') })
    expect(failure).toMatchObject({ code: 'already-exists', outcome: 'none' })
  })

  test.each([500, 502, 503, 504])('with HTTP %s leaves the outcome of a change unknown', async (status) => {
    for (const body of [html, '', refusal('InternalError'), refusal('Whatever.New')]) {
      const failure = await failureOf(changes['CreateKeyPair'], { status, body })
      expect(failure).toMatchObject({ outcome: 'unknown', transient: true, vendor: { httpStatus: status } })
    }
  })

  test.each([
    [400, 'unknown', false],
    [401, 'unauthenticated', false],
    [403, 'permission-denied', false],
    [404, 'unknown', false],
    [429, 'throttled', true],
  ])('with HTTP %s and no document is %s, and nothing was changed', async (status, code, transient) => {
    const failure = await failureOf(changes['DeleteKeyPair'], { status, body: html })
    expect(failure).toMatchObject({ code, transient, outcome: 'none' })
  })

  test.each([301, 307])('with HTTP %s is not followed', async (status) => {
    await using target = await startCloud({ body: '' })
    const headers = { location: `${target.origin}/` }
    const failure = await failureOf(changes['DeleteKeyPair'], { status, body: '', headers })
    expect(failure).toMatchObject({ code: 'invalid-response', outcome: 'none', transient: false })
    expect(target.received).toEqual([])
  })
})

test('no answer makes a call throw', async () => {
  let next = { body: '', status: 200 }
  await using cloud = await startCloud((response) => {
    response.writeHead(next.status).end(next.body)
  })
  const piece = fc.constantFrom(
    '<a>',
    '</a>',
    '<item>',
    '</item>',
    '&amp;',
    '&#0;',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    'x',
  )
  const soup = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''))
  const body = fc.oneof(
    fc.string(),
    soup,
    soup.map((content) => answer('CreateTags', content)),
  )
  const status = fc.integer({ min: 200, max: 599 })
  await fc.assert(
    fc.asyncProperty(body, status, fc.constantFrom(...Object.values(changes)), async (text, code, call) => {
      next = { body: [204, 205, 304].includes(code) ? '' : text, status: code }
      const answered = await call(cloud.driver, cloud.context())
      if (answered.isErr() && code >= 400 && code < 500 && code !== 408) expect(answered.error.outcome).toBe('none')
      if (answered.isErr() && code >= 500) expect(answered.error).toMatchObject({ outcome: 'unknown', transient: true })
      if (code >= 300) expect(answered.isErr()).toBe(true)
    }),
    { numRuns: runs(300) },
  )
})

describe('secrets', () => {
  const sent = [accessKeyId, secretAccessKey, sessionToken]
  const forms = [...canaries, ...sent.map(encodeURIComponent)]
  const pem = '-----BEGIN RSA PRIVATE KEY-----\ncanary-private-key\n-----END RSA PRIVATE KEY-----'
  const echo = `You sent ${[...sent, ...sent.map(encodeURIComponent)].join(', ')} and ${pem}`
  const material = `<keyMaterial>${pem}</keyMaterial>`
  const named = '<keyPairId>key-1</keyPairId><keyName>k</keyName>'
  const replies: Readonly<Record<string, Reply>> = {
    'an error that echoes them': { status: 403, body: refusal('SignatureDoesNotMatch', echo) },
    'a code and a request id that echo them': {
      status: 400,
      body: refusal(echo),
      headers: { 'x-amzn-requestid': sessionToken },
    },
    'a private key': { body: answer('CreateKeyPair', named + material) },
    'a private key without the rest': { body: answer('CreateKeyPair', material) },
    'a private key that is cut off': { body: answer('CreateKeyPair', named + material).slice(0, -60) },
    'a private key as text': { body: pem },
  }

  test.each(Object.keys(replies))('are in no failure and no trace after %s', async (kind) => {
    for (const call of Object.values(changes)) {
      await using cloud = await startCloud(replies[kind] ?? [])
      const answered = await call(cloud.driver, cloud.context())
      const shown = inspect([answered, cloud.traces], { depth: 20 }) + JSON.stringify([answered, cloud.traces])
      expect(forms.filter((form) => shown.includes(form))).toEqual([])
    }
  })
})
