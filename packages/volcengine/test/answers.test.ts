import { inspect } from 'node:util'
import type { Result } from '@cloud-keypair/core'
import type { CallFailure, ItemVerdict, KeyPairDriver } from '@cloud-keypair/core/driver'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  accessKeyId,
  canaries,
  envelope,
  now,
  refusal,
  secretAccessKey,
  sessionToken,
  startCloud,
  type Reply,
} from './support/cloud.js'
import { runs } from '../../../tests/support/in-full.js'

type Context = Parameters<KeyPairDriver['doDeleteKeyPairs']>[1]

const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: 500,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const
const none = { description: undefined, tags: {}, group: undefined }
const attach = { keyPair: { by: 'name', name: 'k' }, instanceIds: ['i-1', 'i-2'] } as const

const reads: Readonly<
  Record<string, (driver: KeyPairDriver, context: Context) => Promise<Result<unknown, CallFailure>>>
> = {
  DescribeKeyPairs: (driver, context) => driver.doDescribeKeyPairs(list, context),
  DescribeInstances: (driver, context) =>
    driver.doDescribeInstances({ kind: 'exact', instanceIds: ['i-1'], cursor: undefined }, context),
}
const changes: typeof reads = {
  ImportKeyPair: (driver, context) => driver.doImportKeyPair({ name: 'k', publicKey: 'ssh-rsa A', ...none }, context),
  CreateKeyPair: (driver, context) => driver.doCreateKeyPair({ name: 'k', ...none }, context),
  DeleteKeyPairs: (driver, context) => driver.doDeleteKeyPairs([{ name: 'k' }], context),
  ModifyKeyPairAttribute: (driver, context) =>
    driver.doUpdateKeyPair({ keyPair: { name: 'k' }, change: { kind: 'description', description: '' } }, context),
  CreateTags: (driver, context) =>
    driver.doUpdateKeyPair({ keyPair: { name: 'k' }, change: { kind: 'set-tags', tags: { a: '' } } }, context),
  DeleteTags: (driver, context) =>
    driver.doUpdateKeyPair({ keyPair: { name: 'k' }, change: { kind: 'remove-tags', keys: ['a'] } }, context),
  AttachKeyPair: (driver, context) => driver.doAttachKeyPair(attach, context),
  DetachKeyPair: (driver, context) => driver.doDetachKeyPair(attach, context),
  StopInstances: (driver, context) => driver.doStopInstances({ instanceIds: ['i-1'], force: false }, context),
  StartInstances: (driver, context) => driver.doStartInstances({ instanceIds: ['i-1'], force: false }, context),
  RebootInstances: (driver, context) => driver.doRebootInstances({ instanceIds: ['i-1'], force: false }, context),
}

async function failureOf(call: (typeof reads)[string] | undefined, reply: Reply): Promise<CallFailure | undefined> {
  await using cloud = await startCloud(reply)
  const answered = await call?.(cloud.driver, cloud.context())
  expect(cloud.received).toHaveLength(1)
  return answered?._unsafeUnwrapErr()
}

const html = '<html><body><h1>502 Bad Gateway</h1></body></html>'

// Answers with HTTP 200 that make no sense.
const senseless: Readonly<Record<string, string>> = {
  html,
  empty: '',
  'truncated JSON': envelope('A', { OperationDetails: [], KeyPairName: 'k' }).slice(0, -9),
  'an array': '[]',
  'a number': '42',
  null: 'null',
  'an object of somebody else': '{"hello":"world"}',
  'no metadata': JSON.stringify({ Result: { OperationDetails: [], KeyPairName: 'k', PrivateKey: 'x' } }),
  'null metadata': JSON.stringify({ ResponseMetadata: null, Result: { OperationDetails: [], KeyPairs: [] } }),
  'metadata of another type': JSON.stringify({ ResponseMetadata: 'x', Result: { OperationDetails: [] } }),
  'no result': JSON.stringify({ ResponseMetadata: { RequestId: 'r' } }),
  'null result': envelope('A', null),
  'an empty result': envelope('A', {}),
  'null details': envelope('A', { OperationDetails: null, KeyPairName: null }),
  'details that are none': envelope('A', { OperationDetails: 'x', KeyPairName: 7, KeyPairs: 'x', Instances: 'x' }),
}

