import { expect, test } from 'vitest'
import {
  type AnswerForm,
  type AnswerHead,
  type AnswerSchema,
  type CallRefused,
  callWithCredentials,
  createCodeTable,
  createCredentialCache,
  type HttpResponse,
  readAnswer,
} from '../../src/http.js'
import { ok, type Result } from '../../src/result.js'

const remove = { action: 'DELETE /keys/deploy', mutating: true }

function schemaOf<T>(read: (value: unknown) => T | undefined): AnswerSchema<T> {
  return {
    '~standard': {
      validate: (value) => {
        const taken = read(value)
        return taken === undefined ? { issues: [{ message: 'no' }] } : { value: taken }
      },
    },
  }
}

/** An API of elements in the manner of XML, `<code>Odd</code>`, whose request ids are in a header. */
const form: AnswerForm = {
  parse: (text) => {
    const [, name, value] = /^<(\w+)>(.*)<\/\1>$/.exec(text) ?? []
    if (name === undefined) throw new Error(text)
    return new Map([[name, value]])
  },
  head: schemaOf((value): AnswerHead | undefined => {
    if (!(value instanceof Map)) return undefined
    const code: unknown = value.get('code')
    return typeof code === 'string' ? { error: { code, message: 'It is odd.' } } : {}
  }),
  requestIdHeader: 'x-request-id',
  classify: (code, { status }) => {
    if (code === 'Odd') return { code: 'conflict' }
    return code === 'Old' && status === 401 ? { code: 'unauthenticated', credentials: true } : undefined
  },
  secrets: [],
}
const anything = schemaOf((value) => ({ value }))

function read(
  text: string,
  status: number,
): Promise<Result<{ readonly value: { readonly value: unknown } }, CallRefused>> {
  const response: HttpResponse = { status, headers: { 'x-request-id': 'r-1' }, text }
  return readAnswer(form, remove, response, anything)
}

test('an answer is parsed by the parser of its form', async () => {
  const answer = await read('<count>2</count>', 200)
  expect(answer._unsafeUnwrap().value.value).toEqual(new Map([['count', '2']]))
})

test('an answer that the parser of its form refuses is invalid-response', async () => {
  const { failure } = (await read('{"count":2}', 200))._unsafeUnwrapErr()
  expect(failure).toMatchObject({ code: 'invalid-response', outcome: 'unknown' })
})

test('an answer with HTTP status 204 is null, without a body and without a head', async () => {
  expect((await read('', 204))._unsafeUnwrap().value.value).toBeNull()
})

test('an empty answer with another status is invalid-response', async () => {
  expect((await read('', 200))._unsafeUnwrapErr().failure.code).toBe('invalid-response')
})

test('the request id of a header is in the error of the vendor', async () => {
  const { failure } = (await read('<code>Odd</code>', 409))._unsafeUnwrapErr()
  expect(failure).toMatchObject({ code: 'conflict', vendor: { code: 'Odd', requestId: 'r-1', httpStatus: 409 } })
})

test('a code whose meaning has credentials is answered with other credentials, once', async () => {
  const keys = ['first', 'second', 'third']
  const cache = createCredentialCache<{ readonly key: string; readonly expiresAt?: number }>(async () =>
    ok({ key: keys.shift() ?? '' }),
  )
  const used: string[] = []
  const answer = await callWithCredentials(cache, new AbortController().signal, async ({ key }) => {
    used.push(key)
    return read('<code>Old</code>', 401)
  })
  expect(used).toEqual(['first', 'second'])
  expect(answer._unsafeUnwrapErr().code).toBe('unauthenticated')
})

test('a table finds a whole code first, and then the longest part', () => {
  const look = createCodeTable({
    'State.*': { code: 'instance-state' },
    'State.Mov*': { code: 'busy' },
    'State.Moved': { code: 'conflict' },
    '*LimitExceeded': { code: 'quota-exceeded' },
    RequestLimitExceeded: { code: 'throttled' },
  })
  const codes = ['State.Up', 'State.Moving', 'State.Moved', 'TagLimitExceeded', 'RequestLimitExceeded', 'Else']
  expect(codes.map((code) => look(code)?.code)).toEqual([
    'instance-state',
    'busy',
    'conflict',
    'quota-exceeded',
    'throttled',
    undefined,
  ])
})
