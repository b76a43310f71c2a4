import { inspect } from 'node:util'
import type { Result } from '@cloud-keypair/core'
import type { CallFailure, KeyPairDriver } from '@cloud-keypair/core/driver'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  accessKeyId,
  accessKeySecret,
  canaries,
  json,
  privateKeyBody,
  refusal,
  securityToken,
  startCloud,
  type ProductName,
  type Reply,
} from './support/cloud.js'
import { runs } from '../../../tests/support/in-full.js'

type Context = Parameters<KeyPairDriver['doDeleteKeyPairs']>[1]
type Call = (driver: KeyPairDriver, context: Context) => Promise<Result<unknown, CallFailure>>

const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: 50,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const
const none = { description: undefined, tags: {}, group: undefined }
const attach = { keyPair: { by: 'name', name: 'k' }, instanceIds: ['i-1', 'i-2'] } as const
const keyPair = { name: 'k' }
const one = { instanceIds: ['i-1'], force: false }

const reads: Readonly<Record<string, Call>> = {
  DescribeKeyPairs: (driver, context) => driver.doDescribeKeyPairs(list, context),
  DescribeInstances: (driver, context) =>
    driver.doDescribeInstances({ kind: 'exact', instanceIds: ['i-1'], cursor: undefined }, context),
}
const changes: Readonly<Record<string, Call>> = {
  ImportKeyPair: (driver, context) => driver.doImportKeyPair({ name: 'k', publicKey: 'ssh-rsa A', ...none }, context),
  CreateKeyPair: (driver, context) => driver.doCreateKeyPair({ name: 'k', ...none }, context),
  DeleteKeyPairs: (driver, context) => driver.doDeleteKeyPairs([keyPair], context),
  AttachKeyPair: (driver, context) => driver.doAttachKeyPair(attach, context),
  DetachKeyPair: (driver, context) => driver.doDetachKeyPair(attach, context),
  StopInstances: (driver, context) => driver.doStopInstances(one, context),
  StartInstances: (driver, context) => driver.doStartInstances(one, context),
  RebootInstances: (driver, context) => driver.doRebootInstances(one, context),
}
const changesOfEcs: Readonly<Record<string, Call>> = {
  TagResources: (driver, context) =>
    driver.doUpdateKeyPair({ keyPair, change: { kind: 'set-tags', tags: { a: '' } } }, context),
  UntagResources: (driver, context) =>
    driver.doUpdateKeyPair({ keyPair, change: { kind: 'remove-tags', keys: ['a'] } }, context),
  JoinResourceGroup: (driver, context) =>
    driver.doUpdateKeyPair({ keyPair, change: { kind: 'group', group: 'rg-1' } }, context),
}
const products = ['ecs', 'ens'] as const
const changesOf = (product: ProductName): Readonly<Record<string, Call>> =>
  product === 'ecs' ? { ...changes, ...changesOfEcs } : changes

async function failureOf(product: ProductName, call: Call | undefined, reply: Reply): Promise<CallFailure | undefined> {
  await using cloud = await startCloud(product, reply)
  const answered = await call?.(cloud.driver, cloud.context())
  expect(cloud.received).toHaveLength(1)
  return answered?._unsafeUnwrapErr()
}

const html = '<html><body><h1>502 Bad Gateway</h1></body></html>'

// Answers with HTTP 200 that make no sense.
const senseless: Readonly<Record<string, string>> = {
  html,
  empty: '',
  'truncated JSON': json({ Results: { Result: [] }, KeyPairName: 'k' }).slice(0, -5),
  'an array': '[]',
  'an array of an answer': `[${json({ KeyPairName: 'k' })}]`,
  'a number': '42',
  null: 'null',
  'an object of somebody else': '{"hello":"world"}',
  'null in place of everything':
    '{"RequestId":null,"Results":null,"KeyPairs":null,"KeyPairName":null,"Instances":null}',
  'lists that are none':
    '{"Results":"x","KeyPairs":{"KeyPair":"x"},"Instances":"x","InstanceResponses":7,"KeyPairName":7}',
  XML: '<?xml version="1.0"?><Response><RequestId>r</RequestId></Response>',
}