describe.each(Object.keys(senseless))('an answer with HTTP 200 that is %s', (kind) => {
  const reply = { body: senseless[kind] ?? '' }

  test.each(Object.keys(reads))('leaves %s with outcome none', async (action) => {
    const failure = await failureOf(reads[action], reply)
    expect(failure).toMatchObject({ code: 'invalid-response', outcome: 'none', transient: true, scope: 'call' })
  })

  test.each(Object.keys(changes))(
    'leaves the outcome of %s unknown, and its token makes a retry safe',
    async (action) => {
      const failure = await failureOf(changes[action], reply)
      expect(failure).toMatchObject({ code: 'invalid-response', outcome: 'unknown', transient: true, scope: 'call' })
    },
  )
})

describe('an HTTP status', () => {
  test.each([500, 502, 503, 504])(
    '%s leaves the outcome of a change unknown, with or without an envelope',
    async (status) => {
      for (const body of [html, '', refusal('InternalError'), refusal('InvalidArgument'), refusal('Whatever.New')]) {
        const changed = await failureOf(changes['AttachKeyPair'], { status, body })
        expect(changed).toMatchObject({ outcome: 'unknown', transient: true, vendor: { httpStatus: status } })
        const read = await failureOf(reads['DescribeKeyPairs'], { status, body })
        expect(read).toMatchObject({ outcome: 'none', transient: true })
      }
      const plain = await failureOf(changes['AttachKeyPair'], { status, body: html })
      expect(plain).toMatchObject({ code: 'unavailable', message: `AttachKeyPair was answered with HTTP ${status}` })
    },
  )

  test.each([
    [400, 'unknown', false],
    [401, 'unauthenticated', false],
    [403, 'permission-denied', false],
    [404, 'unknown', false],
    [414, 'invalid-argument', false],
    [429, 'throttled', true],
  ])('%s without an envelope is %s, and nothing was changed', async (status, code, transient) => {
    const failure = await failureOf(changes['DeleteKeyPairs'], { status, body: html })
    expect(failure).toMatchObject({ code, transient, outcome: 'none' })
  })

  test('408 leaves the outcome of a change unknown: a proxy may have passed it on', async () => {
    const failure = await failureOf(changes['DeleteKeyPairs'], { status: 408, body: html })
    expect(failure).toMatchObject({ code: 'unavailable', transient: true, outcome: 'unknown' })
  })

  test.each([301, 302, 307, 308])('%s is not followed', async (status) => {
    await using target = await startCloud({ body: envelope('DeleteKeyPairs', { OperationDetails: [] }) })
    const failure = await failureOf(changes['DeleteKeyPairs'], {
      status,
      body: '',
      headers: { location: `${target.origin}/?secret` },
    })
    expect(failure).toMatchObject({
      code: 'invalid-response',
      outcome: 'none',
      transient: false,
      vendor: { httpStatus: status },
    })
    expect(target.received).toEqual([])
  })
})

describe('an error that the vendor names', () => {
  test('with HTTP 412 means work in progress: unknown, to be resent with the same token', async () => {
    const failure = await failureOf(changes['AttachKeyPair'], { status: 412, body: refusal('IdempotentProcessing') })
    expect(failure).toMatchObject({ code: 'busy', outcome: 'unknown', transient: true })
  })

  test('with HTTP 429 has outcome none, and is transient', async () => {
    const failure = await failureOf(changes['AttachKeyPair'], { status: 429, body: refusal('FlowLimitExceeded') })
    expect(failure).toMatchObject({ code: 'throttled', outcome: 'none', transient: true })
  })

  test('inside HTTP 200 is that error, with outcome none if its code says so', async () => {
    const refused = await failureOf(changes['AttachKeyPair'], { body: refusal('InvalidKeyPair.NotFound') })
    expect(refused).toMatchObject({ code: 'not-found', outcome: 'none', transient: false, vendor: { httpStatus: 200 } })
    const failed = await failureOf(changes['AttachKeyPair'], { body: refusal('InternalError') })
    expect(failed).toMatchObject({ code: 'unavailable', outcome: 'unknown', transient: true })
    const strange = await failureOf(changes['AttachKeyPair'], { body: refusal('Never.Heard') })
    expect(strange).toMatchObject({ code: 'unknown', outcome: 'unknown', vendor: { code: 'Never.Heard' } })
  })

  test.each([7, null, {}, []])('with a code that is no text (%j) is judged by its status', async (code) => {
    const failure = await failureOf(changes['AttachKeyPair'], { status: 403, body: refusal(code, 7) })
    expect(failure).toMatchObject({ code: 'permission-denied', outcome: 'none', vendor: { httpStatus: 403 } })
    expect(failure?.vendor).not.toHaveProperty('code')
  })

  test.each(['text', 5, true, []])('that is no object (%j) is an error too', async (error) => {
    const body = JSON.stringify({ ResponseMetadata: { Error: error }, Result: { OperationDetails: [] } })
    const failure = await failureOf(changes['AttachKeyPair'], { body })
    expect(failure).toMatchObject({ code: 'unknown', outcome: 'unknown' })
  })

  test('names the instances at fault if its message does', async () => {
    const message =
      'User is not authorized to perform: ecs:AttachKeyPair on resource: trn:ecs:cn-beijing:1:instance/i-2.'
    const failure = await failureOf(changes['AttachKeyPair'], { status: 403, body: refusal('AccessDenied', message) })
    expect(failure).toMatchObject({ code: 'permission-denied', scope: 'items', culprits: ['i-2'], outcome: 'none' })
  })

  test('names no instance if its message names a longer id', async () => {
    const failure = await failureOf(changes['AttachKeyPair'], {
      status: 403,
      body: refusal('AccessDenied', 'No: i-22'),
    })
    expect(failure).toMatchObject({ scope: 'call' })
    expect(failure).not.toHaveProperty('culprits')
  })
})

