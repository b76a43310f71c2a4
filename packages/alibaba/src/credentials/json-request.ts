import { err, ok, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { parseJson, sendWithin, unauthenticated } from '@cloud-keypair/core/credentials'
import type { HttpRequest } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import type { Surroundings } from './surroundings.js'

const limitMs = 10_000

/**
 * Makes a request for credentials and reads the JSON that answers it. Errors hold the code of a refusal, and no more of
 * it.
 */
export async function askForJson(
  request: HttpRequest,
  { transport, limit }: Surroundings,
): Promise<Result<unknown, CallFailure>> {
  const sent = await sendWithin(transport, request, limitMs, limit)
  if (sent.isErr()) return err(sent.error)
  const { status, text } = sent.value
  const json = parseJson(text)
  return status === 200 ? ok(json) : err(refusal(status, json))
}

// OAuth answers { error }, CloudSSO { ErrorCode }, other services { Code }.
const code = v.pipe(v.string(), v.regex(/^[A-Za-z_.]{1,60}$/))
const codeSchema = v.union([
  v.pipe(
    v.object({ error: code }),
    v.transform(({ error }) => error),
  ),
  v.pipe(
    v.object({ ErrorCode: code }),
    v.transform(({ ErrorCode }) => ErrorCode),
  ),
  v.pipe(
    v.object({ Code: code }),
    v.transform(({ Code }) => Code),
  ),
])

function refusal(status: number, json: unknown): CallFailure {
  const parsed = v.safeParse(codeSchema, json)
  const failure = unauthenticated(`HTTP ${status}${parsed.success ? `, ${parsed.output}` : ''}`)
  return status >= 500 || status === 429 ? { ...failure, code: 'unavailable', transient: true } : failure
}