describe.each(products)('%s', (product) => {
  describe.each(Object.keys(senseless))('an answer with HTTP 200 that is %s', (kind) => {
    const reply = { body: senseless[kind] ?? '' }

    test('leaves every read with outcome none', async () => {
      for (const call of Object.values(reads)) {
        const failure = await failureOf(product, call, reply)
        expect(failure).toMatchObject({ code: 'invalid-response', outcome: 'none', transient: true, scope: 'call' })
      }
    })

    test.each(Object.keys(changesOf(product)))('leaves the outcome of %s unknown', async (action) => {
      const failure = await failureOf(product, changesOf(product)[action], reply)
      expect(failure).toMatchObject({ code: 'invalid-response', outcome: 'unknown', transient: true, scope: 'call' })
    })
  })

  test.each([500, 502, 503, 504])(
    'HTTP %s leaves the outcome of a change unknown, whatever its body',
    async (status) => {
      for (const body of [
        html,
        '',
        refusal('InternalError'),
        refusal('KeyPair.AlreadyExist'),
        refusal('Whatever.New'),
      ]) {
        for (const call of Object.values(changesOf(product))) {
          const changed = await failureOf(product, call, { status, body })
          expect(changed).toMatchObject({ outcome: 'unknown', transient: true, vendor: { httpStatus: status } })
        }
        const read = await failureOf(product, reads['DescribeKeyPairs'], { status, body })
        expect(read).toMatchObject({ outcome: 'none', transient: true })
      }
      const plain = await failureOf(product, changes['AttachKeyPair'], { status, body: html })
      expect(plain).toMatchObject({ code: 'unavailable', message: `AttachKeyPair was answered with HTTP ${status}` })
    },
  )

  test.each([
    [400, 'unknown', false],
    [401, 'unauthenticated', false],
    [403, 'permission-denied', false],
    [404, 'unknown', false],
    [414, 'invalid-argument', false],
    [431, 'invalid-argument', false],
    [429, 'throttled', true],
  ])('HTTP %s without a code is %s, and nothing was changed', async (status, code, transient) => {
    const failure = await failureOf(product, changes['DeleteKeyPairs'], { status, body: html })
    expect(failure).toMatchObject({ code, transient, outcome: 'none' })
  })

  test('HTTP 408 leaves the outcome of a change unknown: a proxy may have passed it on', async () => {
    const failure = await failureOf(product, changes['DeleteKeyPairs'], { status: 408, body: html })
    expect(failure).toMatchObject({ code: 'unavailable', transient: true, outcome: 'unknown' })
  })

  test.each([301, 302, 307, 308])('HTTP %s is not followed', async (status) => {
    await using target = await startCloud(product, { body: json({}) })
    const failure = await failureOf(product, changes['DeleteKeyPairs'], {
      status,
      body: '',
      headers: { location: `${target.origin}/?secret` },
    })
    expect(failure).toMatchObject({ code: 'invalid-response', outcome: 'none', transient: false })
    expect(target.received).toEqual([])
  })

  test('an error inside HTTP 200 is that error', async () => {
    for (const call of Object.values(changesOf(product))) {
      const refused = await failureOf(product, call, { body: refusal('InvalidKeyPair.NotFound') })
      expect(refused).toMatchObject({
        code: 'not-found',
        outcome: 'none',
        transient: false,
        vendor: { httpStatus: 200 },
      })
      const strange = await failureOf(product, call, { body: refusal('Never.Heard') })
      expect(strange).toMatchObject({ code: 'unknown', outcome: 'unknown', vendor: { code: 'Never.Heard' } })
    }
  })

  test('no answer makes a call throw, and every message is one of a few texts', async () => {
    const value = fc.oneof(
      fc.json(),
      fc.string(),
      fc.object().map((object) => JSON.stringify({ RequestId: 'r', ...object })),
    )
    let next = { body: '', status: 200 }
    await using cloud = await startCloud(product, (response) => {
      response.writeHead(next.status).end(next.body)
    })
    const calls = fc.constantFrom(...Object.values(changesOf(product)))
    await fc.assert(
      fc.asyncProperty(value, fc.integer({ min: 200, max: 599 }), calls, async (body, status, call) => {
        next = { body: [204, 205, 304].includes(status) ? '' : body, status }
        const answered = await call(cloud.driver, cloud.context())
        if (answered.isErr() && (status === 408 || status >= 500))
          expect(answered.error).toMatchObject({ outcome: 'unknown', transient: true })
        if (status >= 300) expect(answered.isErr()).toBe(true)
      }),
      { numRuns: runs(200) },
    )
  })
})