test.each([
  ['7', 7000],
  [new Date(now + 65_000).toUTCString(), 5000],
  ['soon', undefined],
])('Retry-After %s is passed on, a date as of the answer and not of this machine', async (value, expected) => {
  const headers = { 'retry-after': value, date: new Date(now + 60_000).toUTCString() }
  const failure = await failureOf(changes['AttachKeyPair'], {
    status: 429,
    body: refusal('FlowLimitExceeded'),
    headers,
  })
  expect(failure?.retryAfterMs).toBe(expected)
})

test('a request id that is no text is ignored', async () => {
  const body = JSON.stringify({ ResponseMetadata: { RequestId: 7 }, Result: { KeyPairs: [] } })
  await using cloud = await startCloud({ body })
  expect((await cloud.driver.doDescribeKeyPairs(list, cloud.context()))._unsafeUnwrap()).toEqual({ items: [] })
})

test('an invalid date is left out', async () => {
  const body = envelope('DescribeKeyPairs', { KeyPairs: [{ KeyPairName: 'k', CreatedAt: 'yesterday', UpdatedAt: '' }] })
  await using cloud = await startCloud({ body })
  const page = await cloud.driver.doDescribeKeyPairs(list, cloud.context())
  expect(page._unsafeUnwrap()).toEqual({ items: [{ name: 'k' }] })
})

test('a message of several lines becomes one line', async () => {
  const failure = await failureOf(changes['AttachKeyPair'], { status: 400, body: refusal('X', 'One\r\n two\u0000. ') })
  expect(failure?.message).toBe('One two')
})

test('a page with an unreadable key pair is a failure: no key pair may be lost', async () => {
  for (const damaged of [{}, { KeyPairName: 7 }, { KeyPairName: '' }, null]) {
    const body = envelope('DescribeKeyPairs', { KeyPairs: [{ KeyPairName: 'k' }, damaged] })
    expect(await failureOf(reads['DescribeKeyPairs'], { body })).toMatchObject({
      code: 'invalid-response',
      outcome: 'none',
    })
  }
})

describe('the verdicts on items', () => {
  const verdictsOf = async (details: readonly unknown[]): Promise<readonly ItemVerdict[]> => {
    await using cloud = await startCloud({ body: envelope('AttachKeyPair', { OperationDetails: details }) })
    return (await cloud.driver.doAttachKeyPair(attach, cloud.context()))._unsafeUnwrap()
  }

  test('come in the order of the answer, including duplicates and foreign ids', async () => {
    const details = ['i-2', 'i-9', 'i-2', 'i-1'].map((InstanceId) => ({ InstanceId, Error: null }))
    expect(await verdictsOf(details)).toEqual(['i-2', 'i-9', 'i-2', 'i-1'].map((id) => ({ id, ok: true })))
  })

  test('leave out unreadable entries, and keep the others', async () => {
    const unreadable = [
      null,
      7,
      'i-1',
      [],
      {},
      { InstanceId: 7, Error: null },
      { InstanceId: '', Error: null },
      { InstanceId: null },
      { InstanceId: 'i-2', Error: 'text' },
      { InstanceId: 'i-2', Error: {} },
      { InstanceId: 'i-2', Error: { Code: 7 } },
    ]
    expect(await verdictsOf([...unreadable, { InstanceId: 'i-1' }])).toEqual([{ id: 'i-1', ok: true }])
  })

  test('are transient for a throttled item', async () => {
    const Error = { Code: 'FlowLimitExceeded', Message: '' }
    expect(await verdictsOf([{ InstanceId: 'i-1', Error }])).toMatchObject([
      {
        ok: false,
        failure: { code: 'throttled', transient: true, message: 'the cloud refused it with FlowLimitExceeded' },
      },
    ])
  })

  test('have a readable message without a code or a sentence', async () => {
    const messageOf = async (error: unknown) => {
      const [verdict] = await verdictsOf([{ InstanceId: 'i-1', Error: error }])
      return verdict?.ok === false ? [verdict.failure.code, verdict.failure.message] : 'ok'
    }
    expect(await messageOf({ Code: '', Message: 'No room.' })).toEqual(['unknown', 'No room'])
    expect(await messageOf({ Code: 'Never.Heard' })).toEqual(['unknown', 'the cloud refused it with Never.Heard'])
  })

  test('have an unknown outcome for an internal error, and outcome none for an unknown code', async () => {
    const outcomes = ['InternalError', 'Never.Heard'].map(async (Code) => {
      const [verdict] = await verdictsOf([{ InstanceId: 'i-1', Error: { Code, Message: '' } }])
      return verdict?.ok === false ? verdict.failure.outcome : 'ok'
    })
    expect(await Promise.all(outcomes)).toEqual(['unknown', undefined])
  })
})

