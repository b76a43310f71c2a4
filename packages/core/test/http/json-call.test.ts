import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CallTrace } from '../../src/contract/key-pair-driver.js'
import {
  type AnswerHead,
  type AnswerSchema,
  type CodeMeaning,
  createJsonCall,
  type JsonRequest,
} from '../../src/http.js'
import type { HttpRequest, HttpResponse, TransportFailure } from '../../src/http/types.js'
import { err, ok, type Result } from '../../src/result.js'

const secret = 'canary-secret-key'

const codes: ReadonlyMap<string, CodeMeaning> = new Map<string, CodeMeaning>([
  ['Odd', { code: 'conflict', items: true, hint: 'Make it even.' }],
  ['Later', { code: 'busy', transient: true, outcomeUnknown: true }],
])

/** Makes a schema by hand, as any schema library does. */
function schemaOf<T>(read: (value: unknown) => T | undefined): AnswerSchema<T> {
  return {
    '~standard': {
      validate: (value) => {
        const taken = read(value)
        return taken === undefined ? { issues: [{ message: JSON.stringify(value) }] } : { value: taken }
      },
    },
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const head = schemaOf((value): AnswerHead | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const error = fieldOf(value, 'error')
  return {
    requestId: textOf(fieldOf(value, 'requestId')),
    ...(error !== undefined && {
      error: { code: textOf(fieldOf(error, 'code')), message: textOf(fieldOf(error, 'message')) },
    }),
  }
})
const count = schemaOf((value) => {
  const found = fieldOf(value, 'count')
  return typeof found === 'number' ? found : undefined
})

const change: JsonRequest = {
  action: 'Attach',
  mutating: true,
  items: ['i-1', 'i-2'],
  parameters: { ids: ['i-1', 'i-2'] },
}
const look: JsonRequest = { action: 'List', mutating: false, parameters: {} }

function answered(
  text: string,
  status = 200,
  headers: HttpResponse['headers'] = {},
): Result<HttpResponse, TransportFailure> {
  return ok({ status, headers, text })
}

async function made(
  answer: Result<HttpResponse, TransportFailure>,
  request = change,
  schema: AnswerSchema<number> = count,
  refusesUnder200 = false,
) {
  const sent: HttpRequest[] = []
  const traces: CallTrace[] = []
  const call = createJsonCall({
    transport: {
      send: async (one) => {
        sent.push(one)
        return answer
      },
      close: async () => {},
    },
    sign: ({ action, parameters }) => ({
      method: 'POST',
      url: `https://cloud.example/${action}`,
      headers: { authorization: secret },
      body: JSON.stringify(parameters),
    }),
    head,
    classify: (code) => codes.get(code),
    secrets: [secret],
    refusesUnder200,
    now: () => Date.UTC(2026, 10, 22, 12, 0, 0),
  })
  const context = {
    signal: new AbortController().signal,
    token: '',
    trace: (entry: CallTrace) => void traces.push(entry),
  }
  const result = await call(request, schema, context)
  return { sent, traces, result }
}

describe('an answered call', () => {
  test('is sent once, as signed, and returns the parsed result', async () => {
    const { sent, result } = await made(answered('{"requestId":"r-1","count":2}'))
    expect(result).toEqual(ok(2))
    expect(sent).toEqual([
      {
        method: 'POST',
        url: 'https://cloud.example/Attach',
        headers: { authorization: secret },
        body: '{"ids":["i-1","i-2"]}',
      },
    ])
  })

  test('has its action, status and request id in the event', async () => {
    const { traces } = await made(answered('{"requestId":"r-1","count":2}'))
    expect(Object.assign({}, ...traces)).toEqual({ action: 'Attach', httpStatus: 200, requestId: 'r-1' })
  })

  test('has its action, status and request id in the event if it is refused too', async () => {
    const { traces } = await made(answered('{"requestId":"r-1","error":{"code":"Odd"}}', 409))
    expect(Object.assign({}, ...traces)).toEqual({ action: 'Attach', httpStatus: 409, requestId: 'r-1' })
  })

  test('accepts an asynchronous schema', async () => {
    const later: AnswerSchema<number> = { '~standard': { validate: async () => ({ value: 7 }) } }
    expect((await made(answered('{"count":2}'), change, later)).result).toEqual(ok(7))
  })
})

describe('a refusal', () => {
  test('is a failure with any HTTP status, in the words of the vendor', async () => {
    const { result } = await made(answered('{"requestId":"r-1","error":{"code":"Odd","message":"It is odd."}}'))
    expect(result._unsafeUnwrapErr()).toMatchObject({
      code: 'conflict',
      hint: 'Make it even.',
      message: 'It is odd',
      outcome: 'none',
      scope: 'items',
      vendor: { code: 'Odd', message: 'It is odd.', requestId: 'r-1', httpStatus: 200 },
    })
  })

  test('is of items only if the call has some', async () => {
    const text = '{"error":{"code":"Odd"}}'
    expect((await made(answered(text, 400))).result._unsafeUnwrapErr().scope).toBe('items')
    expect((await made(answered(text, 400), look)).result._unsafeUnwrapErr().scope).toBe('call')
  })

  test('is definite unless its code says otherwise', async () => {
    expect((await made(answered('{"error":{"code":"Odd"}}', 400))).result._unsafeUnwrapErr()).toMatchObject({
      outcome: 'none',
      transient: false,
    })
    expect((await made(answered('{"error":{"code":"Later"}}', 409))).result._unsafeUnwrapErr()).toMatchObject({
      outcome: 'unknown',
      transient: true,
    })
  })

  test.each([
    [401, 'unauthenticated', 'none', false],
    [403, 'permission-denied', 'none', false],
    [404, 'unknown', 'none', false],
    [408, 'unavailable', 'unknown', true],
    [414, 'invalid-argument', 'none', false],
    [429, 'throttled', 'none', true],
    [503, 'unavailable', 'unknown', true],
  ])('with HTTP %i and no code that is known is %s', async (status, code, outcome, transient) => {
    for (const text of ['', '{"error":{}}', '{"error":{"code":"Unheard"}}']) {
      const { result } = await made(answered(text, status))
      expect(result._unsafeUnwrapErr()).toMatchObject({ code, outcome, transient })
    }
  })

  test('by an unknown code is of items, and has an unknown outcome with HTTP 200', async () => {
    const text = '{"error":{"code":"Unheard"}}'
    expect((await made(answered(text, 400))).result._unsafeUnwrapErr()).toMatchObject({
      outcome: 'none',
      scope: 'items',
    })
    expect((await made(answered(text))).result._unsafeUnwrapErr()).toMatchObject({
      code: 'unknown',
      outcome: 'unknown',
    })
  })

  test('under HTTP 200 has outcome none by any code, if the API documents such refusals', async () => {
    for (const text of ['{"error":{"code":"Unheard"}}', '{"error":{"code":""}}', '{"error":{}}']) {
      const failure = (await made(answered(text), change, undefined, true)).result._unsafeUnwrapErr()
      expect(failure).toMatchObject({ code: 'unknown', outcome: 'none', transient: false })
      expect(failure.message).toBe('Attach was answered with an error that says nothing, under HTTP 200')
      expect(failure.vendor?.code).not.toBe('')
    }
  })

  test('has a time to wait that is held against the date of its answer, not against this clock', async () => {
    const headers = { 'retry-after': 'Thu, 01 Jan 2026 00:00:10 GMT', date: 'Thu, 01 Jan 2026 00:00:03 GMT' }
    const { result } = await made(answered('', 429, headers))
    expect(result._unsafeUnwrapErr().retryAfterMs).toBe(7_000)
  })

  test.each(['30', 'Sun, 22 Nov 2026 12:00:30 GMT'])('has the time that the cloud asks to wait: %s', async (hint) => {
    const { result } = await made(answered('', 429, { 'retry-after': hint }))
    expect(result._unsafeUnwrapErr().retryAfterMs).toBe(30_000)
  })

  test('by an internal error has an unknown outcome for a change, and none for a read', async () => {
    expect((await made(answered('<html>', 502))).result._unsafeUnwrapErr().outcome).toBe('unknown')
    expect((await made(answered('<html>', 502), look)).result._unsafeUnwrapErr().outcome).toBe('none')
  })

  test('repeats no secret, wherever the vendor quotes one', async () => {
    const { result, traces } = await made(
      answered(JSON.stringify({ requestId: secret, error: { code: secret, message: `Bad key ${secret}` } }), 400),
    )
    expect(JSON.stringify([result._unsafeUnwrapErr(), traces])).not.toContain(secret)
  })
})

describe('a call with a malformed answer', () => {
  test.each(['', '<html>', '[{"count":2}]', '{"requestId":"r-1","cou', '{"count":"two"}', 'null', '7'])(
    'is invalid-response with an unknown outcome: %s',
    async (text) => {
      const { result } = await made(answered(text))
      expect(result._unsafeUnwrapErr()).toMatchObject({ code: 'invalid-response', outcome: 'unknown', transient: true })
      const read = await made(answered(text), look)
      expect(read.result._unsafeUnwrapErr()).toMatchObject({
        code: 'invalid-response',
        outcome: 'none',
        transient: true,
      })
    },
  )

  test('is invalid-response if the answer is not of this API, whatever the schema accepts', async () => {
    const { result } = await made(
      answered('[]'),
      change,
      schemaOf(() => 7),
    )
    expect(result._unsafeUnwrapErr().code).toBe('invalid-response')
  })

  test('has outcome none if no byte left this machine', async () => {
    const unsent = (sent: boolean): Result<HttpResponse, TransportFailure> =>
      err({ kind: 'network', sent, message: 'The connection is gone' })
    expect((await made(unsent(false))).result._unsafeUnwrapErr().outcome).toBe('none')
    expect((await made(unsent(true))).result._unsafeUnwrapErr().outcome).toBe('unknown')
  })

  test('is an error without a quote if a schema throws', async () => {
    const throwing = schemaOf((value): number => {
      throw new Error(JSON.stringify(value))
    })
    const { result } = await made(answered('{"privateKey":"canary"}'), change, throwing)
    expect(result._unsafeUnwrapErr().code).toBe('invalid-response')
    expect(JSON.stringify(result._unsafeUnwrapErr())).not.toContain('canary')
  })

  test('a change has outcome none only after a refusal or a redirect', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 200, max: 599 }), fc.oneof(fc.string(), fc.json()), async (status, text) => {
        fc.pre(!text.includes('error'))
        const { result } = await made(answered(text, status))
        if (result.isOk()) return
        expect(result.error.outcome === 'none').toBe(status >= 300 && status < 500 && status !== 408)
      }),
    )
  })
})