describe('an error that the vendor names', () => {
  test('is kept beside the neutral code, without control characters', async () => {
    const failure = await failureOf('ecs', changes['AttachKeyPair'], {
      status: 418,
      body: refusal('New.Code', 'One\r\n two\u0000. '),
    })
    expect(failure).toEqual({
      code: 'unknown',
      message: 'One two',
      outcome: 'none',
      transient: false,
      scope: 'call',
      vendor: { code: 'New.Code', message: 'One  two . ', httpStatus: 418, requestId: 'req-1' },
    })
  })

  test.each([
    ['an attach', 'AttachKeyPair', 'items'],
    ['a detach', 'DetachKeyPair', 'items'],
    ['a stop', 'StopInstances', 'items'],
    ['an import', 'ImportKeyPair', 'call'],
  ])('is about the instances of %s if its code is', async (_, action, scope) => {
    const body = refusal('DependencyViolation.WindowsInstance')
    const failure = await failureOf('ecs', changes[action], { status: 403, body })
    expect(failure).toMatchObject({ code: 'instance-unsupported', outcome: 'none', transient: false, scope })
  })

  test('names exactly the instances that its message names', async () => {
    const told = refusal('PublicKeyNotAttachWithInstance', 'Public Key Not Attach With Instance. i-2,i-22')
    const failure = await failureOf('ens', changes['DetachKeyPair'], { status: 400, body: told })
    expect(failure).toMatchObject({ code: 'conflict', scope: 'items', culprits: ['i-2'] })
    const denied = refusal('Forbidden.RAM', 'Not authorized on acs:ecs:*:1:instance/i-1.')
    expect(await failureOf('ecs', changes['AttachKeyPair'], { status: 403, body: denied })).toMatchObject({
      code: 'permission-denied',
      scope: 'items',
      culprits: ['i-1'],
    })
  })

  test.each([7, null, {}, []])('with a code that is no text (%j) is judged by its status', async (code) => {
    const failure = await failureOf('ecs', changes['AttachKeyPair'], { status: 403, body: refusal(code, 7) })
    expect(failure?.outcome).toBe('none')
    expect(failure?.code).toBe('permission-denied')
  })

  test.each([400, 403, 429])('is throttling with HTTP %s too', async (status) => {
    const failure = await failureOf('ecs', changes['CreateKeyPair'], { status, body: refusal('Throttling.User') })
    expect(failure).toMatchObject({ code: 'throttled', outcome: 'none', transient: true })
  })

  test('about a nonce has an unknown outcome: only this request can have used it', async () => {
    const failure = await failureOf('ecs', changes['CreateKeyPair'], {
      status: 400,
      body: refusal('SignatureNonceUsed'),
    })
    expect(failure).toMatchObject({ code: 'unavailable', outcome: 'unknown', transient: true })
  })
})

test.each([
  [{ 'x-acs-retry-after': '1500' }, 1500],
  [{ 'x-acs-retry-after': '1500', 'retry-after': '7' }, 1500],
  [{ 'x-acs-retry-after': 'soon', 'retry-after': '7' }, 7000],
  [{ 'retry-after': 'Sun, 22 Nov 2026 12:40:00 GMT', date: 'Sun, 22 Nov 2026 12:39:50 GMT' }, 10_000],
  [{ 'x-acs-retry-after': '86400001' }, undefined],
  [{}, undefined],
])('the hint when to come back in %j is %s ms', async (headers, expected) => {
  const reply = { status: 429, body: refusal('Throttling'), headers }
  expect((await failureOf('ecs', changes['AttachKeyPair'], reply))?.retryAfterMs).toBe(expected)
})