test('no answer makes a call throw, and every message is one of a few texts', async () => {
  const json = fc.oneof(
    fc.json(),
    fc
      .record({ ResponseMetadata: fc.oneof(fc.object(), fc.constant({})), Result: fc.anything() })
      .map((value) => JSON.stringify(value) ?? ''),
    fc.string(),
  )
  let next: Reply = { body: '' }
  await using cloud = await startCloud((response) => {
    if (typeof next !== 'function') response.writeHead(next.status ?? 200).end(next.body)
  })
  await fc.assert(
    fc.asyncProperty(
      json,
      fc.integer({ min: 200, max: 599 }),
      fc.constantFrom(...Object.values(changes)),
      async (body, status, call) => {
        next = { body: [204, 205, 304].includes(status) ? '' : body, status }
        const answered = await call(cloud.driver, cloud.context())
        if (answered.isErr() && status >= 400 && status < 500 && status !== 408)
          expect(answered.error.outcome).toBe('none')
        if (answered.isErr() && (status === 408 || status >= 500))
          expect(answered.error).toMatchObject({ outcome: 'unknown', transient: true })
        if (status >= 300) expect(answered.isErr()).toBe(true)
      },
    ),
    { numRuns: runs(300) },
  )
})

/** Returns the forms in which a server may quote a secret. */
const quoted = (secret: string): readonly string[] => {
  const encoded = encodeURIComponent(secret)
  const lower = encoded.replaceAll(/%../g, (escape) => escape.toLowerCase())
  return [secret, encoded, lower, Buffer.from(secret).toString('base64').replace(/=+$/, '')]
}

describe('secrets', () => {
  const sent = [accessKeyId, secretAccessKey, sessionToken]
  const pem = '-----BEGIN RSA PRIVATE KEY-----\ncanary-private-key\n-----END RSA PRIVATE KEY-----'
  const echo = `You sent ${sent.flatMap(quoted).join(', ')} and ${pem}`
  const answers: Readonly<Record<string, Reply>> = {
    'an error that echoes them': { status: 401, body: refusal('SignatureDoesNotMatch', echo) },
    'a code and a request id that echo them': {
      status: 400,
      body: JSON.stringify({ ResponseMetadata: { RequestId: sessionToken, Error: { Code: echo } } }),
    },
    'a private key without the rest': { body: envelope('CreateKeyPair', { PrivateKey: pem }) },
    'a private key of another type': { body: envelope('CreateKeyPair', { KeyPairName: 'k', PrivateKey: [pem] }) },
    'a private key in truncated JSON': {
      body: envelope('CreateKeyPair', { KeyPairName: 'k', PrivateKey: pem }).slice(0, -20),
    },
    'a private key that is cut off in a message': { status: 400, body: refusal('X', pem.slice(0, -10)) },
    'a private key as text': { body: pem },
    'an item that echoes them': {
      body: envelope('AttachKeyPair', {
        OperationDetails: [{ InstanceId: 'i-1', Error: { Code: echo, Message: echo } }],
      }),
    },
  }

  test.each(Object.keys(answers))('are in no failure and no trace after %s', async (kind) => {
    for (const call of Object.values(changes)) {
      await using cloud = await startCloud(answers[kind] ?? [])
      const answered = await call(cloud.driver, cloud.context())
      const shown =
        inspect([answered, cloud.traces], { depth: 20, showHidden: true }) + JSON.stringify([answered, cloud.traces])
      const forms = [...canaries, ...sent.flatMap(quoted)]
      expect(forms.filter((form) => shown.includes(form))).toEqual([])
    }
  })
})
