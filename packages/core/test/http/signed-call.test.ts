import { expect, test } from 'vitest'
import type { CallFailure, CallTrace } from '../../src/contract/key-pair-driver.js'
import { refusal } from '../../src/driver.js'
import {
  type AnswerForm,
  type AnswerHead,
  type AnswerSchema,
  createCredentialCache,
  createPlainCall,
  createSignedCall,
  type HttpRequest,
  type HttpResponse,
  keepCredentials,
  type SignedApi,
  type VendorRequest,
} from '../../src/http.js'
import { err, ok, type Result } from '../../src/result.js'

interface Key {
  readonly key: string
  readonly expiresAt?: number
}

type Api = SignedApi<VendorRequest, Key, string, { sign(key: string): string }>

const change: VendorRequest = { action: 'Attach', mutating: true, items: ['i-1', 'i-2'] }
const endpointFailure = refusal('invalid-argument', 'the endpoint is malformed')
const loadFailure = refusal('unknown', 'the package cannot be loaded')
const signFailure = refusal('unsupported', 'this API has no such call')

/** Makes a schema by hand. A value that it does not take lacks the field `count`. */
function schemaOf<T>(read: (value: unknown) => T | undefined, path?: readonly PropertyKey[]): AnswerSchema<T> {
  return {
    '~standard': {
      validate: (value) => {
        const taken = read(value)
        return taken === undefined ? { issues: [{ message: JSON.stringify(value), path }] } : { value: taken }
      },
    },
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const head = schemaOf((answer): AnswerHead => {
  const [code, message] = [textOf(fieldOf(answer, 'code')), textOf(fieldOf(answer, 'message'))]
  return { error: { code, message }, isRefusal: code !== 'OK' }
})
const count = schemaOf(
  (value) => {
    const found = fieldOf(value, 'count')
    return typeof found === 'number' ? found : undefined
  },
  ['count'],
)

interface Reply extends Partial<HttpResponse> {
  readonly text: string
}

/** Makes an API that gives these answers in order, and keeps what arrives. */
function apiOf(replies: readonly Reply[], more: Partial<Api> = {}, form: Partial<AnswerForm> = {}) {
  const sent: HttpRequest[] = []
  const rest = [...replies]
  const api: Api = {
    credentials: keepCredentials({ key: 'canary-key-1' }),
    transportOf: () => ({
      send: async (request) => {
        sent.push(request)
        return ok({ status: 200, headers: {}, text: '', ...rest.shift() })
      },
      close: async () => {},
    }),
    endpoint: () => ok('https://api.example.com'),
    load: async () => ok({ sign: (key) => `signed by ${key}` }),
    sign: ({ action }, { as, endpoint, vendor }) =>
      ok({ method: 'POST', url: `${endpoint}/${action}`, headers: { authorization: vendor.sign(as.key) } }),
    form: (_, { as }) => ({
      head,
      classify: (code) =>
        code === 'Expired'
          ? { code: 'unauthenticated', credentials: true }
          : code === 'Odd'
            ? { code: 'conflict' }
            : undefined,
      secrets: [as.key],
      ...form,
    }),
    ...more,
  }
  return { api, sent }
}

const contextOf = (traces: CallTrace[] = []) => ({
  signal: new AbortController().signal,
  token: '',
  trace: (entry: CallTrace) => void traces.push(entry),
})

const taken = (text: object, more: Partial<HttpResponse> = {}): Reply => ({ text: JSON.stringify(text), ...more })

test('a call is signed with the credentials, the address and the loaded code, and its answer tells the credentials', async () => {
  const { api, sent } = apiOf([taken({ code: 'OK', count: 2 })])
  const answer = await createSignedCall(api)(change, count, contextOf())
  expect(answer._unsafeUnwrap()).toEqual({ value: 2, vendor: { httpStatus: 200 }, as: { key: 'canary-key-1' } })
  expect(sent).toEqual([
    { method: 'POST', url: 'https://api.example.com/Attach', headers: { authorization: 'signed by canary-key-1' } },
  ])
})

test.each<[string, Partial<Api>, CallFailure]>([
  ['address', { endpoint: () => err(endpointFailure) }, endpointFailure],
  ['loaded code', { load: async () => err(loadFailure) }, loadFailure],
  ['signature', { sign: () => err(signFailure) }, signFailure],
  ['credentials', { credentials: createCredentialCache(async () => err(signFailure)) }, signFailure],
])('a call without %s fails with the reason, and nothing is sent', async (_, more, failure) => {
  const { api, sent } = apiOf([], more)
  const traces: CallTrace[] = []
  expect((await createSignedCall(api)(change, count, contextOf(traces)))._unsafeUnwrapErr()).toEqual(failure)
  expect([sent, traces]).toEqual([[], []])
})

test('a call whose credentials are refused is made once more with others', async () => {
  const keys = ['canary-key-1', 'canary-key-2', 'canary-key-3']
  const expired = taken({ code: 'Expired', message: 'Old.' }, { status: 401 })
  const credentials = createCredentialCache<Key>(async () => ok({ key: keys.shift() ?? '' }))
  const { api, sent } = apiOf([expired, taken({ code: 'OK', count: 7 })], { credentials })
  expect((await createPlainCall(api)(change, count, contextOf()))._unsafeUnwrap()).toBe(7)
  expect(sent.map(({ headers }) => headers['authorization'])).toEqual([
    'signed by canary-key-1',
    'signed by canary-key-2',
  ])
})

test('an error of an answer that succeeded is none, and is not told of the answer', async () => {
  const { api } = apiOf([taken({ code: 'OK', message: 'success', count: 1 })])
  const answer = await createSignedCall(api)(change, count, contextOf())
  expect(answer._unsafeUnwrap().vendor).toEqual({ httpStatus: 200 })
})

test('an error status refuses, whatever the code says, and the code is told', async () => {
  const { api } = apiOf([taken({ code: 'OK', message: 'canary-key-1 is late' }, { status: 400 })])
  const failure = (await createSignedCall(api)(change, count, contextOf()))._unsafeUnwrapErr()
  expect(failure).toMatchObject({ vendor: { code: 'OK', httpStatus: 400 }, outcome: 'none' })
  expect(JSON.stringify(failure)).not.toContain('canary')
})

async function failureOf(reply: Reply, form: Partial<AnswerForm>): Promise<CallFailure> {
  const answer: Result<number, CallFailure> = await createPlainCall(apiOf([reply], {}, form).api)(
    change,
    count,
    contextOf(),
  )
  return answer._unsafeUnwrapErr()
}

test('the result of an answer is the named field of it', async () => {
  const { api } = apiOf([taken({ code: 'OK', Result: { count: 3 } })], {}, { resultField: 'Result' })
  expect((await createPlainCall(api)(change, count, contextOf()))._unsafeUnwrap()).toBe(3)
  expect(await failureOf(taken({ code: 'OK', count: 3 }), { resultField: 'Result' })).toMatchObject({
    code: 'invalid-response',
    outcome: 'unknown',
  })
})

test('an answer that its schema does not take names the field, and quotes nothing', async () => {
  const failure = await failureOf(taken({ code: 'OK', count: 'canary' }), {})
  expect(failure).toMatchObject({
    code: 'invalid-response',
    message: 'the answer to Attach lacks count, or has it in another form',
  })
  expect(JSON.stringify(failure)).not.toContain('canary')
})

test('a field whose name is no plain word is not named', async () => {
  const odd = schemaOf((): number | undefined => undefined, ['count', 'canary name'])
  const answer = await createPlainCall(apiOf([taken({ code: 'OK' })]).api)(change, odd, contextOf())
  expect(answer._unsafeUnwrapErr().message).toBe('the answer to Attach lacks its result, or has it in another form')
})

test('a status that the form classifies has that meaning, unless the code has one', async () => {
  const classifyStatus: AnswerForm['classifyStatus'] = ({ status, action }) =>
    status === 404 && action === 'Attach' ? { code: 'invalid-response', hint: 'Check the address.' } : undefined
  const told = { code: 'invalid-response', hint: 'Check the address.', outcome: 'none' }
  for (const reply of [taken({ code: 'Strange' }, { status: 404 }), { status: 404, text: '<html>' }])
    expect(await failureOf(reply, { classifyStatus })).toMatchObject(told)
  expect((await failureOf(taken({ code: 'Odd' }, { status: 404 }), { classifyStatus })).code).toBe('conflict')
  expect((await failureOf(taken({ code: 'Strange' }, { status: 403 }), { classifyStatus })).code).toBe(
    'permission-denied',
  )
})

test.each([
  [{ 'x-wait-ms': '1500', 'retry-after': '7' }, 1500],
  [{ 'x-wait-ms': 'soon', 'retry-after': '7' }, 7000],
  [{ 'x-wait-ms': '86400001' }, undefined],
  [{ 'retry-after': '7' }, 7000],
])('the headers %j tell to wait %s ms', async (headers, expected) => {
  const failure = await failureOf(taken({ code: 'Odd' }, { headers }), { retryAfterMsHeader: 'x-wait-ms' })
  expect(failure.retryAfterMs).toBe(expected)
})