describe('the verdicts on items', () => {
  const verdictsOf = async (product: ProductName, results: readonly unknown[]): Promise<unknown> => {
    const Results = product === 'ecs' ? { Result: results } : results
    await using cloud = await startCloud(product, { body: json({ Results, FailCount: 9, TotalCount: '1' }) })
    return (await cloud.driver.doAttachKeyPair(attach, cloud.context()))._unsafeUnwrap()
  }
  const good = { Code: 200, Message: 'successful', Success: true }

  test.each(products)(
    'of %s come in the order of the answer, including duplicates and foreign ids',
    async (product) => {
      const ids = ['i-2', 'i-9', 'i-2', 'i-1']
      const verdicts = await verdictsOf(
        product,
        ids.map((InstanceId) => ({ ...good, InstanceId })),
      )
      expect(verdicts).toEqual(ids.map((id) => ({ id, ok: true })))
    },
  )

  test.each(products)('of %s leave out unreadable entries, and keep the others', async (product) => {
    const unreadable = [
      null,
      7,
      'i-1',
      [],
      {},
      { ...good, InstanceId: 7 },
      { ...good, InstanceId: '' },
      { InstanceId: 'i-2' },
    ]
    expect(await verdictsOf(product, [...unreadable, { ...good, InstanceId: 'i-1' }])).toEqual([
      { id: 'i-1', ok: true },
    ])
  })

  test.each([
    [{ Code: '200', Success: 'true' }],
    [{ Code: 200, Success: 'true' }],
    [{ Code: '200', Success: true }],
    [{ Code: 200 }],
  ])('take %j for a success', async (fields) => {
    expect(await verdictsOf('ens', [{ InstanceId: 'i-1', ...fields }])).toEqual([{ id: 'i-1', ok: true }])
  })

  test.each([
    { Code: 200, Success: false },
    { Code: '200', Success: 'false' },
    { Code: 400, Success: true },
    { Code: 'IncorrectInstanceStatus', Success: 'true' },
  ])('know nothing from %j, which contradicts itself', async (fields) => {
    expect(await verdictsOf('ecs', [{ InstanceId: 'i-1', ...fields, Message: 'm' }])).toMatchObject([
      { id: 'i-1', ok: false, failure: { code: 'invalid-response', outcome: 'unknown', transient: false } },
    ])
  })

  test('keep the message of the vendor', async () => {
    const failed = { Code: 'IncorrectInstanceStatus', Message: 'Bad state.', Success: false, InstanceId: 'i-1' }
    const internal = { Code: 'InternalError', Message: '', Success: false, InstanceId: 'i-2' }
    expect(await verdictsOf('ecs', [failed, internal])).toEqual([
      {
        id: 'i-1',
        ok: false,
        failure: {
          code: 'instance-state',
          message: 'Bad state',
          transient: false,
          vendor: { code: 'IncorrectInstanceStatus', message: 'Bad state.', httpStatus: 200, requestId: 'req-1' },
        },
      },
      {
        id: 'i-2',
        ok: false,
        failure: {
          code: 'unavailable',
          message: 'the cloud refused it with InternalError',
          transient: true,
          outcome: 'unknown',
          vendor: { code: 'InternalError', httpStatus: 200, requestId: 'req-1' },
        },
      },
    ])
  })

  test('of power actions have no flag', async () => {
    const InstanceResponse = [
      { InstanceId: 'i-1', Code: '200', Message: 'success', PreviousStatus: 'Running', CurrentStatus: 'Stopping' },
      { InstanceId: 'i-2', Code: 'IncorrectInstanceStatus', Message: 'No.' },
    ]
    await using cloud = await startCloud('ecs', { body: json({ InstanceResponses: { InstanceResponse } }) })
    const stopped = await cloud.driver.doStopInstances({ instanceIds: ['i-1', 'i-2'], force: false }, cloud.context())
    expect(stopped._unsafeUnwrap()).toMatchObject([
      { id: 'i-1', ok: true },
      { id: 'i-2', ok: false, failure: { code: 'instance-state' } },
    ])
  })
})

describe('a private key', () => {
  const bodyOf = async (product: ProductName, PrivateKeyBody: string): Promise<string> => {
    await using cloud = await startCloud(product, { body: json({ KeyPairName: 'k', PrivateKeyBody }) })
    const created = await cloud.driver.doCreateKeyPair({ name: 'k', ...none }, cloud.context())
    return created._unsafeUnwrap().privateKey.reveal()
  }

  test.each(products)(
    'of %s gets the line breaks of a PEM block without any, and is otherwise unchanged',
    async (product) => {
      const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n'
      expect(await bodyOf(product, pem)).toBe(pem)
      expect(await bodyOf(product, pem.replaceAll('\n', String.raw`\n`))).toBe(pem)
      expect(await bodyOf(product, pem.replaceAll('\n', String.raw`\r\n`))).toBe(pem)
      expect(await bodyOf(product, privateKeyBody)).toBe(privateKeyBody)
      expect(await bodyOf(product, String.raw`no\npem`)).toBe(String.raw`no\npem`)
    },
  )
})

describe.each(products)('a private key of %s', (product) => {
  test.each([{}, { KeyPairName: null }, { KeyPairName: [], KeyPairId: [], KeyPairFingerPrint: {}, Tags: 'x' }])(
    'is kept that comes with %j alone',
    async (others) => {
      await using cloud = await startCloud(product, { body: json({ ...others, PrivateKeyBody: privateKeyBody }) })
      const created = await cloud.driver.doCreateKeyPair({ name: 'k', ...none }, cloud.context())
      const { keyPair, privateKey } = created._unsafeUnwrap()
      expect([keyPair.name, privateKey.reveal()]).toEqual(['k', privateKeyBody])
    },
  )
})

/** Returns the forms in which a server may quote a secret. */
const quoted = (secret: string): readonly string[] => {
  const encoded = encodeURIComponent(secret)
  const lower = encoded.replaceAll(/%../g, (escape) => escape.toLowerCase())
  return [secret, encoded, lower, Buffer.from(secret).toString('base64').replace(/=+$/, '')]
}

describe('secrets', () => {
  const sent = [accessKeyId, accessKeySecret, securityToken]
  const pem = '-----BEGIN RSA PRIVATE KEY-----\ncanary0private0key\n-----END RSA PRIVATE KEY-----'
  const echo =
    `You sent ${sent.flatMap(quoted).join(', ')}, ` +
    `${pem}, ${pem.replaceAll('\n', String.raw`\n`)} and ${privateKeyBody}`
  const answers: Readonly<Record<string, Reply>> = {
    'an error that echoes them': { status: 403, body: refusal('SignatureDoesNotMatch', echo) },
    'a code and a request id that echo them': {
      status: 400,
      body: JSON.stringify({ RequestId: securityToken, Code: echo }),
    },
    'a private key without the rest': { body: json({ PrivateKeyBody: pem }) },
    'a private key of another type': { body: json({ KeyPairName: 'k', PrivateKeyBody: [pem] }) },
    'a private key in truncated JSON': { body: json({ KeyPairName: 'k', PrivateKeyBody: pem }).slice(0, -20) },
    'a private key in an answer that names an error': { body: json({ Code: 'X', Message: pem, PrivateKeyBody: pem }) },
    'a private key that is cut off in a message': { status: 400, body: refusal('X', pem.slice(0, -10)) },
    'a private key without armour in a message': { status: 400, body: refusal('X', privateKeyBody) },
    'a private key as text': { body: pem },
    'a private key': { body: json({ KeyPairName: 'k', PrivateKeyBody: privateKeyBody }) },
    'an item that echoes them': {
      body: json({ Results: { Result: [{ InstanceId: 'i-1', Code: echo, Message: echo, Success: false }] } }),
    },
  }

  test.each(Object.keys(answers))('are in no result, no failure and no trace after %s', async (kind) => {
    for (const product of products) {
      for (const call of Object.values(changesOf(product))) {
        await using cloud = await startCloud(product, answers[kind] ?? [])
        const answered = await call(cloud.driver, cloud.context())
        const shown =
          inspect([answered, cloud.traces], { depth: 20, showHidden: true }) + JSON.stringify([answered, cloud.traces])
        const forms = [...canaries, ...sent.flatMap(quoted)]
        expect(forms.filter((form) => shown.includes(form))).toEqual([])
      }
    }
  })
})

test.each(products)('an answer of %s that is flagged as failed is no success, whatever its code', async (product) => {
  for (const Success of ['false', false]) {
    for (const Code of ['200', undefined]) {
      await using cloud = await startCloud(product, { body: json({ RequestId: 'r', Code, Success }) })
      const failure = (await cloud.driver.doDeleteKeyPairs([keyPair], cloud.context()))._unsafeUnwrapErr()
      expect(failure).toMatchObject({ code: 'invalid-response', outcome: 'unknown' })
    }
  }
})

test.each(products)('a private key that %s generated survives a malformed field of its answer', async (product) => {
  const body = {
    RequestId: 'r',
    KeyPairName: 7,
    KeyPairFingerPrint: 7,
    KeyPairId: [],
    Tags: '',
    PrivateKeyBody: privateKeyBody,
  }
  await using cloud = await startCloud(product, { body: json(body) })
  const created = (await cloud.driver.doCreateKeyPair({ name: 'k', ...none }, cloud.context()))._unsafeUnwrap()
  expect(created.privateKey.reveal()).toBe(privateKeyBody)
})

test('a message of any length is judged at once', async () => {
  const Results = { Result: [{ InstanceId: 'i-1', Code: 'Token'.repeat(40_000), Message: `${'.'.repeat(300_000)}x` }] }
  await using cloud = await startCloud('ecs', { body: json({ RequestId: 'r', Results }) })
  const verdicts = (await cloud.driver.doAttachKeyPair(attach, cloud.context()))._unsafeUnwrap()
  expect(verdicts.map(({ ok }) => ok)).toEqual([false])
})
